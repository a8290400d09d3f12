import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { addLabel, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let id: number;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());
beforeEach(async () => {
  ({ id } = await openTicket(desk));
});

const agent = () => desk.as(desk.acme.agent);
const etagNow = async () => (await agent().get(`/tickets/${id}`)).headers['etag'] ?? '';
const rename = (subject: string, ifMatch: string) =>
  agent().put(`/tickets/${id}`, { ticket: { subject } }, { headers: { 'If-Match': ifMatch } });
const subjectNow = async () => (await agent().get(`/tickets/${id}`)).body.ticket.subject as string;

describe('If-Match on a ticket', () => {
  it('lets a change through when the ticket is as it was read', async () => {
    const etag = await etagNow();
    expect(etag).toMatch(/^"[^"]+"$/);
    expect((await rename('New', etag)).status).toBe(200);
    expect(await subjectNow()).toBe('New');
  });

  it('refuses a change with 412 and a text when the ticket has changed, and changes nothing', async () => {
    const etag = await etagNow();
    await rename('First', etag);
    const events = await desk.db.query('select count(*) from events');
    const { status, body } = await rename('Second', etag);
    expect(status).toBe(412);
    expect(body).toEqual({ error: 'It has changed since you have read it: its ETag is not the one in If-Match' });
    expect(await subjectNow()).toBe('First');
    expect(await desk.db.query('select count(*) from events')).toEqual(events);
  });

  it('goes on with the ETag of the answer to the last change', async () => {
    const first = await rename('First', await etagNow());
    expect(first.headers['etag']).toBe(await etagNow());
    expect((await rename('Second', first.headers['etag'] ?? '')).status).toBe(200);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a reply', () => agent().post(`/tickets/${id}/replies`, { reply: { content: { text: 'Hello.' } } })],
    ['a comment', () => agent().post(`/tickets/${id}/comments`, { comment: { content: { text: 'Hm.' } } })],
    [
      'a new name of the requester',
      () => desk.db.query(`update users set first_name = 'Another' where email = 'jane@example.com'`),
    ],
    ['his star', () => desk.db.query(`insert into stars values ($1, $2, $3)`, [desk.acme.id, id, desk.acme.agent.id])],
    ['the archive', () => desk.db.query('update tickets set archived_at = now() where id = $1', [id])],
  ])('sees whatever GET shows: %s', async (_, change) => {
    const etag = await etagNow();
    await change();
    expect((await rename('Late', etag)).status).toBe(412);
    expect((await rename('In time', await etagNow())).status).toBe(200);
  });

  it('does not see what GET hides: the star of somebody else', async () => {
    const etag = await etagNow();
    await desk.db.query(`insert into stars values ($1, $2, $3)`, [desk.acme.id, id, desk.acme.admin.id]);
    expect((await rename('New', etag)).status).toBe(200);
  });

  it.each([
    ['*', () => '*', 200],
    ['the right one among others', (etag: string) => `"other", ${etag} ,"x,y"`, 200],
    ['several wrong ones', () => '"other","another"', 412],
    ['a weak one', (etag: string) => `W/${etag}`, 412],
    ['one without quotes', (etag: string) => etag.replaceAll('"', ''), 412],
    ['the right one inside another', (etag: string) => `"x${etag}"`, 412],
    ['nothing', () => '', 412],
  ])('takes %s', async (_, given, expected) => {
    expect((await rename('New', given(await etagNow()))).status).toBe(expected);
  });

  it('lets exactly one of many parallel changes through', async () => {
    const etag = await etagNow();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => rename(`n${n}`, etag)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(412)]);
    const won = answers.findIndex(({ status }) => status === 200);
    expect(await subjectNow()).toBe(`n${won}`);
  });

  it('guards the requester too', async () => {
    const etag = await etagNow();
    const move = (email: string) =>
      agent().put(`/tickets/${id}/requester`, { requester: { email } }, { headers: { 'If-Match': etag } });
    expect((await move('first@example.com')).status).toBe(201);
    expect((await move('second@example.com')).status).toBe(412);
  });

  it.each(['archive', 'answered', 'star', 'spam', 'trash'])('guards the switch %s, on and off', async (name) => {
    const path = `/tickets/${id}/${name}`;
    const old = { headers: { 'If-Match': '"old"' } };
    expect((await agent().post(path, undefined, old)).status).toBe(412);
    expect((await agent().post(path, undefined, { headers: { 'If-Match': await etagNow() } })).status).toBe(204);
    expect((await agent().delete(path, old)).status).toBe(412);
    expect((await agent().delete(path, { headers: { 'If-Match': await etagNow() } })).status).toBe(204);
  });

  it('guards what takes something off a ticket', async () => {
    await addLabel(desk, `label ${id}`, [id]);
    for (const path of [
      `/tickets/${id}/user_assignment`,
      `/tickets/${id}/team_assignment`,
      `/tickets/${id}/labels/label%20${id}`,
    ]) {
      expect((await agent().delete(path, { headers: { 'If-Match': '"old"' } })).status).toBe(412);
      expect((await agent().delete(path, { headers: { 'If-Match': await etagNow() } })).status).toBe(204);
    }
  });

  it('guards the deletion', async () => {
    await agent().post(`/tickets/${id}/trash`);
    const remove = (ifMatch: string) => desk.as(desk.acme.admin).delete(`/tickets/${id}`, { headers: { 'If-Match': ifMatch } });
    expect((await remove('"old"')).status).toBe(412);
    expect((await remove(await etagNow())).status).toBe(204);
    expect((await remove('*')).status).toBe(404);
  });

  it('is 404 where there is no such ticket, also with *', async () => {
    const missing = await agent().put('/tickets/999999', { ticket: { subject: 'x' } }, { headers: { 'If-Match': '*' } });
    expect(missing.status).toBe(404);
    const foreign = await desk
      .as(desk.globex.agent)
      .put(`/tickets/${id}`, { ticket: { subject: 'x' } }, { headers: { 'If-Match': await etagNow() } });
    expect(foreign.status).toBe(404);
  });

  it('is not asked for', async () => {
    expect((await agent().put(`/tickets/${id}`, { ticket: { subject: 'Just so' } })).status).toBe(200);
  });
});
