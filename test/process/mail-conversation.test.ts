import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase } from '../support/database.js';
import { freePort, startDeskProcess, type DeskProcess } from '../support/desk-process.js';
import { IMAP_LOGIN, IMAP_PASSWORD, startImapServer, type ImapServer } from '../support/imap-server.js';
import { deliver, plainMail } from '../support/inbound.js';
import { startMailServer, type MailServer, type ReceivedMail } from '../support/mail-server.js';
import { addressesOf } from '../support/mails.js';
import { until } from '../support/until.js';

const TOKEN = 'token-that-the-operator-chose';
const MINUTES = 60_000;
const DOMAIN = 'in.desk.test';
const CRASHED = 60;
const KILLS = 2;

let dataDir: string;
let database: { url: string; drop: () => Promise<void> };
let mailboxes: MailServer;
let imap: ImapServer;
let api: DeskProcess;
let worker: DeskProcess;
let client: pg.Client;
let smtpPort: number;
let settings: Record<string, string>;

const startWorker = () => startDeskProcess({ ...settings, ROLES: 'worker' }, 'ready');

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'polydesk-conversation-'));
  [database, mailboxes, imap] = [await createDatabase(), await startMailServer(), await startImapServer()];
  smtpPort = await freePort();
  settings = {
    ...{ DATABASE_URL: database.url, DATA_DIR: dataDir, LOG_LEVEL: 'info', RATE_LIMITS: 'off', SMTP_URL: mailboxes.url },
    ...{ APP_SECRET: 'a secret that only these tests know and use', BOOTSTRAP_ADMIN_TOKEN: TOKEN },
    ...{ INBOUND_MAIL_DOMAIN: DOMAIN, INBOUND_SMTP_PORT: String(smtpPort), WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8' },
  };
  api = await startDeskProcess({ ...settings, ROLES: 'api,mail' });
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
  await Promise.all([mailboxes.close(), imap.close()]);
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

type Fields = Record<string, unknown>;

async function call(method: string, path: string, json?: unknown): Promise<Record<string, Fields>> {
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
  const answer = await fetch(api.url + path, { method, headers, ...(json !== undefined && { body: JSON.stringify(json) }) });
  if (!answer.ok) throw new Error(`${method} ${path} → ${answer.status}: ${await answer.text()}`);
  return answer.status === 204 ? {} : ((await answer.json()) as Record<string, Fields>);
}

async function addAddress(email: string, fields: Fields = {}): Promise<string> {
  const { forwarding_address: address } = await call('POST', '/emails', {
    forwarding_address: { email, name: 'Help', ...fields },
  });
  return String(address?.['forward_to']);
}

const ticketsOf = async (email: string) =>
  (
    await client.query<{ id: string }>(
      `select t.id from tickets t join users u on u.company_id = t.company_id and u.id = t.requester_id where u.email = $1 order by t.id`,
      [email],
    )
  ).rows.map(({ id }) => Number(id));

const settled = () =>
  until(async () => {
    const { rows } = await client.query(`select 1 from inbound_emails where state = 'pending' limit 1`);
    return rows.length === 0;
  }, 'the end of all incoming mail');

const repliesOf = async (id: number) => (await call('GET', `/tickets/${id}/replies`))['replies'] as unknown as Fields[];

/** Waits for the mail that brings this text to somebody. */
async function mailTo(recipient: string, text: string): Promise<ReceivedMail> {
  const find = () => mailboxes.mails.find(({ to, mail }) => to.includes(recipient) && (mail.text ?? '').includes(text));
  await until(() => find() !== undefined, `the mail to ${recipient}`);
  const found = find();
  if (!found) throw new Error('it is gone again');
  return found;
}

/** What a mail program writes when somebody answers. */
function answerTo({ mail }: ReceivedMail, from: string, text: string): { to: string; raw: string } {
  const [to = ''] = addressesOf(mail.replyTo ?? mail.from);
  const references = [mail.references ?? [], mail.messageId ?? []].flat().join(' ');
  const quoted = (mail.text ?? '').split('\n').map((line) => `> ${line}`);
  const headers = { 'In-Reply-To': mail.messageId ?? '', References: references };
  const body = [text, '', 'On Mon, 2 Mar 2026 at 10:00, Help wrote:', '', ...quoted].join('\r\n');
  return { to, raw: plainMail({ from, to, subject: `Re: ${mail.subject ?? ''}`, text: body, headers }) };
}

/** One whole conversation, whatever the way in; `hand` brings a mail to the desk. */
async function converse(customer: string, hand: (to: string, raw: string) => Promise<unknown>, address: string): Promise<void> {
  const first = `<first.${customer}>`;
  const opening = { from: `Jane Doe <${customer}>`, subject: 'Printer on fire', text: 'It burns.', messageId: first };
  await hand(address, plainMail(opening));
  await until(async () => (await ticketsOf(customer)).length === 1, 'the ticket');
  const [id = 0] = await ticketsOf(customer);
  const { ticket } = await call('GET', `/tickets/${id}`);
  expect(ticket).toMatchObject({
    subject: 'Printer on fire',
    unanswered: true,
    requester: { email: customer, name: 'Jane Doe' },
  });

  await call('POST', `/tickets/${id}/replies`, { reply: { content: { text: 'Have you tried water?' } } });
  expect((await call('GET', `/tickets/${id}`))['ticket']).toMatchObject({ unanswered: false });
  await call('POST', `/tickets/${id}/archive`);
  const received = await mailTo(customer, 'Have you tried water?');
  expect(received.mail.subject).toMatch(/Printer on fire/);
  expect([received.mail.inReplyTo, received.mail.references]).toEqual([first, first]);

  const { to, raw } = answerTo(received, customer, 'Water did it. Thank you!');
  await hand(to, raw);
  await until(async () => (await repliesOf(id)).length === 2, 'the answer of the customer');
  const [, answer] = await repliesOf(id);
  expect(answer).toMatchObject({
    replier: { email: customer },
    content: { text: expect.stringContaining('Water did it. Thank you!') },
  });
  expect(JSON.stringify(answer?.['content'])).not.toContain('Have you tried water?');
  const whole = await call('GET', `/tickets/${id}/replies/${String(answer?.['id'])}/whole`);
  expect(whole['content']).toMatchObject({
    text: expect.stringMatching(/Water did it[^]*> Have you tried water/),
    is_shortened: true,
  });
  expect((await call('GET', `/tickets/${id}`))['ticket']).toMatchObject({ unanswered: true, archived: false, replies_count: 2 });
  expect(await ticketsOf(customer)).toEqual([id]);

  await call('POST', `/tickets/${id}/replies`, { reply: { content: { text: 'Glad to hear it.' } } });
  const { mail: last } = await mailTo(customer, 'Glad to hear it.');
  const answered = /^Message-ID: (.*)$/im.exec(raw)?.[1];
  expect([last.inReplyTo, last.references]).toEqual([answered, [first, received.mail.messageId, answered]]);
}

describe('a conversation by mail', () => {
  it(
    'goes from the customer to the agent, back to his mailbox, and back again, over SMTP',
    async () => {
      const address = await addAddress('help@demo.example');
      await converse('jane@smtp.example', (to, raw) => deliver(smtpPort, { from: 'jane@smtp.example', to, raw }), address);
    },
    MINUTES,
  );

  it(
    'goes the same way where the mail of the address is fetched by IMAP',
    async () => {
      const known = { host: '127.0.0.1', port: imap.port, security: 'none', login: IMAP_LOGIN, password: IMAP_PASSWORD };
      await addAddress('fetched@demo.example', { imap: { ...known, fetch_all: true } });
      const hand = (_to: string, raw: string) => {
        imap.append(raw);
        return Promise.resolve();
      };
      await converse('jane@imap.example', hand, 'fetched@demo.example');
    },
    MINUTES,
  );
});

describe('a mail whose id is none', () => {
  it('is answered all the same', async () => {
    const to = await addAddress('odd@demo.example');
    const from = 'odd.id@example.com';
    await deliver(smtpPort, { from, to, raw: plainMail({ from, messageId: '<no id> at all' }) });
    await until(async () => (await ticketsOf(from)).length === 1, 'the ticket');
    const [id = 0] = await ticketsOf(from);
    await call('POST', `/tickets/${id}/replies`, { reply: { content: { text: 'We have it.' } } });
    const { mail } = await mailTo(from, 'We have it.');
    expect(mail.references).toBeUndefined();
  });
});

describe('the same message', () => {
  it(
    'makes one ticket when it is delivered three times at once',
    async () => {
      const to = await addAddress('thrice@demo.example');
      const raw = plainMail({ from: 'thrice@example.com', text: 'Once is enough.' });
      const answers = await Promise.all([1, 2, 3].map(() => deliver(smtpPort, { from: 'thrice@example.com', to, raw })));
      expect(answers.map((answer) => answer.slice(0, 3))).toEqual(['250', '250', '250']);
      await settled();
      expect(await ticketsOf('thrice@example.com')).toHaveLength(1);
      const { rows } = await client.query<{ state: string }>(
        `select state from inbound_emails where sender = 'thrice@example.com' order by state`,
      );
      expect(rows.map(({ state }) => state)).toEqual(['duplicate', 'duplicate', 'new_ticket']);
    },
    MINUTES,
  );
});

describe('a worker that is killed', () => {
  it(
    `loses none of ${CRASHED} mails and makes none of them twice`,
    async () => {
      const to = await addAddress('crash@demo.example');
      const writers = Array.from({ length: CRASHED }, (_, index) => `crash.${index}@example.com`);
      const done = async () =>
        Number(
          (
            await client.query<{ count: string }>(
              `select count(*) from inbound_emails where state <> 'pending' and sender like 'crash.%'`,
            )
          ).rows[0]?.count,
        );
      const sending = (async () => {
        for (const from of writers) await deliver(smtpPort, { from, to, raw: plainMail({ from, subject: `From ${from}` }) });
      })();
      for (let kill = 1; kill <= KILLS; kill++) {
        await until(async () => (await done()) >= (kill * CRASHED) / (KILLS + 2), `kill number ${kill}`);
        worker.child.kill('SIGKILL');
        await worker.ended();
        worker = await startWorker();
      }
      await sending;
      await settled();
      const { rows } = await client.query<{ sender: string; state: string }>(
        `select sender, state from inbound_emails where sender like 'crash.%'`,
      );
      expect(rows.map(({ sender }) => sender).sort()).toEqual([...writers].sort());
      expect(rows.filter(({ state }) => state !== 'new_ticket')).toEqual([]);
      const tickets = await client.query(`select 1 from tickets where subject like 'From crash.%'`);
      expect(tickets.rows).toHaveLength(CRASHED);
    },
    4 * MINUTES,
  );
});
