import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, make, TEAMS } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { addWebHook } from '../support/web-hooks.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterEach(() => desk.db.query('delete from web_hooks'));
afterAll(() => desk.stop());

const URL = 'https://example.com/desk-events';
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

const admin = () => desk.as(desk.acme.admin);
const added = (fields: object = {}) => addWebHook(desk, { url: URL, ...fields });
const tested = async (id: number) => (await admin().post(`/web_hooks/${id}/test`)).body.delivery;
const list = async (id: number, query = '') => (await admin().get(`/web_hooks/${id}/deliveries${query}`)).body;
const show = async (id: number, deliveryId: number) =>
  (await admin().get(`/web_hooks/${id}/deliveries/${deliveryId}`)).body.delivery;
const idsOf = ({ deliveries }: { deliveries: { id: number }[] }) => deliveries.map(({ id }) => id);

/** What the workers would write. */
const set = (deliveryId: number, columns: string) =>
  desk.db.query(`update web_hook_deliveries set ${columns} where id = $1`, [deliveryId]);
const attempt = (deliveryId: number, number: number, columns: Record<string, unknown> = {}) => {
  const row = { company_id: desk.acme.id, delivery_id: deliveryId, number, ...columns };
  const places = Object.keys(row).map((_, index) => `$${index + 1}`);
  const sql = `insert into web_hook_attempts (${Object.keys(row).join()}) values (${places.join()})`;
  return desk.db.query(sql, Object.values(row));
};
const rowOf = async (deliveryId: number) =>
  (await desk.db.query<Record<string, unknown>>('select * from web_hook_deliveries where id = $1', [deliveryId]))[0];
const countOfDeliveries = async () => (await desk.db.query('select 1 from web_hook_deliveries')).length;

const NOWHERE = 999_999_999;

describe('testing a webhook', () => {
  it.each([
    ['standard', ''],
    ['supportbee', ''],
    ['support_board', 'test'],
  ])('of the format %s makes a delivery of the part "%s", whatever it wants to hear', async (format, part) => {
    const team = await make(desk, TEAMS);
    const { id } = await added({ format, team_ids: [team.id] });
    const events = await eventsOf(desk, async () => {
      const { status, body } = await admin().post(`/web_hooks/${id}/test`);
      expect(status).toBe(201);
      const { event_id: eventId } = body.delivery;
      expect(body.delivery).toEqual({
        id: expect.any(Number),
        message_id: `evt_${desk.acme.id}_${eventId}${part === '' ? '' : '_test'}`,
        event_id: expect.any(Number),
        event_type: 'web_hook.tested',
        part,
        state: 'pending',
        attempts_count: 0,
        failures: 0,
        next_attempt_at: TIME,
        created_at: TIME,
        finished_at: null,
        last_status: null,
        last_error: null,
      });
      expect(await list(id)).toEqual({ has_more: false, next_cursor: null, deliveries: [body.delivery] });
      expect(await show(id, body.delivery.id)).toEqual({ ...body.delivery, attempts: [] });
    });
    expect(events).toMatchObject([
      { type: 'web_hook.tested', actor: { id: desk.acme.admin.id }, data: { web_hook: { id, url: URL } } },
    ]);
  });

  it('is refused, and told to nobody, when it is disabled or not there', async () => {
    const { id } = await added({ enabled: false });
    const events = await eventsOf(desk, async () => {
      const { status, body } = await admin().post(`/web_hooks/${id}/test`);
      expect([status, body]).toEqual([409, { error: 'The webhook is disabled' }]);
      expect((await admin().post(`/web_hooks/${NOWHERE}/test`)).status).toBe(404);
      expect((await desk.as(desk.globex.admin).post(`/web_hooks/${id}/test`)).status).toBe(404);
    });
    expect(events).toEqual([]);
    expect(await countOfDeliveries()).toBe(0);
  });

  it('happens once for one Idempotency-Key', async () => {
    const { id } = await added();
    const send = () => admin().post(`/web_hooks/${id}/test`, undefined, { headers: { 'Idempotency-Key': 'once' } });
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(await countOfDeliveries()).toBe(1);
  });
});

