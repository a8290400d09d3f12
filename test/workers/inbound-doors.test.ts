import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { MOST_INBOUND_BYTES } from '../../src/emails/inbound/raw-mail.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import {
  addAddress,
  deliver,
  inboundRows,
  plainMail,
  settledInbound,
  smtpPortOf,
  type AddedAddress,
} from '../support/inbound.js';
import { until } from '../support/until.js';

const DOMAIN = 'in.desk.test';
const TLS_FOLDER = new URL('../fixtures/receiver-tls/', import.meta.url).pathname;

let desk: TestDesk;
let port: number;
let help: AddedAddress;
let sales: AddedAddress;
let other: AddedAddress;

beforeAll(async () => {
  desk = await startDesk({ ROLES: 'api,worker,mail', INBOUND_MAIL_DOMAIN: DOMAIN, INBOUND_SMTP_PORT: '0' });
  port = smtpPortOf(desk);
  help = await addAddress(desk, 'help@acme.test');
  sales = await addAddress(desk, 'sales@acme.test');
  other = await addAddress(desk, 'help@globex.test', desk.globex);
});
afterAll(() => desk.stop());

const sourceOf = (key: string | null) => readFile(join(desk.env.DATA_DIR, 'attachments', String(key)), 'latin1');
const newest = async () => (await settledInbound(desk)).at(-1);

describe('the SMTP receiver', () => {
  it('keeps a mail byte for byte, with what the envelope said', async () => {
    const raw = plainMail({ text: 'Three ways.\r\n.\r\n..dots\r\nand \u00e9 in UTF-8.' });
    const answer = await deliver(port, { from: 'bounces@example.com', to: help.forwardTo, raw });
    const row = await newest();
    expect(answer).toBe(`250 Taken as ${row?.id}`);
    expect(row).toMatchObject({
      company_id: desk.acme.id,
      forwarding_address_id: help.id,
      door: 'smtp',
      mail_from: 'bounces@example.com',
      rcpt_to: [help.forwardTo],
      remote_address: '127.0.0.1',
      byte_size: Buffer.byteLength(raw),
    });
    expect(await sourceOf(row?.storage_key ?? null)).toBe(Buffer.from(raw).toString('latin1'));
  });

  it('takes mail from nobody, and at an address with a token', async () => {
    const to = `${help.hash.toUpperCase()}+Some-Token@${DOMAIN}`;
    await deliver(port, { from: '', to, raw: plainMail() });
    expect(await newest()).toMatchObject({ forwarding_address_id: help.id, mail_from: '', rcpt_to: [to] });
  });

  it('refuses who is not there when he is named, and takes the mail for the others', async () => {
    const before = (await inboundRows(desk)).length;
    const strangers = [
      `nobody@${DOMAIN}`,
      `${'0'.repeat(40)}@${DOMAIN}`,
      `${help.hash}@elsewhere.test`,
      `${help.hash}x@${DOMAIN}`,
      'help@acme.test',
    ];
    for (const to of strangers)
      await expect(deliver(port, { to, raw: plainMail() })).rejects.toMatchObject({ responseCode: 550, command: 'RCPT TO' });
    expect(await inboundRows(desk)).toHaveLength(before);
    await deliver(port, { to: [strangers[0] ?? '', help.forwardTo], raw: plainMail() });
    expect(await newest()).toMatchObject({ rcpt_to: [help.forwardTo] });
  });

  it('refuses an address that was deleted', async () => {
    const gone = await addAddress(desk, 'gone@acme.test');
    await deliver(port, { to: gone.forwardTo, raw: plainMail() });
    expect((await desk.as(desk.acme.admin).delete(`/emails/${gone.id}`)).status).toBe(204);
    await expect(deliver(port, { to: gone.forwardTo, raw: plainMail() })).rejects.toMatchObject({ responseCode: 550 });
  });

  it('keeps one mail for each company that it is to', async () => {
    const before = (await settledInbound(desk)).length;
    const raw = plainMail();
    await deliver(port, { to: [sales.forwardTo, other.forwardTo, help.forwardTo], raw });
    const rows = (await settledInbound(desk)).slice(before);
    expect(rows.map(({ company_id, forwarding_address_id, rcpt_to }) => [company_id, forwarding_address_id, rcpt_to])).toEqual([
      [desk.acme.id, sales.id, [sales.forwardTo, help.forwardTo]],
      [desk.globex.id, other.id, [other.forwardTo]],
    ]);
    expect(new Set(rows.map(({ storage_key }) => storage_key)).size).toBe(2);
    for (const { storage_key: key } of rows) expect(await sourceOf(key)).toBe(raw);
  });

  it('takes nothing that is too large, whether it says so before or not', async () => {
    const before = (await inboundRows(desk)).length;
    const head = plainMail();
    const filler = `${'x'.repeat(76)}\r\n`.repeat(Math.ceil(MOST_INBOUND_BYTES / 78) + 1);
    await expect(deliver(port, { to: help.forwardTo, raw: head + filler })).rejects.toMatchObject({ responseCode: 552 });
    expect(
      await say(['EHLO x', 'MAIL FROM:<a@b.test>', `RCPT TO:<${help.forwardTo}>`, 'DATA'], head + filler + '\r\n.\r\n'),
    ).toMatch(/^552 /);
    expect(await inboundRows(desk)).toHaveLength(before);
  });

  it('forgets a mail that breaks off', async () => {
    const before = (await inboundRows(desk)).length;
    const socket = await open();
    await lines(socket, ['EHLO x', 'MAIL FROM:<a@b.test>', `RCPT TO:<${help.forwardTo}>`, 'DATA']);
    socket.write(plainMail());
    socket.destroy();
    await deliver(port, { to: help.forwardTo, raw: plainMail() });
    expect(await settledInbound(desk)).toHaveLength(before + 1);
  });

  it('lets nobody log in, and knows no other commands', async () => {
    const greeting = await say(['EHLO x']);
    expect(greeting).toMatch(/SIZE 41943040/);
    expect(greeting).not.toMatch(/AUTH|STARTTLS|XCLIENT/);
    expect(await say(['EHLO x', 'AUTH PLAIN AGFkbWluAGFkbWlu'])).toMatch(/^50\d /);
  });
});

