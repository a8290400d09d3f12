import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase } from '../support/database.js';
import { startDeskProcess, type DeskProcess } from '../support/desk-process.js';

const TOKEN = 'token-that-the-operator-chose';
const WRITERS = 12;
const BEFORE_THE_KILL = 40;
const KILLS = 3;

let database: { url: string; drop: () => Promise<void> };
let dataDir: string;
let desk: DeskProcess;

beforeAll(async () => {
  database = await createDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'polydesk-crash-'));
});
afterAll(async () => {
  desk.child.kill('SIGTERM');
  await desk.ended();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const start = () =>
  startDeskProcess({
    DATABASE_URL: database.url,
    APP_SECRET: 'a secret that only these tests know and use',
    BOOTSTRAP_ADMIN_TOKEN: TOKEN,
    DATA_DIR: dataDir,
    RATE_LIMITS: 'off',
    ROLES: 'api',
  });

interface Told {
  status: number;
  id: number | undefined;
  isReplay: boolean;
}

async function open(key: string): Promise<Told> {
  const answer = await fetch(`${desk.url}/tickets`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Idempotency-Key': key, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ticket: { requester_email: 'jane@example.com', subject: key, content: { text: 'Fire.' } } }),
  });
  const { ticket } = (await answer.json()) as { ticket?: { id: number } };
  return { status: answer.status, id: ticket?.id, isReplay: answer.headers.get('idempotency-replayed') === 'true' };
}

/** Opens tickets, each under its key, until the desk is killed in the midst of them; answers what each key was told, if anything. */
async function openUntilKilled(): Promise<Map<string, number | undefined>> {
  const sent = new Map<string, number | undefined>();
  let answered = 0;
  const write = async () => {
    for (;;) {
      const key = randomUUID();
      sent.set(key, undefined);
      const told = await open(key).catch(() => null);
      if (told === null) return;
      sent.set(key, told.id);
      if (++answered === BEFORE_THE_KILL) desk.child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  await desk.ended();
  return sent;
}

describe('requests with a key, sent again after kill -9', () => {
  it('are all carried out, each once, and told what they were told before', async () => {
    const keys = new Set<string>();
    let unanswered = 0;
    desk = await start();
    for (let kill = 0; kill < KILLS; kill++) {
      const sent = await openUntilKilled();
      desk = await start();
      for (const [key, id] of sent) {
        const again = await open(key);
        expect(again.status).toBe(201);
        if (id !== undefined) expect(again).toEqual({ status: 201, id, isReplay: true });
        else unanswered++;
        keys.add(key);
      }
    }
    expect(unanswered).toBeGreaterThan(0);
    expect(await ticketsBySubject()).toEqual(new Map([...keys].map((key) => [key, 1])));
  }, 120_000);
});

async function ticketsBySubject(): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ subject: string; count: number }>(
    'select subject, count(*)::int as count from tickets group by subject',
  );
  await client.end();
  return new Map(rows.map(({ subject, count }) => [subject, count]));
}
