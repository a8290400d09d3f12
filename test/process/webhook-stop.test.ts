import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase } from '../support/database.js';
import { startDeskProcess, type DeskProcess } from '../support/desk-process.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { until } from '../support/until.js';

const TOKEN = 'token-that-the-operator-chose';

let dataDir: string;
let database: { url: string; drop: () => Promise<void> };
let client: pg.Client;
let receiver: Receiver;
let desk: DeskProcess;
const waiting: ServerResponse[] = [];

const settings = () => ({
  ...{ DATABASE_URL: database.url, DATA_DIR: dataDir, RATE_LIMITS: 'off', WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8' },
  ...{ APP_SECRET: 'a secret that only these tests know and use', BOOTSTRAP_ADMIN_TOKEN: TOKEN },
});
const query = async <Row extends pg.QueryResultRow>(sql: string) => (await client.query<Row>(sql)).rows;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'polydesk-stop-'));
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  desk.child.kill('SIGKILL');
  await desk.ended();
  waiting.splice(0);
  await receiver.close();
});
afterAll(async () => {
  await client.end();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function post(path: string, json: unknown): Promise<void> {
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
  expect((await fetch(desk.url + path, { method: 'POST', headers, body: JSON.stringify(json) })).status).toBe(201);
}

/** A desk in the middle of a delivery. */
async function startInTheMiddle(): Promise<void> {
  receiver = await startReceiver((_hit, res) => waiting.push(res));
  desk = await startDeskProcess(settings());
  await client.query('delete from web_hooks');
  await post('/web_hooks', { web_hook: { url: receiver.url, events: 'ticket.created' } });
  await post('/tickets', { ticket: { requester_email: 'jane@example.com', content: { text: 'Fire.' } } });
  await until(() => waiting.length === 1, 'the request');
}

describe('a worker that is told to stop', () => {
  it('finishes the delivery that is under way', async () => {
    await startInTheMiddle();
    desk.child.kill('SIGTERM');
    await until(() => desk.output().includes('"stopping"'), 'the stop');
    waiting[0]?.end('thanks');
    expect(await desk.ended()).toBe(0);
    expect(
      await query('select d.state, a.status from web_hook_deliveries d join web_hook_attempts a on a.delivery_id = d.id'),
    ).toEqual([{ state: 'succeeded', status: 200 }]);
    expect(await query(`select 1 from bullmq.job where state = 'active'`)).toEqual([]);
  });

  it('breaks off one that takes too long, which the next worker makes again at once', async () => {
    await startInTheMiddle();
    desk.child.kill('SIGTERM');
    expect(await desk.ended()).toBe(0);
    expect(
      await query(
        'select d.state, d.failures, d.queued_at, a.status, a.error from web_hook_deliveries d join web_hook_attempts a on a.delivery_id = d.id',
      ),
    ).toEqual([
      { state: 'pending', failures: 0, queued_at: null, status: null, error: 'The worker ended before the answer was known' },
    ]);
    expect(await query(`select 1 from bullmq.job where state = 'active'`)).toEqual([]);
    desk = await startDeskProcess(settings());
    await until(() => waiting.length === 2, 'the second request');
    waiting[1]?.end();
    await until(
      async () => (await query(`select 1 from web_hook_deliveries where state = 'succeeded'`)).length === 1,
      'the success',
    );
    expect(receiver.hits.map(({ headers }) => headers['webhook-id'])).toEqual(
      Array(2).fill(receiver.hits[0]?.headers['webhook-id']),
    );
  });
});