describe('the deliveries of a webhook', () => {
  it('are listed newest first, page by page, undisturbed by new ones', async () => {
    const { id } = await added();
    const other = await added();
    const made: number[] = [];
    for (let count = 0; count < 5; count++) {
      made.unshift((await tested(id)).id);
      await tested(other.id);
    }
    const first = await list(id, '?per_page=2');
    expect(first).toMatchObject({ has_more: true, next_cursor: String(made[1]) });
    await tested(id);
    const second = await list(id, `?per_page=2&cursor=${first.next_cursor}`);
    const third = await list(id, `?per_page=2&cursor=${second.next_cursor}`);
    expect([...idsOf(first), ...idsOf(second), ...idsOf(third)]).toEqual(made);
    expect(third).toMatchObject({ has_more: false, next_cursor: null });
    expect(idsOf(await list(id, `?per_page=5&cursor=${made[0]}`))).toEqual(made.slice(1));
    expect(await list(id, `?cursor=${made.at(-1)}`)).toEqual({ has_more: false, next_cursor: null, deliveries: [] });
  });

  it('are fifty on a page, a hundred at most', async () => {
    const { id } = await added();
    const { event_id: eventId } = await tested(id);
    const sql = `insert into web_hook_deliveries (company_id, web_hook_id, event_id, part) select $1, $2, $3, n::text from generate_series(1, 100) n`;
    await desk.db.query(sql, [desk.acme.id, id, eventId]);
    expect((await list(id)).deliveries).toHaveLength(50);
    const most = await list(id, '?per_page=1000');
    expect(most.deliveries).toHaveLength(100);
    expect(most.has_more).toBe(true);
  });

  it('may be those of one state, in one order with those of the others', async () => {
    const { id } = await added();
    const made: number[] = [];
    for (const state of ['failed', 'succeeded', 'pending', 'failed', 'succeeded']) {
      const delivery = await tested(id);
      made.unshift(delivery.id);
      await set(delivery.id, `state = '${state}'`);
    }
    expect(idsOf(await list(id))).toEqual(made);
    expect(idsOf(await list(id, '?state=pending'))).toEqual([made[2]]);
    expect(idsOf(await list(id, '?state=failed&per_page=1'))).toEqual([made[1]]);
    expect(idsOf(await list(id, `?state=failed&cursor=${made[1]}`))).toEqual([made[4]]);
    expect(idsOf(await list(id, '?state=SUCCEEDED'))).toEqual([made[0], made[3]]);
  });

  it.each([
    ['state=lost', 'state must be one of pending, succeeded, failed'],
    ['cursor=x', 'cursor is not a cursor of this list'],
    ['cursor=1-2', 'cursor is not a cursor of this list'],
  ])('are not listed by %s', async (query, text) => {
    const { id } = await added();
    const { status, body } = await admin().get(`/web_hooks/${id}/deliveries?${query}`);
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
  });

  it('are those of no other webhook or company', async () => {
    const [one, other] = [await added(), await added()];
    const { id } = await tested(one.id);
    const paths = [`/web_hooks/${other.id}/deliveries/${id}`, `/web_hooks/${NOWHERE}/deliveries/${id}`];
    for (const path of paths) {
      expect((await admin().get(path)).status).toBe(404);
      expect((await admin().post(`${path}/replay`)).status).toBe(404);
    }
    const stranger = desk.as(desk.globex.admin);
    expect((await stranger.get(`/web_hooks/${one.id}/deliveries`)).body.error).toBe(`Couldn't find WebHook with id=${one.id}`);
    expect((await stranger.get(`/web_hooks/${one.id}/deliveries/${id}`)).status).toBe(404);
    expect((await stranger.post(`/web_hooks/${one.id}/deliveries/${id}/replay`)).status).toBe(404);
    expect((await admin().get(`/web_hooks/${NOWHERE}/deliveries`)).status).toBe(404);
    expect(await list(other.id)).toMatchObject({ deliveries: [] });
  });
});

