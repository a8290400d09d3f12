import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Answer, CallOptions } from '../support/client.js';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { openTicket } from '../support/tickets.js';
import { Sweeper } from '../../src/platform/database/sweeper.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const keyed = (key: string, headers: Record<string, string> = {}): CallOptions => ({
  headers: { 'Idempotency-Key': key, ...headers },
});
const question = (fields: object = {}) => ({
  ticket: { requester_email: 'jane@example.com', content: { text: 'My printer is on fire.' }, ...fields },
});
const open = (key: string, fields: object = {}, by: Member | undefined = desk.acme.agent) =>
  desk.as(by).post('/tickets', question(fields), keyed(key));
const countOf = async (table: string) =>
  (await desk.db.query<{ count: number }>(`select count(*) as count from ${table}`))[0]?.count ?? -1;

function expectReplay(first: Answer, again: Answer): void {
  expect(again.headers['idempotency-replayed']).toBe('true');
  expect({ status: again.status, text: again.text, type: again.headers['content-type'], etag: again.headers['etag'] }).toEqual({
    status: first.status,
    text: first.text,
    type: first.headers['content-type'],
    etag: first.headers['etag'],
  });
}

describe('the same key', () => {
  it('with the same request gets the first answer again, marked, and opens no second ticket', async () => {
    const key = randomUUID();
    const first = await open(key);
    expect(first.status).toBe(201);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    const [tickets, events] = [await countOf('tickets'), await countOf('events')];
    await desk.as(desk.acme.agent).put(`/tickets/${first.body.ticket.id}`, { ticket: { subject: 'Later' } });
    expectReplay(first, await open(key));
    expect(await countOf('tickets')).toBe(tickets);
    expect(await countOf('events')).toBe(events + 1);
  });

  it('has a request id of its own each time', async () => {
    const key = randomUUID();
    expect((await open(key)).headers['x-request-id']).not.toBe((await open(key)).headers['x-request-id']);
  });

  it('works for replies, comments, users and whatever answers without a body', async () => {
    const { id } = await openTicket(desk);
    const calls: [path: string, body?: object][] = [
      [`/tickets/${id}/replies`, { reply: { content: { text: 'Have you tried water?' } } }],
      [`/tickets/${id}/comments`, { comment: { content: { text: 'Call the brigade.' } } }],
      ['/users', { user: { email: 'new.one@example.com', name: 'New One' } }],
      [`/tickets/${id}/archive`],
    ];
    for (const [path, body] of calls) {
      const post = () => desk.as(desk.acme.admin).post(path, body, keyed('one-for-all'));
      const first = await post();
      expect(Math.floor(first.status / 100)).toBe(2);
      expectReplay(first, await post());
    }
  });

  it('knows the request again, however the client writes it this time', async () => {
    const key = randomUUID();
    const first = await open(key);
    const form = 'ticket[content][text]=My+printer+is+on+fire.&ticket[requester_email]=jane@example.com';
    const again = await desk.as(desk.acme.agent).call('post', '/tickets.json', { form, ...keyed(key) });
    expectReplay(first, again);
  });

  it.each<[string, () => Promise<Answer>]>([
    ['another body', () => open('reused', { subject: 'Another' })],
    ['another query', () => desk.as(desk.acme.agent).post('/tickets?source=mail', question(), keyed('reused'))],
  ])('with %s is 422', async (_, post) => {
    await open('reused');
    const { status, body } = await post();
    expect(status).toBe(422);
    expect(body).toEqual({ error: 'This Idempotency-Key was used for another request' });
  });

  it('for another ticket on the same route is 422', async () => {
    const [one, other] = [await openTicket(desk), await openTicket(desk)];
    const reply = (id: number) =>
      desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, { reply: { content: { text: 'Hi.' } } }, keyed('both'));
    expect((await reply(one.id)).status).toBe(201);
    expect((await reply(other.id)).status).toBe(422);
  });

  it('of another company, person, token or route is another key', async () => {
    const key = randomUUID();
    const { body: made } = await desk.as(desk.acme.agent).post('/api_tokens', { api_token: { name: 'second' } });
    const second = { ...desk.acme.agent, token: made.api_token.token as string };
    const answers = [
      await open(key),
      await open(key, {}, desk.acme.admin),
      await open(key, {}, second),
      await open(key, {}, desk.globex.agent),
      await desk.as().post('/tickets', question(), keyed(key)),
      await desk.as().post('/tickets', question(), keyed(key, { Host: 'globex.desk.test' })),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.ticket.id)).size).toBe(answers.length);
    expect(answers.some(({ headers }) => 'idempotency-replayed' in headers)).toBe(false);
    const user = { user: { email: 'route@example.com', name: 'Route' } };
    expect((await desk.as(desk.acme.admin).post('/users', user, keyed(key))).status).toBe(201);
  });

  it('is forgotten after 24 hours, and swept', async () => {
    const key = randomUUID();
    const first = await open(key);
    const age = (hours: number) =>
      desk.db.query(`update idempotency_keys set created_at = now() - make_interval(hours => $2) where key = $1`, [key, hours]);
    await age(23);
    expectReplay(first, await open(key));
    await age(25);
    const second = await open(key, { subject: 'After a day' });
    expect(second.status).toBe(201);
    expectReplay(second, await open(key, { subject: 'After a day' }));
    await age(25);
    await desk.app.get(Sweeper).sweep();
    expect(await desk.db.query('select 1 from idempotency_keys where key = $1', [key])).toEqual([]);
    expect(await countOf('idempotency_keys')).toBeGreaterThan(0);
  });
});

