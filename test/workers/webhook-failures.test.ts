import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { QUEUE_STORES, type QueueStore } from '../support/queue-stores.js';
import { startReceiver, type Behaviour, type Receiver } from '../support/receiver.js';
import { openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';
import {
  addWebHook,
  attemptsOf,
  deliveriesOf,
  messageIdOf,
  passTime,
  untilAttempted,
  untilRelayed,
} from '../support/web-hooks.js';

const SCHEDULE = [5, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400, 86_400];

describe.each(QUEUE_STORES)('with the queue in %s', (_store, openStore) => {
  let desk: TestDesk;
  let store: QueueStore;
  const receivers: Receiver[] = [];

  beforeAll(async () => {
    store = await openStore();
    desk = await startDesk({ ...store.settings, ROLES: 'api,worker', WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8' });
  });
  afterEach(async () => {
    await desk.db.query('delete from web_hooks');
    await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
  });
  afterAll(async () => {
    await desk.stop();
    await store.stop();
  });

  async function receiver(behave?: Behaviour): Promise<Receiver> {
    const started = await startReceiver(behave);
    receivers.push(started);
    return started;
  }

  const answering =
    (status: number, headers: Record<string, string> = {}, body = ''): Behaviour =>
    (_hit, res) => {
      res.writeHead(status, headers).end(body);
    };

  /** An endpoint that has been told of one event in vain. */
  async function failedOnce(target: Receiver): Promise<number> {
    const { id } = await addWebHook(desk, { url: target.url, events: 'ticket.created' });
    await openTicket(desk);
    await untilAttempted(desk, id, 1);
    return id;
  }

  const hook = async (id: number) =>
    (await desk.as(desk.acme.admin).get(`/web_hooks/${id}`)).body.web_hook as Record<string, unknown>;

  describe('a delivery that fails', () => {
    it('is tried again as the same message at another time, until it succeeds', async () => {
      let isWell = false;
      const target = await receiver((_hit, res) => res.writeHead(isWell ? 204 : 500).end(isWell ? undefined : 'Out of paper'));
      const id = await failedOnce(target);
      expect(await attemptsOf(desk, id)).toMatchObject([
        { status: 500, error: 'The endpoint answered 500', response_head: 'Out of paper' },
      ]);
      const [waiting] = await deliveriesOf(desk, id);
      expect(waiting).toMatchObject({ state: 'pending', failures: 1 });
      expect(waiting?.delay).toBeGreaterThanOrEqual(3.9);
      expect(waiting?.delay).toBeLessThanOrEqual(6.1);
      isWell = true;
      await passTime(desk, id);
      await untilAttempted(desk, id, 2);
      expect(await deliveriesOf(desk, id)).toMatchObject([{ state: 'succeeded', failures: 1, attempts_count: 2 }]);
      const [first, second] = target.hits;
      expect(first && messageIdOf(first)).toBe(second && messageIdOf(second));
      expect(first?.body).toBe(second?.body);
      expect(target.hits.map(({ headers }) => headers['x-polydesk-attempt'])).toEqual(['1', '2']);
      expect(await hook(id)).toMatchObject({ consecutive_failures: 0, failing_since: null });
    });

    it('is tried ten times on the schedule, give or take a fifth, and then given up', async () => {
      const target = await receiver(answering(500));
      const id = await failedOnce(target);
      for (const [index, seconds] of SCHEDULE.entries()) {
        const [delivery] = await deliveriesOf(desk, id);
        expect(delivery).toMatchObject({ state: 'pending', failures: index + 1 });
        expect(delivery?.delay).toBeGreaterThanOrEqual(seconds * 0.8 - 0.1);
        expect(delivery?.delay).toBeLessThanOrEqual(seconds * 1.2 + 0.1);
        await passTime(desk, id);
        await untilAttempted(desk, id, index + 2);
      }
      expect(await deliveriesOf(desk, id)).toMatchObject([{ state: 'failed', failures: 10, attempts_count: 10 }]);
      expect(SCHEDULE.reduce((sum, seconds) => sum + seconds * 0.8, 0) / 3600).toBeGreaterThan(54);
      expect(SCHEDULE.reduce((sum, seconds) => sum + seconds, 0) / 3600).toBeGreaterThan(68);
      await passTime(desk, id);
      await openTicket(desk);
      await untilAttempted(desk, id, 11);
      expect(target.hits).toHaveLength(11);
      expect(new Set(target.hits.map(messageIdOf)).size).toBe(2);
    });

    it('follows no redirect', async () => {
      const other = await receiver();
      const target = await receiver(answering(302, { location: other.url }));
      const id = await failedOnce(target);
      expect(await attemptsOf(desk, id)).toMatchObject([{ status: 302, error: 'The endpoint answered 302' }]);
      expect(other.hits).toEqual([]);
    });

    it('keeps the head of the answer and no more than 16 kB of it', async () => {
      const target = await receiver(answering(500, {}, `\0${'x'.repeat(100_000)}`));
      const [attempt] = await failedOnce(target).then((id) => attemptsOf(desk, id));
      expect(attempt?.response_head).toHaveLength(16 * 1024);
      expect(attempt?.response_head?.startsWith('\ufffdxxx')).toBe(true);
    });

    it('tells in words when there is no answer', async () => {
      const gone = await startReceiver();
      await gone.close();
      const id = await failedOnce(gone);
      expect(await attemptsOf(desk, id)).toMatchObject([{ status: null, error: 'The connection was refused' }]);
    });
  });

  describe('an endpoint that asks for time', () => {
    it.each([
      ['a number', () => '120', 120],
      ['a date', () => new Date(Date.now() + 120_000).toUTCString(), 120],
      ['too much', () => '9999999', 86_400],
      ['nonsense', () => 'soon', 5],
    ])('with %s gets as much as is right', async (_, header, seconds) => {
      const target = await receiver(answering(503, { 'retry-after': header() }));
      const id = await failedOnce(target);
      const [delivery] = await deliveriesOf(desk, id);
      expect(delivery?.delay).toBeGreaterThan(seconds * 0.8 - 3);
      expect(delivery?.delay).toBeLessThan(seconds * 1.2 + 3);
    });

    it('is left alone altogether for so long', async () => {
      const target = await receiver(answering(429, { 'retry-after': '60' }));
      const id = await failedOnce(target);
      expect((await hook(id))['paused_until']).not.toBeNull();
      await openTicket(desk);
      await untilRelayed(desk);
      const well = await receiver();
      const other = await addWebHook(desk, { url: well.url, events: 'ticket.created' });
      await openTicket(desk);
      await untilAttempted(desk, other.id, 1);
      expect(target.hits).toHaveLength(1);
    });
  });

  describe('an endpoint that is not there any more', () => {
    const disabled = async () =>
      desk.db.query(
        `select data->'web_hook'->>'id' as id, data->>'reason' as reason, actor from events where type = 'web_hook.disabled' order by id desc limit 1`,
      );

    it('and says so with 410 is switched off, which is told; what waits goes on when it is switched on', async () => {
      let status = 410;
      const target = await receiver((_hit, res) => res.writeHead(status).end());
      const id = await failedOnce(target);
      await until(async () => (await hook(id))['enabled'] === false, 'the end');
      expect(await hook(id)).toMatchObject({ enabled: false, disabled_because: 'gone' });
      expect(await disabled()).toEqual([{ id: String(id), reason: 'gone', actor: { id: null, role: 'system' } }]);
      await passTime(desk, id);
      await openTicket(desk);
      await untilRelayed(desk);
      expect(target.hits).toHaveLength(1);
      status = 200;
      await desk.as(desk.acme.admin).put(`/web_hooks/${id}`, { web_hook: { enabled: true } });
      await untilAttempted(desk, id, 2);
      expect(await deliveriesOf(desk, id)).toMatchObject([{ state: 'succeeded' }]);
      expect(await hook(id)).toMatchObject({ enabled: true, disabled_because: null });
    });

    it('for five days without a break is switched off, and not before', async () => {
      const target = await receiver(answering(500));
      const id = await failedOnce(target);
      const failingFor = (time: string) =>
        desk.db.query(`update web_hooks set failing_since = now() - $2::interval where id = $1`, [id, time]);
      await failingFor('4 days 23 hours');
      await passTime(desk, id);
      await untilAttempted(desk, id, 2);
      expect(await hook(id)).toMatchObject({ enabled: true });
      await failingFor('5 days 1 minute');
      await passTime(desk, id);
      await untilAttempted(desk, id, 3);
      await until(async () => (await hook(id))['enabled'] === false, 'the end');
      expect(await hook(id)).toMatchObject({ disabled_because: 'failing' });
      expect(await disabled()).toMatchObject([{ id: String(id), reason: 'failing' }]);
    });

    it('is asked ever more seldom when all attempts fail', async () => {
      const target = await receiver(answering(500));
      const id = await failedOnce(target);
      await desk.db.query('update web_hooks set consecutive_failures = 9 where id = $1', [id]);
      await passTime(desk, id);
      await untilAttempted(desk, id, 2);
      expect((await hook(id))['paused_until']).not.toBeNull();
      await desk.db.query(`update web_hook_deliveries set due_at = now() where web_hook_id = $1`, [id]);
      const well = await receiver();
      const other = await addWebHook(desk, { url: well.url, events: 'ticket.created' });
      await openTicket(desk);
      await untilAttempted(desk, other.id, 1);
      expect(target.hits).toHaveLength(2);
    });
  });
});
