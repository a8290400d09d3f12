import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { MOST_INBOUND_BYTES } from '../../src/emails/inbound/raw-mail.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { IMAP_LOGIN, IMAP_PASSWORD, startImapServer, type ImapServer } from '../support/imap-server.js';
import { addAddress, inboundRows, plainMail } from '../support/inbound.js';
import { ok } from '../support/rpc.js';
import { until } from '../support/until.js';

let desk: TestDesk;
const servers: ImapServer[] = [];

beforeAll(async () => {
  const roles = { ROLES: 'api,mail', INBOUND_SMTP_PORT: '0' };
  desk = await startDesk({ ...roles, WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8' });
});
afterEach(async () => {
  await desk.db.query('delete from imap_mailboxes');
  await desk.db.query('delete from inbound_emails');
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => desk.stop());

async function imapServer(options?: object): Promise<ImapServer> {
  const server = await startImapServer(options);
  servers.push(server);
  return server;
}

const settingsFor = ({ port }: ImapServer) => ({
  ...{ host: '127.0.0.1', port, security: 'none', login: IMAP_LOGIN, password: IMAP_PASSWORD },
});

let count = 0;

/** Adds an address whose mail is fetched; answers its id. */
async function fetchFrom(server: ImapServer, settings: object = {}): Promise<number> {
  const { id } = await addAddress(desk, `fetched.${++count}@acme.test`);
  await change(id, { ...settingsFor(server), ...settings });
  return id;
}

async function change(id: number, imap: object): Promise<void> {
  const answer = await desk.as(desk.acme.admin).put(`/emails/${id}`, { forwarding_address: { imap } });
  expect(answer.status).toBe(200);
}

const imapOf = async (id: number) => (await desk.as(desk.acme.agent).get(`/emails/${id}`)).body.forwarding_address.imap;
const untilChecked = (id: number) => until(async () => (await imapOf(id)).checked_at !== null, 'the first look');
const untilFetched = (many: number) => until(async () => (await inboundRows(desk)).length >= many, `mail number ${many}`);
const hashes = async () =>
  (await desk.db.query<{ hash: string }>(`select encode(content_hash, 'hex') as hash from inbound_emails`)).map(
    ({ hash }) => hash,
  );

/** A text and a file that is larger than any mail may be. */
function largeMail(): string {
  const part = (type: string, content: string) => `--=_x\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
  const head = plainMail({ subject: 'Plans' }).split('MIME-Version')[0] ?? '';
  const file = `${'x'.repeat(998)}\r\n`.repeat(Math.ceil(MOST_INBOUND_BYTES / 1000));
  const parts = part('text/plain', 'The plans are attached.') + part('application/octet-stream', file);
  return `${head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary="=_x"\r\n\r\n${parts}--=_x--\r\n`;
}

describe('a mailbox', () => {
  it('is read as it is and watched, by a login that is not its address', async () => {
    const server = await imapServer();
    const raw = plainMail({ subject: 'Old' });
    server.append(raw);
    const id = await fetchFrom(server, { fetch_all: true });
    await untilFetched(1);
    expect(await inboundRows(desk)).toMatchObject([
      { company_id: desk.acme.id, forwarding_address_id: id, door: 'imap', mail_from: null, rcpt_to: [], byte_size: raw.length },
    ]);
    await untilChecked(id);
    server.append(plainMail({ subject: 'New' }));
    await untilFetched(2);
    expect(server.inbox.messages.map(({ flags }) => flags.includes('\\Seen'))).toEqual([false, false]);
    expect(await imapOf(id)).toMatchObject({ login: IMAP_LOGIN, enabled: true, fetch_all: true, error: null });
  });

  it('is looked at when somebody asks, and at most once a minute unless he insists', async () => {
    const server = await imapServer();
    const id = await fetchFrom(server, { fetch_all: true });
    await untilChecked(id);
    const asked = async () =>
      (
        await desk.db.query<{ at: Date | null }>(
          'select look_wanted_at as at from imap_mailboxes where forwarding_address_id = $1',
          [id],
        )
      )[0]?.at;
    expect(await ok(desk, 'email-piping')).toBe(true);
    expect(await asked()).toBeNull();
    expect(await ok(desk, 'email-piping', { force: 1 }, { by: desk.globex.admin })).toBe(true);
    expect(await asked()).toBeNull();
    const before = (await imapOf(id)).checked_at;
    await desk.db.query(`update imap_mailboxes set checked_at = now() - interval '1 day'`);
    expect(await ok(desk, 'email-piping', { force: 1 })).toBe(true);
    expect(await asked()).not.toBeNull();
    expect((await imapOf(id)).checked_at >= before).toBe(true);
  });

  it('gives only what comes from now on unless all of it is wanted', async () => {
    const server = await imapServer();
    server.append(plainMail({ subject: 'Last year' }), '01-Jan-2025 10:00:00 +0000');
    const id = await fetchFrom(server);
    await untilChecked(id);
    server.append(plainMail({ subject: 'Today' }));
    await untilFetched(1);
    await change(id, { fetch_all: true });
    await untilFetched(3);
    // The one of today is there twice, which its content tells.
    expect(new Set(await hashes()).size).toBe(2);
  });

  it('is read on from where it was after the connection was cut, and when it is switched on again', async () => {
    const server = await imapServer();
    const id = await fetchFrom(server, { fetch_all: true });
    server.append(plainMail());
    await untilFetched(1);
    server.cut();
    server.append(plainMail());
    await untilFetched(2);
    await change(id, { enabled: false });
    await until(async () => (await server.connections()) === 0, 'the end of the watch');
    server.append(plainMail());
    await change(id, { enabled: true });
    await untilFetched(3);
    expect(new Set(await hashes()).size).toBe(3);
    expect(await inboundRows(desk)).toHaveLength(3);
  });

  it('gives of a mail that is too large what is whole at its beginning, and goes on', async () => {
    const server = await imapServer();
    server.append(largeMail());
    server.append(plainMail({ subject: 'After it' }));
    const id = await fetchFrom(server, { fetch_all: true });
    await untilFetched(2);
    const [kept] = await desk.db.query<{ id: number }>('select id from inbound_emails order by id limit 1');
    const source = (await desk.as(desk.acme.admin).download(`/inbound_emails/${kept?.id}/raw`)).bytes;
    const { subject, text, attachments } = await simpleParser(source);
    expect([subject, attachments]).toEqual(['Plans', []]);
    expect(text).toContain('The plans are attached.');
    expect(text).toMatch(/\[This mail has \d+ bytes, more than the \d+ that are taken: what is missing here is left/);
    await untilChecked(id);
    expect((await imapOf(id)).error).toMatch(/^A mail of \d+ bytes is too large: only its beginning was fetched \(UID 1\)$/);
  });

  it('is read again from its beginning when the server has numbered it anew', async () => {
    const server = await imapServer();
    await fetchFrom(server, { fetch_all: true });
    server.append(plainMail());
    server.append(plainMail());
    await untilFetched(2);
    server.inbox.uidvalidity += 1;
    server.cut();
    await untilFetched(4);
    expect(new Set(await hashes()).size).toBe(2);
  });

  it('gives each mail once to several processes, and goes over to another when one ends', async () => {
    const server = await imapServer();
    const others = [await desk.second({ ROLES: ['mail'], INBOUND_SMTP_PORT: 0 }), await desk.second({ ROLES: ['mail'] })];
    await fetchFrom(server, { fetch_all: true });
    const mails = Array.from({ length: 30 }, (_, index) => plainMail({ subject: `Number ${index}` }));
    mails.slice(0, 10).forEach((raw) => server.append(raw));
    await untilFetched(10);
    expect(await server.connections()).toBe(1);
    mails.slice(10, 20).forEach((raw) => server.append(raw));
    await desk.db.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'polydesk-mailboxes' and datname = current_database()`);
    mails.slice(20).forEach((raw) => server.append(raw));
    await untilFetched(30);
    await Promise.all(others.map((other) => other.stop()));
    server.append(plainMail({ subject: 'The last' }));
    await untilFetched(31);
    expect(await inboundRows(desk)).toHaveLength(31);
    expect(new Set(await hashes()).size).toBe(31);
  });
});