describe('a desk whose port is taken', () => {
  it('does not start, and says which setting it is', async () => {
    await expect(desk.second({ ROLES: ['mail'], INBOUND_SMTP_PORT: port })).rejects.toThrow(/^INBOUND_SMTP_PORT: .*EADDRINUSE/);
  });
});

describe('a desk with a key', () => {
  it('offers STARTTLS and receives over it', async () => {
    const secured = await desk.second({
      ROLES: ['mail'],
      INBOUND_SMTP_PORT: 0,
      INBOUND_SMTP_KEY_FILE: join(TLS_FOLDER, 'key.pem'),
      INBOUND_SMTP_CERT_FILE: join(TLS_FOLDER, 'cert.pem'),
    });
    const offered = smtpPortOf(secured);
    expect(await say(['EHLO x'], undefined, offered)).toMatch(/STARTTLS/);
    await deliver(offered, { to: help.forwardTo, raw: plainMail({ subject: 'Sealed' }) });
    expect(await newest()).toMatchObject({ rcpt_to: [help.forwardTo] });
  });
});

describe('a mail that has been taken', () => {
  it('is tried again when the desk cannot read it, and put aside in the end', async () => {
    const insert = `insert into inbound_emails (company_id, door, byte_size, content_hash, storage_key)
      values ($1, 'api', 1, 'x', 'inbound/gone') returning id`;
    const [{ id } = { id: 0 }] = await desk.db.query<{ id: number }>(insert, [desk.acme.id]);
    const told = async () =>
      (
        await desk.db.query<{ failures: number; state: string; error: string | null }>(
          'select failures, state, error from inbound_emails where id = $1',
          [id],
        )
      )[0];
    for (let failed = 1; failed <= 11; failed++) {
      await until(async () => (await told())?.failures === failed, `failure number ${failed}`);
      await desk.db.query('update inbound_emails set due_at = now() where id = $1', [id]);
    }
    expect(await told()).toEqual({ failures: 11, state: 'quarantined', error: expect.stringMatching(/fault of the desk/) });
  });
});

describe('a mail that kills its workers', () => {
  it('is put aside in the end, with its source', async () => {
    const died = `insert into inbound_emails (company_id, door, byte_size, content_hash, storage_key, queued_at, leased_until, crashes)
      values ($1, 'api', 1, 'x', 'inbound/deadly', now(), now() - interval '1 second', 4) returning id`;
    const [{ id } = { id: 0 }] = await desk.db.query<{ id: number }>(died, [desk.acme.id]);
    const told = async () => (await desk.as(desk.acme.admin).get(`/inbound_emails/${id}`)).body.inbound_email;
    await until(async () => (await told()).state === 'quarantined', 'the end of the attempts');
    expect(await told()).toMatchObject({ error: 'Too many attempts were broken off', has_source: true });
  });
});

async function open(at = port) {
  const socket = connect(at, '127.0.0.1');
  socket.setEncoding('latin1');
  socket.on('error', () => undefined);
  await once(socket, 'data');
  return socket;
}

/** Says each line and waits for its answer; answers the last one. */
async function lines(socket: Awaited<ReturnType<typeof open>>, commands: string[]): Promise<string> {
  let answer = '';
  for (const command of commands) {
    const whole = new Promise<string>((resolve) => {
      let heard = '';
      const hear = (chunk: string) => {
        heard += chunk;
        if (!/^\d{3} .*\r\n$/m.test(heard)) return;
        socket.off('data', hear);
        resolve(heard);
      };
      socket.on('data', hear);
    });
    socket.write(command.endsWith('\r\n.\r\n') ? command : `${command}\r\n`);
    answer = await whole;
  }
  return answer;
}

async function say(commands: string[], content?: string, at = port): Promise<string> {
  const socket = await open(at);
  const answer = await lines(socket, content === undefined ? commands : [...commands, content]);
  socket.destroy();
  return answer;
}
