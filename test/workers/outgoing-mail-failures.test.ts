import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { freePort } from '../support/desk-process.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { settledMails, type MailRow } from '../support/mails.js';
import { openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';

let desk: TestDesk;
let server: MailServer;
let port: number;
let verdict: (recipient: string) => string | null | Promise<string | null>;

const open = () => startMailServer((recipient) => verdict(recipient), port);

beforeAll(async () => {
  port = await freePort();
  server = await open();
  desk = await startDesk({ ROLES: 'api,worker', SMTP_URL: server.url });
});
afterAll(async () => {
  await desk.stop();
  await server.close();
});
beforeEach(() => {
  verdict = () => null;
});
afterEach(async () => {
  await settledMails(desk);
  await desk.db.query('delete from email_deliveries');
  await desk.db.query('delete from email_suppressions');
  server.mails.length = 0;
  server.asked.length = 0;
});

/** A reply to this address. */
async function replyTo(email: string): Promise<number> {
  const { id } = await openTicket(desk, { requester_email: email }, desk.acme.agent);
  await desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, { reply: { content: { text: 'Hello' } } });
  return id;
}

async function only(ticketId: number): Promise<MailRow> {
  const [row, ...more] = await settledMails(desk, ticketId);
  if (!row || more.length > 0) throw new Error(`${more.length + (row ? 1 : 0)} mails instead of one`);
  return row;
}

const secondsToNext = async ({ id }: MailRow) => {
  const sql = 'select extract(epoch from due_at - now())::float8 as seconds from email_deliveries where id = $1';
  return (await desk.db.query<{ seconds: number }>(sql, [id]))[0]?.seconds ?? 0;
};
const passTime = () => desk.db.query(`update email_deliveries set due_at = now() where state = 'pending'`);

describe('a mail', () => {
  it('that was taken is sent, with what the server said', async () => {
    const row = await only(await replyTo('fine@example.com'));
    expect(row).toMatchObject({ state: 'sent', attempts_count: 1, failures: 0, error: null });
    expect(row.server_answer).toBe('250 2.0.0 Taken as number 1');
    expect(server.mails.map(({ mail }) => mail.messageId)).toEqual([row.internet_message_id]);
  });

  it('that the server puts off is tried again after a minute, under the same id', async () => {
    verdict = () => '450 4.2.1 Not now';
    const ticketId = await replyTo('later@example.com');
    const row = await only(ticketId);
    expect(row).toMatchObject({ state: 'pending', attempts_count: 1, failures: 1, error: 'The mail server answered 450' });
    expect(row.server_answer).toContain('4.2.1 Not now');
    const delay = await secondsToNext(row);
    expect(delay).toBeGreaterThan(30);
    expect(delay).toBeLessThan(80);
    verdict = () => null;
    await passTime();
    expect(await only(ticketId)).toMatchObject({ state: 'sent', attempts_count: 2, error: null });
    expect(server.mails).toHaveLength(1);
  });

  it('that is put off for days fails in the end', async () => {
    verdict = () => '451 4.7.1 Try again';
    const ticketId = await replyTo('never@example.com');
    for (let attempt = 1; attempt <= 10; attempt++) {
      expect(await only(ticketId)).toMatchObject({ state: attempt < 10 ? 'pending' : 'failed', failures: attempt });
      await passTime();
    }
    expect(server.asked).toHaveLength(10);
  });

  it('that is refused for good fails at once', async () => {
    verdict = (recipient) => (recipient === 'gone@example.com' ? '550 5.1.1 No such person' : null);
    const ticketId = await replyTo('gone@example.com');
    const row = await only(ticketId);
    expect(row).toMatchObject({ state: 'failed', attempts_count: 1, error: 'The mail server answered 550' });
    expect(row.server_answer).toContain('5.1.1 No such person');
    await passTime();
    await settledMails(desk);
    expect(server.asked).toEqual(['gone@example.com']);
  });

  it('waits for a server that is away', async () => {
    await server.close();
    const ticketId = await replyTo('wait@example.com');
    expect(await only(ticketId)).toMatchObject({ state: 'pending', failures: 1, server_answer: null });
    server = await open();
    await passTime();
    expect(await only(ticketId)).toMatchObject({ state: 'sent' });
  });

  it('to a suppressed address is not sent, also when that came after it was written down', async () => {
    const suppress = (address: string) =>
      desk.db.query(`insert into email_suppressions (company_id, address, reason) values ($1, $2, 'manual')`, [
        desk.acme.id,
        address,
      ]);
    await suppress('no@example.com');
    expect(await only(await replyTo('No@Example.com'))).toMatchObject({ state: 'suppressed', attempts_count: 0 });

    verdict = () => '450 4.2.1 Not now';
    const ticketId = await replyTo('enough@example.com');
    expect((await only(ticketId)).state).toBe('pending');
    await suppress('enough@example.com');
    verdict = () => null;
    await passTime();
    expect(await only(ticketId)).toMatchObject({ state: 'suppressed', attempts_count: 1 });
    expect(server.asked).toEqual(['enough@example.com']);
    expect(server.mails).toEqual([]);
  });

  it('to an address that would break the protocol fails and says nothing to the server', async () => {
    const address = '"x\r\nRCPT TO:<evil@example.com>\r\n"@example.com';
    const ticketId = await replyTo('good@example.com');
    await only(ticketId);
    server.asked.length = 0;
    const sql = `update email_deliveries set state = 'pending', recipient = $2, due_at = now(), finished_at = null where ticket_id = $1`;
    await desk.db.query(sql, [ticketId, address]);
    const row = await only(ticketId);
    expect(row).toMatchObject({ state: 'failed', error: expect.stringContaining('cannot be sent') });
    expect(server.asked).toEqual([]);
  });

  it('whose worker has died is sent once more when its lease has ended', async () => {
    let letGo: (answer: string | null) => void = () => undefined;
    verdict = () => new Promise((resolve) => (letGo = resolve));
    const ticketId = await replyTo('twice@example.com');
    await until(() => server.asked.length === 1, 'the first attempt');
    verdict = () => null;
    // The worker is as good as dead: nothing comes of its attempt before the lease is over.
    await desk.db.query(`update email_deliveries set leased_until = now() - interval '1 second' where ticket_id = $1`, [
      ticketId,
    ]);
    await until(() => server.mails.length === 1, 'the second attempt');
    const row = await only(ticketId);
    expect(row).toMatchObject({ state: 'sent', attempts_count: 2 });
    letGo('450 4.0.0 Too late');
    expect(await only(ticketId)).toMatchObject({ state: 'sent', attempts_count: 2, failures: 0 });
    expect(server.mails).toHaveLength(1);
  });

  it('that the queue has lost is sent all the same, and only once', async () => {
    const ticketId = await replyTo('lost@example.com');
    await only(ticketId);
    const sql = `update email_deliveries set state = 'pending', queued_at = now() - interval '1 hour', round = round + 1, finished_at = null where ticket_id = $1`;
    await desk.db.query(sql, [ticketId]);
    expect(await only(ticketId)).toMatchObject({ state: 'sent', attempts_count: 2 });
    expect(server.mails).toHaveLength(2);
    expect(new Set(server.mails.map(({ mail }) => mail.messageId)).size).toBe(1);
  });
});
