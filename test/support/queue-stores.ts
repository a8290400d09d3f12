import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import pg from 'pg';
import { freePort } from './desk-process.js';
import { startRedis } from './redis.js';

/** What queues are kept in, and how it loses everything. */
export interface QueueStore {
  /** Settings of the desk that uses it. */
  settings: Record<string, string>;
  /** Loses every job and every schedule. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

/** Every kind, for suites that run on each. */
export const QUEUE_STORES: [kind: string, open: (databaseUrl?: string) => Promise<QueueStore>][] = [
  ['Postgres', storeInPostgres],
  ['Redis', storeInRedis],
];

/** The tables of BullMQ in the database of the desk. */
export function storeInPostgres(databaseUrl?: string): Promise<QueueStore> {
  const empty = async () => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      const sql = `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'bullmq' and tablename !~ 'migration'`;
      const { rows } = await client.query<{ name: string }>(sql);
      await client.query(`truncate ${rows.map(({ name }) => name).join(', ')} cascade`);
    } finally {
      await client.end();
    }
  };
  return Promise.resolve({ settings: {}, empty, stop: () => Promise.resolve() });
}

/** The machine's own Redis when it has one, else one in JavaScript. */
export async function storeInRedis(): Promise<QueueStore> {
  const redis = (await hasRedis()) ? await startMachinesRedis() : await startRedis();
  const { url } = redis;
  const empty = async () => {
    const client = new Redis(url);
    await client.flushall();
    client.disconnect();
  };
  return { settings: { REDIS_URL: url }, empty, stop: () => redis.kill() };
}

async function hasRedis(): Promise<boolean> {
  return promisify(execFile)('redis-server', ['--version']).then(
    () => true,
    () => false,
  );
}

async function startMachinesRedis(): Promise<{ url: string; kill: () => Promise<void> }> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'polydesk-redis-'));
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', options, { stdio: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(dir, { recursive: true, force: true });
  };
  return { url, kill };
}