describe('a delivery', () => {
  it('shows what came of it, attempt by attempt', async () => {
    const { id } = await added();
    const delivery = await tested(id);
    const ended = { finished_at: '2026-01-18T15:17:34Z', started_at: '2026-01-18T15:17:33Z', ms: 1000 };
    await attempt(delivery.id, 2, { ...ended, status: 200, response_head: 'ok' });
    await attempt(delivery.id, 1, { ...ended, error: 'The connection was refused' });
    await set(delivery.id, `state = 'succeeded', attempts_count = 2, failures = 1, finished_at = '2026-01-18T15:17:34Z'`);
    const said = {
      ...{ state: 'succeeded', attempts_count: 2, failures: 1, next_attempt_at: null, finished_at: '2026-01-18T15:17:34Z' },
      ...{ last_status: 200, last_error: null },
    };
    expect((await list(id)).deliveries).toEqual([{ ...delivery, ...said }]);
    expect(await show(id, delivery.id)).toEqual({
      ...delivery,
      ...said,
      attempts: [
        { ...ended, number: 1, status: null, response_head: null, error: 'The connection was refused' },
        { ...ended, number: 2, status: 200, response_head: 'ok', error: null },
      ],
    });
  });

  it('tells of an attempt whose worker has ended, and not of one that is being made', async () => {
    const { id } = await added();
    const delivery = await tested(id);
    await attempt(delivery.id, 1);
    await set(delivery.id, `queued_at = now(), leased_until = now() + interval '1 hour', attempts_count = 1`);
    expect(await show(id, delivery.id)).toMatchObject({ last_error: null, attempts: [{ finished_at: null, error: null }] });
    const text = 'The worker ended before the answer was known';
    for (const lease of [`now() - interval '1 second'`, 'null']) {
      await set(delivery.id, `leased_until = ${lease}`);
      expect(await show(id, delivery.id)).toMatchObject({ last_error: text, attempts: [{ finished_at: null, error: text }] });
      expect((await list(id)).deliveries).toMatchObject([{ last_error: text }]);
    }
  });
});

describe('replaying a delivery', () => {
  const replay = (id: number, deliveryId: number) => admin().post(`/web_hooks/${id}/deliveries/${deliveryId}/replay`);

  it.each(['succeeded', 'failed'])('makes one that has %s again, with a full set of attempts', async (state) => {
    const { id } = await added();
    const delivery = await tested(id);
    await set(
      delivery.id,
      `state = '${state}', failures = 10, attempts_count = 12, finished_at = now(), due_at = now() - interval '1 day'`,
    );
    const { status, body } = await replay(id, delivery.id);
    expect(status).toBe(201);
    expect(body.delivery).toEqual({ ...delivery, attempts_count: 12, next_attempt_at: TIME });
    expect(await rowOf(delivery.id)).toMatchObject({ state: 'pending', failures: 0, queued_at: null, leased_until: null });
    const due = `select due_at between now() - interval '1 hour' and now() as now from web_hook_deliveries where id = $1`;
    expect(await desk.db.query(due, [delivery.id])).toEqual([{ now: true }]);
  });

  it('lets one that waits wait no longer, and does not take one from a worker', async () => {
    const { id } = await added();
    const delivery = await tested(id);
    await set(
      delivery.id,
      `failures = 3, due_at = now() + interval '1 day', queued_at = now(), leased_until = now() + interval '1 minute'`,
    );
    const before = await rowOf(delivery.id);
    expect((await replay(id, delivery.id)).status).toBe(201);
    const after = await rowOf(delivery.id);
    expect(after).toEqual({ ...before, due_at: expect.any(Date) });
    expect(after?.['due_at']).not.toEqual(before?.['due_at']);
  });

  it('is refused when the webhook is disabled', async () => {
    const { id } = await added();
    const delivery = await tested(id);
    await set(delivery.id, `state = 'failed'`);
    await admin().put(`/web_hooks/${id}`, { enabled: false });
    const before = await rowOf(delivery.id);
    const { status, body } = await replay(id, delivery.id);
    expect([status, body]).toEqual([409, { error: 'The webhook is disabled' }]);
    expect(await rowOf(delivery.id)).toEqual(before);
  });
});

it.each(['agent', 'collaborator', 'customer'] as const)('deliveries are nothing for the role %s', async (role) => {
  const { id } = await added();
  const delivery = await tested(id);
  const client = desk.as(desk.acme[role]);
  const path = `/web_hooks/${id}/deliveries`;
  const answers = [
    await client.get(path),
    await client.get(`${path}/${delivery.id}`),
    await client.post(`${path}/${delivery.id}/replay`),
    await client.post(`/web_hooks/${id}/test`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  expect(await countOfDeliveries()).toBe(1);
});
