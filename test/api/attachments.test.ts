import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { startDesk, type TestDesk } from '../support/desk.js';
import { openTicket } from '../support/tickets.js';
import { storedFiles, traces, uploadFile } from '../support/uploads.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const MISUSED = 'Validation failed: content.attachment_ids must name files that you have uploaded and not used yet';

describe('uploading', () => {
  it('answers the file without addresses, and records it', async () => {
    const { status, body } = await desk.as(desk.acme.agent).upload([{ filename: 'a note.txt', content: 'Fire!' }]);
    expect(status).toBe(201);
    expect(body).toEqual({
      attachment: {
        id: expect.any(Number),
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        filename: 'a note.txt',
        content_type: 'text/plain',
        url: { original: '', thumb: '' },
      },
    });
    const events = await desk.db.query(`select actor, data from events where data -> 'attachment' ->> 'id' = $1`, [
      String(body.attachment.id),
    ]);
    expect(events).toEqual([{ actor: { id: desk.acme.agent.id, role: 'agent' }, data: body }]);
  });

  it('takes several files in one call, in their order and under any name', async () => {
    const files = ['one', 'two', 'three'].map((content, index) => ({
      filename: `${content}.txt`,
      content,
      field: ['files[]', 'file', 'whatever'][index],
    }));
    const { status, body } = await desk.as(desk.acme.agent).upload(files);
    expect(status).toBe(201);
    expect(body.attachments.map(({ filename }: { filename: string }) => filename)).toEqual(['one.txt', 'two.txt', 'three.txt']);
    expect(body.attachment).toEqual(body.attachments[0]);
    const contents = body.attachments.map(({ id }: { id: number }) =>
      desk
        .as(desk.acme.agent)
        .download(`/attachments/${id}`)
        .then(({ text }) => text),
    );
    expect(await Promise.all(contents)).toEqual(['one', 'two', 'three']);
  });

  it('is for every role, with the scope, and not for strangers', async () => {
    const { admin, agent, collaborator, customer } = desk.acme;
    for (const member of [admin, agent, collaborator, customer]) await uploadFile(desk, member);
    const answer = await desk
      .as(admin)
      .post('/api_tokens', { api_token: { user_id: admin.id, name: 'reader', scopes: ['attachments:read'] } });
    const reader = { ...admin, token: answer.body.api_token.token };
    expect((await desk.as(reader).upload([{ filename: 'a.txt', content: 'x' }])).status).toBe(403);
    expect((await desk.as().upload([{ filename: 'a.txt', content: 'x' }])).status).toBe(403);
  });

  it('takes the token from the query too', async () => {
    const path = `/attachments.json?auth_token=${desk.acme.customer.token}`;
    expect((await desk.as().upload([{ filename: 'a.txt', content: 'x' }], path)).status).toBe(201);
  });
});

describe('using an upload', () => {
  it('in a ticket, a reply and a comment leads to the very bytes that were sent', async () => {
    const { agent } = desk.acme;
    const client = desk.as(agent);
    const contents = [randomBytes(200_000), randomBytes(1), Buffer.alloc(0)];
    const ids: number[] = [];
    for (const content of contents) ids.push((await uploadFile(desk, agent, { filename: 'data.bin', content })).id);
    const { id } = await openTicket(desk, { content: { text: 'x', attachment_ids: [ids[0]] } }, agent);
    await client.post(`/tickets/${id}/replies`, { reply: { content: { text: 'x', attachment_ids: [ids[1]] } } });
    await client.post(`/tickets/${id}/comments`, { comment: { content: { text: 'x', attachment_ids: [ids[2]] } } });

    const { content: opening } = (await client.get(`/tickets/${id}`)).body.ticket;
    const { content: reply } = (await client.get(`/tickets/${id}/replies`)).body.replies[0];
    const { content: note } = (await client.get(`/tickets/${id}/comments`)).body.comments[0];
    const shown = [opening, reply, note].map(({ attachments }) => attachments[0]);
    expect(shown.map((attachment) => attachment.id)).toEqual(ids);
    for (const [index, { url }] of shown.entries()) {
      expect(url).toEqual({
        original: `http://acme.desk.test/attachments/${ids[index]}`,
        thumb: `http://acme.desk.test/attachments/${ids[index]}?version=thumb`,
      });
      const { bytes, headers } = await client.download(new URL(url.original).pathname);
      expect(bytes.equals(contents[index] ?? Buffer.from('none'))).toBe(true);
      expect(headers['content-length']).toBe(String(contents[index]?.length));
    }
  });

  it('happens once', async () => {
    const { agent } = desk.acme;
    const content = { text: 'x', attachment_ids: [(await uploadFile(desk, agent)).id] };
    const { id } = await openTicket(desk, { content }, agent);
    const again = await desk.as(agent).post(`/tickets/${id}/replies`, { reply: { content } });
    expect(again).toMatchObject({ status: 400, body: { error: MISUSED } });
    expect(Object.keys(again.body.errors)).toEqual(['content.attachment_ids']);
  });

  it('happens once also when many try at the same time', async () => {
    const { agent } = desk.acme;
    const content = { text: 'x', attachment_ids: [(await uploadFile(desk, agent)).id] };
    const calls = Array.from({ length: 8 }, () =>
      desk.as(agent).post('/tickets', { ticket: { requester_email: 'many@example.com', content } }),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, ...Array.from({ length: 7 }, () => 400)]);
  });

  it('is refused to anybody but the uploader', async () => {
    const { acme, globex } = desk;
    const { id } = await uploadFile(desk, acme.agent);
    const ticket = { requester_email: acme.customer.email, content: { text: 'x', attachment_ids: [id] } };
    for (const member of [acme.admin, acme.customer, globex.agent, undefined]) {
      const by = member === globex.agent ? { ...ticket, requester_email: globex.customer.email } : ticket;
      const { status, body } = await desk.as(member).post('/tickets', { ticket: by });
      expect({ status, error: body.error }).toEqual({ status: 400, error: MISUSED });
    }
  });
});

describe('what a refused upload leaves behind', () => {
  it('is nothing when the transaction fails late', async () => {
    const before = await traces(desk);
    await desk.db.query(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`);
    await desk.db.query(`create trigger refuse before insert on events for each row execute function refuse()`);
    const files = [1, 2].map((n) => ({ filename: `${n}.txt`, content: `${n}` }));
    const { status } = await desk.as(desk.acme.agent).upload(files);
    await desk.db.query('drop trigger refuse on events');
    expect(status).toBe(500);
    expect(await traces(desk)).toEqual(before);
  });

  it('is one file under a name of our own for each that was taken', async () => {
    const before = await storedFiles(desk);
    await uploadFile(desk, desk.acme.agent, { filename: 'telling name.txt' });
    const added = (await storedFiles(desk)).filter((path) => !before.includes(path));
    expect(added).toEqual([expect.stringMatching(new RegExp(`^${desk.acme.id}/[0-9a-f]{2}/[0-9a-f-]{36}$`))]);
  });
});