describe('a mailbox that cannot be read', () => {
  const trouble = async (id: number) => {
    await until(async () => (await imapOf(id)).error !== null, 'the trouble');
    return (await imapOf(id)).error;
  };

  it('says so, without its password', async () => {
    const server = await imapServer();
    const id = await fetchFrom(server, { password: 'a wrong one' });
    expect(await trouble(id)).toBe('The server refuses the login');
    const { text } = await desk.as(desk.acme.admin).get(`/emails/${id}`);
    expect(text).not.toContain('wrong one');
    await change(id, { password: IMAP_PASSWORD, fetch_all: true });
    server.append(plainMail());
    await untilFetched(1);
    expect((await imapOf(id)).error).toBeNull();
  });

  it('is not asked by a certificate that nobody has signed, nor without the encryption that was wanted', async () => {
    const secured = await imapServer({ secureConnection: true });
    expect(await trouble(await fetchFrom(secured, { security: 'tls' }))).toBe('The certificate of the server is not valid');
    const open = await imapServer();
    expect(await trouble(await fetchFrom(open, { security: 'starttls' }))).toMatch(/could not be read/);
    expect(await inboundRows(desk)).toEqual([]);
  });

  it('is refused at once where its server must not be asked', async () => {
    const { id } = await addAddress(desk, `fetched.${++count}@acme.test`);
    const refused = async (imap: object) =>
      (await desk.as(desk.acme.admin).put(`/emails/${id}`, { forwarding_address: { imap } })).body.errors;
    const known = { login: 'x', password: 'y' };
    expect(await refused({ ...known, host: '169.254.169.254' })).toEqual({
      'imap.host': ['must not lead to the address 169.254.169.254, which is not public'],
    });
    expect(await refused({ ...known, host: '93.184.216.34', port: 22 })).toEqual({
      'imap.host': ['must not lead to the port 22, which is none of 143, 993'],
    });
    expect(await refused({ ...known, host: 'http://x' })).toEqual({
      'imap.host': ['must be the name or the address of a server'],
    });
    expect(await refused({ host: 'imap.example.com', login: 'x' })).toEqual({ 'imap.password': ["can't be blank"] });
    expect(await refused({ host: 'imap.example.com', password: 'x' })).toEqual({ 'imap.login': ["can't be blank"] });
    expect(await refused({ ...known, port: 993 })).toEqual({ 'imap.host': ["can't be blank"] });
    expect(await imapOf(id)).toBeNull();
  });
});
