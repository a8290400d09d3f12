import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase } from '../support/database.js';
import { startDeskProcess, type DeskProcess } from '../support/desk-process.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { until } from '../support/until.js';

const TOKEN = 'token-that-the-operator-chose';
const MINUTES = 60_000;
const MAILS = 80;
const KILLED_AT = [5, 30, 55];

let dataDir: string;
let database: { url: string; drop: () => Promise<void> };
let mailboxes: MailServer;
let api: DeskProcess;
let worker: DeskProcess;
let client: pg.Client;
let settings: Record<string, string>;

const startWorker = () => startDeskProcess({ ...settings, ROLES: 'worker' }, 'ready');

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'polydesk-mail-crashes-'));
  [database, mailboxes] = [await createDatabase(), await startMailServer()];
  settings = {
    ...{ DATABASE_URL: database.url, DATA_DIR: dataDir, LOG_LEVEL: 'info', RATE_LIMITS: 'off', SMTP_URL: mailboxes.url },
    ...{ APP_SECRET: 'a secret that only these tests know and use', BOOTSTRAP_ADMIN_TOKEN: TOKEN },
  };
  api = await startDeskProcess({ ...settings, ROLES: 'api' });
  worker = await startWorker();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
}, 2 * MINUTES);
afterAll(async () => {
  for (const { child, ended } of [api, worker]) {
    child.kill('SIGTERM');
    await ended();
  }
  await client.end();
  await mailboxes.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function post(path: string, json: unknown): Promise<Record<string, { id: number }>> {
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
  const answer = await fetch(api.url + path, { method: 'POST', headers, body: JSON.stringify(json) });
  if (answer.status !== 201) throw new Error(`POST ${path} → ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, { id: number }>;
}

async function answerCustomers(): Promise<string[]> {
  const customers = Array.from({ length: MAILS }, (_, index) => `jane.${index}@example.com`);
  for (const email of customers) {
    const { ticket } = await post('/tickets', { ticket: { requester_email: email, content: { text: 'It burns.' } } });
    await post(`/tickets/${ticket?.id}/replies`, { reply: { content: { text: 'Have you tried water?' } } });
  }
  return customers;
}

interface Sent {
  recipient: string;
  state: string;
  attempts: number;
  message_id: string;
}

describe('a worker that is killed while it sends', () => {
  it(
    `loses none of ${MAILS} mails, and sends each at most once more for each time that it was killed with it in hand`,
    async () => {
      let kills = 0;
      const deaths: Promise<void>[] = [];
      const bury = async () => {
        await worker.ended();
        worker = await startWorker();
      };
      // The worst moment: the server has the mail, and nobody has been told.
      mailboxes.beforeAnswer = () => {
        const next = KILLED_AT[kills];
        const isAlive = worker.child.exitCode === null && worker.child.signalCode === null;
        if (next !== undefined && isAlive && new Set(mailboxes.mails.map(({ mail }) => mail.messageId)).size >= next) {
          kills++;
          worker.child.kill('SIGKILL');
          deaths.push(bury());
        }
        return Promise.resolve();
      };

      const customers = await answerCustomers();
      const isOpen = `select 1 from event_outbox union all select 1 from email_deliveries where state = 'pending' limit 1`;
      await until(async () => (await client.query(isOpen)).rows.length === 0, 'the last mail', 2 * MINUTES);
      await Promise.all(deaths);
      expect(kills).toBe(KILLED_AT.length);

      const { rows } = await client.query<Sent>(
        `select recipient, state, attempts_count as attempts, internet_message_id as message_id from email_deliveries
         where kind = 'reply' order by id`,
      );
      expect(rows.map(({ recipient, state }) => [recipient, state])).toEqual(customers.map((email) => [email, 'sent']));
      const received = rows.map(({ recipient, attempts, message_id: id }) => {
        const copies = mailboxes.mails.filter(({ to }) => to.includes(recipient));
        return { recipient, attempts, copies: copies.length, ids: new Set(copies.map(({ mail }) => mail.messageId)), id };
      });
      expect(received.filter(({ copies, attempts }) => copies < 1 || copies > attempts || attempts > 1 + kills)).toEqual([]);
      expect(received.filter(({ ids, id }) => ids.size !== 1 || !ids.has(id))).toEqual([]);
      // At least the mails in mid-air were indeed sent twice: this is what the kill was for.
      expect(received.filter(({ copies }) => copies > 1).length).toBeGreaterThanOrEqual(1);
      const sendings = received.reduce((sum, { attempts }) => sum + attempts, 0);
      expect(mailboxes.mails.length).toBeLessThanOrEqual(sendings);
    },
    4 * MINUTES,
  );
});
