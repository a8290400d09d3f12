import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Answer, CallOptions } from '../support/client.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const keyed = (key: string): CallOptions => ({ headers: { 'Idempotency-Key': key } });
const QUESTION = { ticket: { requester_email: 'jane@example.com', content: { text: 'My printer is on fire.' } } };
const open = (key: string, at: Pick<TestDesk, 'as'> = desk) => at.as(desk.acme.agent).post('/tickets', QUESTION, keyed(key));
const countOf = async (table: string) =>
  (await desk.db.query<{ count: number }>(`select count(*) as count from ${table}`))[0]?.count ?? -1;

function expectReplay(first: Answer, again: Answer): void {
  expect(again.headers['idempotency-replayed']).toBe('true');
  expect([again.status, again.text]).toEqual([first.status, first.text]);
}

describe('requests in flight', () => {
  it('with one key: one ticket, and every answer is that ticket or 409', async () => {
    const key = randomUUID();
    const other = await desk.second();
    const tickets = await countOf('tickets');
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => open(key, n % 2 === 0 ? desk : other)));
    const ids = answers.filter(({ status }) => status === 201).map(({ body }) => body.ticket.id as number);
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter(({ status }) => status !== 201).every(({ status }) => status === 409)).toBe(true);
    expect(await countOf('tickets')).toBe(tickets + 1);
    expect((await open(key)).headers['idempotency-replayed']).toBe('true');
  });

  it('are refused with 409 at once, not after a wait', async () => {
    const key = randomUUID();
    const blocker = desk.db.dataSource.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('lock table messages in exclusive mode');
    const first = open(key);
    const locked = `select 1 from pg_locks where locktype = 'advisory' and objsubid = 1 and granted`;
    await until(async () => (await desk.db.query(locked)).length > 0, 'the claim of the key');
    const { status, body } = await open(key);
    expect(status).toBe(409);
    expect(body).toEqual({ error: 'A request with this Idempotency-Key is being carried out' });
    await blocker.rollbackTransaction();
    await blocker.release();
    expectReplay(await first, await open(key));
  });

  it('that die with their connection leave the key free', async () => {
    const key = randomUUID();
    const blocker = desk.db.dataSource.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('lock table messages in exclusive mode');
    const first = open(key);
    const waiting = `select pid from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into messages%' and datname = current_database()`;
    await until(async () => (await desk.db.query(waiting)).length > 0, 'the wait for the lock');
    await desk.db.query(`select pg_terminate_backend(pid) from (${waiting}) victims`);
    expect((await first).status).toBe(500);
    await blocker.rollbackTransaction();
    await blocker.release();
    expect((await open(key)).status).toBe(201);
  });
});

describe('a route of several transactions', () => {
  const archive = (ids: number[], key: string) =>
    desk.as(desk.acme.agent).post('/tickets/bulk', { bulk: { ids, action: 'archive' } }, keyed(key));

  it('gives its answer again too', async () => {
    const ids = [await openTicket(desk), await openTicket(desk), await openTicket(desk)].map(({ id }) => id);
    const first = await archive(ids, 'bulk');
    expect(first.body.results.map(({ result }: { result: string }) => result)).toEqual(['changed', 'changed', 'changed']);
    const events = await countOf('events');
    expectReplay(first, await archive(ids, 'bulk'));
    expect(await countOf('events')).toBe(events);
  });

  it('gives it again when nothing was changed, and when only some could be', async () => {
    const { id } = await openTicket(desk);
    for (const [ids, key] of [
      [[99_998, 99_999], 'none'],
      [[99_999, id, 99_998], 'some'],
    ] as const) {
      const first = await archive([...ids], key);
      expect(first.status).toBe(200);
      expectReplay(first, await archive([...ids], key));
    }
  });

  it('is not carried out again when it died half-way: 409 with a text', async () => {
    const ids = [await openTicket(desk), await openTicket(desk)].map(({ id }) => id);
    await archive(ids, 'half');
    // What a process leaves behind that is killed after the first of its transactions.
    await desk.db.query(`update idempotency_keys set status = null, answer = null where key = 'half'`);
    const events = await countOf('events');
    const { status, body } = await archive(ids, 'half');
    expect(status).toBe(409);
    expect(body.error).toMatch(/has changed something already/);
    expect(await countOf('events')).toBe(events);
  });
});
