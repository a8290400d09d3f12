import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { emailsOf, eventsOf, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let source: number;
let target: number;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const agent = () => desk.as(desk.acme.agent);
const reply = (id: number, text: string) => agent().post(`/tickets/${id}/replies`, { reply: { content: { text } } });
const texts = async (id: number) =>
  (await agent().get(`/tickets/${id}/replies`)).body.replies.map(({ content }: { content: { text: string } }) => content.text);
const ticket = async (id: number) => (await agent().get(`/tickets/${id}`)).body.ticket;
const merge = (id: number, into: unknown) => agent().post(`/tickets/${id}/merge`, { merge: { into } });

beforeEach(async () => {
  target = (
    await openTicket(desk, {
      requester_email: 'target@example.com',
      content: { text: 'target opening' },
      cc: 'shared@example.com',
    })
  ).id;
  source = (
    await openTicket(desk, {
      requester_email: 'source@example.com',
      content: { text: 'source opening' },
      cc: 'shared@example.com, extra@example.com',
    })
  ).id;
  await reply(target, 'second');
  await reply(source, 'third');
  await agent().post(`/tickets/${source}/comments`, { comment: { content: { text: 'note' } } });
  await reply(target, 'fourth');
});

describe('merging a ticket into another', () => {
  it('moves all messages in the order of time and joins the people', async () => {
    const { status, body } = await merge(source, String(target));
    expect(status).toBe(200);
    expect(body.ticket).toMatchObject({
      id: target,
      replies_count: 4,
      agent_replies_count: 3,
      comments_count: 1,
      merged_into: null,
      archived: false,
    });
    expect(emailsOf(body.ticket.cc)).toEqual(['shared@example.com', 'source@example.com', 'extra@example.com']);
    expect(await texts(target)).toEqual(['source opening', 'second', 'third', 'fourth']);
    const replies = (await agent().get(`/tickets/${target}/replies`)).body.replies;
    expect(replies.map(({ merged }: { merged: boolean }) => merged)).toEqual([true, false, true, false]);
    expect(await ticket(source)).toMatchObject({
      archived: true,
      merged_into: target,
      replies_count: 0,
      comments_count: 0,
      content: { text: `Merged into ticket #${target}` },
    });
    expect((await agent().get('/tickets/search?query=third')).body.tickets.map(({ id }: { id: number }) => id)).toEqual([target]);
    expect((await eventsOf(desk, target)).at(-1)).toBe('ticket.merged');
  });

  it('brings an open question along', async () => {
    const fresh = (await openTicket(desk)).id;
    expect((await ticket(target)).unanswered).toBe(false);
    expect((await merge(fresh, target)).body.ticket.unanswered).toBe(true);
  });

  it('is undone within a day, with what has been said since', async () => {
    const before = [await ticket(source), await ticket(target)];
    await merge(source, target);
    await reply(target, 'since');
    expect((await agent().delete(`/tickets/${source}/merge`)).status).toBe(204);
    const unchanging = ({ id, archived, cc, content, replies_count, comments_count }: (typeof before)[0]) => ({
      id,
      archived,
      cc,
      content,
      replies_count,
      comments_count,
    });
    expect(unchanging(await ticket(source))).toEqual(unchanging(before[0]));
    expect(unchanging(await ticket(target))).toEqual({ ...unchanging(before[1]), replies_count: 3 });
    expect(await texts(source)).toEqual(['third']);
    expect(await texts(target)).toEqual(['second', 'fourth', 'since']);
    expect((await agent().delete(`/tickets/${source}/merge`)).status).toBe(409);
    expect((await merge(source, target)).status).toBe(200);
  });

  it('cannot be undone after a day, nor once the other has gone on', async () => {
    await merge(source, target);
    await desk.db.query(`update ticket_merges set created_at = now() - interval '25 hours' where source_id = $1`, [source]);
    expect((await agent().delete(`/tickets/${source}/merge`)).status).toBe(409);
    await desk.db.query(`update ticket_merges set created_at = now() where source_id = $1`, [source]);
    const third = (await openTicket(desk)).id;
    expect((await merge(target, third)).status).toBe(200);
    expect((await agent().delete(`/tickets/${source}/merge`)).status).toBe(409);
    expect((await agent().delete(`/tickets/${target}/merge`)).status).toBe(204);
    expect((await agent().delete(`/tickets/${source}/merge`)).status).toBe(204);
    expect(await texts(source)).toEqual(['third']);
  });

  it('leaves the source closed to further words, and refuses what makes no sense', async () => {
    await merge(source, target);
    expect(await reply(source, 'late')).toMatchObject({
      status: 409,
      body: { error: `The ticket has been merged into ticket ${target}` },
    });
    expect((await agent().post(`/tickets/${source}/comments`, { comment: { content: { text: 'late' } } })).status).toBe(409);
    const third = (await openTicket(desk)).id;
    expect((await merge(source, third)).status).toBe(409);
    expect((await merge(third, source)).status).toBe(409);
    expect((await merge(third, third)).status).toBe(400);
    expect((await merge(third, 999999)).status).toBe(400);
    expect((await merge(999999, third)).status).toBe(404);
    const foreign = await desk.as(desk.globex.agent).post(`/tickets/${third}/merge`, { merge: { into: target } });
    expect(foreign.status).toBe(404);
    for (const member of [desk.acme.customer, desk.acme.collaborator])
      expect((await desk.as(member).post(`/tickets/${third}/merge`, { merge: { into: target } })).status).toBe(403);
  });

  it('happens once when both directions are asked at the same time', async () => {
    const answers = await Promise.all([merge(source, target), merge(target, source)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const all = [...(await texts(source)), ...(await texts(target))];
    expect(all).toHaveLength(4);
  });

  it('lets either be deleted afterwards', async () => {
    await merge(source, target);
    await agent().post(`/tickets/${target}/trash`);
    expect((await desk.as(desk.acme.admin).delete(`/tickets/${target}`)).status).toBe(204);
    expect((await ticket(source)).merged_into).toBeNull();
    await agent().post(`/tickets/${source}/trash`);
    expect((await desk.as(desk.acme.admin).delete(`/tickets/${source}`)).status).toBe(204);
  });
});