describe('errors', () => {
  it('of the input are kept like any other answer', async () => {
    const key = randomUUID();
    const bad = { forwarding_address_id: 77 };
    const first = await open(key, bad);
    expect(first.status).toBe(400);
    expectReplay(first, await open(key, bad));
    expect((await open(key)).status).toBe(422);
  });

  it('of a missing object are kept too', async () => {
    const post = () =>
      desk.as(desk.acme.agent).post('/tickets/99999/replies', { reply: { content: { text: 'Hi.' } } }, keyed('missing'));
    const first = await post();
    expect(first.status).toBe(404);
    expectReplay(first, await post());
  });

  it('of the desk itself are not: the request is carried out when it comes again', async () => {
    const key = randomUUID();
    await desk.db.query(`alter table events add constraint out_of_order check (type <> 'ticket.created') not valid`);
    const tickets = await countOf('tickets');
    expect((await open(key)).status).toBe(500);
    expect(await countOf('tickets')).toBe(tickets);
    await desk.db.query('alter table events drop constraint out_of_order');
    const again = await open(key);
    expect(again.status).toBe(201);
    expect(again.headers).not.toHaveProperty('idempotency-replayed');
  });

  it.each(['', ' ', 'two words', 'ümlaut', 'x'.repeat(256)])('refuses the key "%.12s"', async (key) => {
    const { status, body } = await desk
      .as(desk.acme.agent)
      .post('/tickets', question(), keyed(Buffer.from(key).toString('latin1')));
    expect(status).toBe(400);
    expect(body.error).toBe('Validation failed: Idempotency-Key must be 1 to 255 visible ASCII characters');
  });

  it('do not come from the longest and strangest good key', async () => {
    const key = `"~!/?#[]@${'x'.repeat(246)}`;
    expect(key).toHaveLength(255);
    expectReplay(await open(key), await open(key));
  });
});

describe('what a key leaves behind', () => {
  it('is committed with the change, answer and all', async () => {
    const key = randomUUID();
    const { body } = await open(key);
    const [row] = await desk.db.query<{ together: boolean; status: number }>(
      `select k.xmin = e.xmin as together, k.status from idempotency_keys k, events e
        where k.key = $1 and e.ticket_id = $2 and e.type = 'ticket.created'`,
      [key, body.ticket.id],
    );
    expect(row).toEqual({ together: true, status: 201 });
  });

  it('holds no secret: the token that is told once is told again, but not to a reader of the database', async () => {
    const post = () => desk.as(desk.acme.agent).post('/api_tokens', { api_token: { name: 'secret' } }, keyed('secret'));
    const first = await post();
    expectReplay(first, await post());
    const [row] = await desk.db.query<{ answer: Buffer }>(`select answer from idempotency_keys where key = 'secret'`);
    expect(row?.answer.length).toBeGreaterThan(50);
    expect(row?.answer.includes(first.body.api_token.token)).toBe(false);
  });

  it('is nothing on other methods', async () => {
    const keys = await countOf('idempotency_keys');
    const { id } = await openTicket(desk);
    await desk.as(desk.acme.agent).put(`/tickets/${id}`, { ticket: { subject: 'x' } }, keyed('put'));
    await desk.as(desk.acme.agent).get('/tickets', keyed('get'));
    expect(await countOf('idempotency_keys')).toBe(keys);
  });
});
