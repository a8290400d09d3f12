import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase } from './database.js';
import { startDeskProcess, type DeskProcess } from './desk-process.js';
import type { QueueStore } from './queue-stores.js';
import { startReceiver, type Hit, type Receiver } from './receiver.js';
import { until } from './until.js';

const TOKEN = 'token-that-the-operator-chose';
const EVENTS = 2_000;
const WRITERS = 8;
const KILLS = 10;
const EMPTIED_AFTER = [3, 7];
const MINUTES = 60_000;

// Every tenth message is refused when it comes for the first time, so that about a tenth of all requests fail.
const isRefusedOnce = ({ headers }: Hit) =>
  headers['x-polydesk-attempt'] === '1' &&
  createHash('sha256').update(String(headers['webhook-id'])).digest().readUInt32BE() % 10 === 0;

const keyOf = ({ headers }: Hit) => `${String(headers['webhook-id'])} ${String(headers['x-polydesk-attempt'])}`;

/** The same for every kind of store: what happens to an endpoint's events while the worker dies again and again. */
export function testCrashes(kind: string, openStore: (databaseUrl: string) => Promise<QueueStore>): void {
  describe(`webhooks with the queue in ${kind}`, () => {
    let dataDir: string;
    let database: { url: string; drop: () => Promise<void> };
    let store: QueueStore;
    let receiver: Receiver;
    let api: DeskProcess;
    let worker: DeskProcess;
    let client: pg.Client;
    let settings: Record<string, string>;

    const query = async <Row extends pg.QueryResultRow>(sql: string) => (await client.query<Row>(sql)).rows;
    const startWorker = () => startDeskProcess({ ...settings, ROLES: 'worker' }, 'ready');

    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'polydesk-crashes-'));
      database = await createDatabase();
      store = await openStore(database.url);
      receiver = await startReceiver((hit, res) => {
        res.statusCode = isRefusedOnce(hit) ? 500 : 200;
        res.end();
      });
      settings = {
        ...{ DATABASE_URL: database.url, DATA_DIR: dataDir, ...store.settings, LOG_LEVEL: 'info', RATE_LIMITS: 'off' },
        ...{ APP_SECRET: 'a secret that only these tests know and use', BOOTSTRAP_ADMIN_TOKEN: TOKEN },
        WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8',
      };
      api = await startDeskProcess({ ...settings, ROLES: 'api' });
      worker = await startWorker();
      client = new pg.Client({ connectionString: database.url });
      await client.connect();
    }, MINUTES);
    afterAll(async () => {
      for (const { child, ended } of [api, worker]) {
        child.kill('SIGTERM');
        await ended();
      }
      await client.end();
      await receiver.close();
      await store.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    });

    async function post(path: string, json: unknown): Promise<Record<string, Record<string, unknown>>> {
      const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
      const answer = await fetch(api.url + path, { method: 'POST', headers, body: JSON.stringify(json) });
      if (answer.status !== 201) throw new Error(`POST ${path} → ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as Record<string, Record<string, unknown>>;
    }

    async function writeEvents(): Promise<void> {
      const { ticket } = await post('/tickets', { ticket: { requester_email: 'jane@example.com', content: { text: 'Fire.' } } });
      let left = EVENTS;
      const writers = Array.from({ length: WRITERS }, async () => {
        while (left-- > 0)
          await post(`/tickets/${Number(ticket?.['id'])}/comments`, { comment: { content: { text: 'Noted.' } } });
      });
      await Promise.all(writers);
    }

    /** Kills the worker each time that another tenth of the events has come, and empties the store twice meanwhile. */
    async function crashAgainAndAgain(): Promise<void> {
      for (let kill = 1; kill <= KILLS; kill++) {
        const hits = (kill * EVENTS) / (KILLS + 1);
        await until(() => receiver.hits.length >= hits, `hit number ${hits}`);
        worker.child.kill('SIGKILL');
        await worker.ended();
        if (EMPTIED_AFTER.includes(kill)) await store.empty();
        worker = await startWorker();
      }
    }

    it(
      `deliver ${EVENTS} events although the worker is killed ${KILLS} times and the store emptied twice`,
      async () => {
        await post('/web_hooks', { web_hook: { url: `${receiver.url}/desk`, events: ['comment.created'] } });
        await Promise.all([writeEvents(), crashAgainAndAgain()]);
        const open = `select 1 from event_outbox union all select 1 from web_hook_deliveries where state = 'pending' limit 1`;
        await until(async () => (await query(open)).length === 0, 'the last delivery', 2 * MINUTES);

        const published = await query<{ id: string }>(
          `select 'evt_' || company_id || '_' || id as id from events where type = 'comment.created'`,
        );
        expect(published).toHaveLength(EVENTS);
        expect([...new Set(receiver.hits.map(({ headers }) => headers['webhook-id']))].sort()).toEqual(
          published.map(({ id }) => id).sort(),
        );

        const attempts = await query<{ key: string; status: number | null; error: string | null }>(
          `select 'evt_' || d.company_id || '_' || d.event_id || ' ' || a.number as key, a.status, a.error
          from web_hook_attempts a join web_hook_deliveries d on d.company_id = a.company_id and d.id = a.delivery_id`,
        );
        const hits = new Set(receiver.hits.map(keyOf));
        expect(hits.size).toBe(receiver.hits.length);
        const answered = attempts.filter(({ status }) => status !== null).map(({ key }) => key);
        const interrupted = attempts.filter(({ status }) => status === null);
        // Whether a request that was killed had come through only the receiver knows; every other attempt is a hit, and every hit an attempt.
        expect(answered.filter((key) => !hits.has(key))).toEqual([]);
        const begun = new Set(attempts.map(({ key }) => key));
        expect([...hits].filter((key) => !begun.has(key))).toEqual([]);
        expect([...new Set(interrupted.map(({ error }) => error))]).toEqual(['The worker ended before the answer was known']);
        const unknown = new Set(interrupted.map(({ key }) => key));
        const refused = receiver.hits.filter(isRefusedOnce).map(keyOf);
        const failed = attempts.filter(({ status }) => status === 500).map(({ key }) => key);
        expect(failed.sort()).toEqual(refused.filter((key) => !unknown.has(key)).sort());
        expect(refused.length).toBeGreaterThan(EVENTS / 20);
      },
      5 * MINUTES,
    );
  });
}
