import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { readEnv } from '../../src/config/env.js';
import { buildLogger } from '../../src/platform/logging/logger.js';
import { Mailer, MOST_MAIL_BYTES } from '../../src/platform/mail/mailer.js';
import { isMailAddress, UnsendableMail, writeMime, type MailContent } from '../../src/platform/mail/mime.js';
import { headerOf } from '../support/mails.js';

const MAIL: MailContent = {
  from: { address: 'support@example.com', name: 'Support' },
  to: [{ address: 'jane@example.com', name: null }],
  cc: [],
  replyTo: null,
  subject: 'Hello',
  messageId: '<1@example.com>',
  references: [],
  date: new Date('2026-01-18T15:17:33Z'),
  headers: {},
  text: 'Hello\n',
  html: null,
  parts: [],
};

const EVIL = 'x\r\nBcc: evil@example.com\r\nX-Evil: yes\r\n\r\nbody';

/** The header names of a mail, and whether anything evil got into them. */
async function headersOf(given: Partial<MailContent>): Promise<string[]> {
  const parsed = await simpleParser(await writeMime({ ...MAIL, ...given }));
  expect(parsed.text?.trim()).toBe('Hello');
  return parsed.headerLines.map(({ key }) => key);
}

describe('a mail', () => {
  it('has nobody’s line breaks in its headers', async () => {
    const plain = await headersOf({
      cc: [{ address: 'cc@example.com', name: 'C' }],
      replyTo: { address: 'r@example.com', name: 'R' },
    });
    const evil = await headersOf({
      subject: EVIL,
      from: { address: 'support@example.com', name: EVIL },
      to: [{ address: 'jane@example.com', name: EVIL }],
      cc: [{ address: 'cc@example.com', name: `${EVIL}", evil@example.com, "` }],
      replyTo: { address: 'r@example.com', name: EVIL },
    });
    expect(evil.sort()).toEqual(plain.sort());
  });

  it('names nobody that its writer has not named', async () => {
    const name = 'a@evil.example, b <b@evil.example>; "c';
    const bytes = await writeMime({
      ...MAIL,
      to: [{ address: 'jane@example.com', name }],
      from: { address: 'support@example.com', name },
    });
    const { to, from } = await simpleParser(bytes);
    const addresses = [to ?? [], from ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address));
    expect(addresses).toEqual(['jane@example.com', 'support@example.com']);
  });

  it.each<[string, Partial<MailContent>]>([
    ['a sender', { from: { address: 'a@example.com\r\nBcc: b@example.com', name: null } }],
    ['a recipient', { to: [{ address: 'a@example.com>, <b@example.com', name: null }] }],
    ['a copy', { cc: [{ address: 'not an address', name: null }] }],
    ['a reply address', { replyTo: { address: 'a\n@example.com', name: null } }],
    ['a Message-ID', { messageId: '<a@b>\r\nX-Evil: yes' }],
    ['a reference', { references: ['<a@b>', '<c@d> <e@f>\n'] }],
    ['the value of a header', { headers: { 'X-Thing': EVIL } }],
    ['the name of a header', { headers: { 'X-Thing: a\r\nBcc': 'evil@example.com' } }],
    ['the type of a file', { parts: [{ filename: 'a', contentType: 'text/plain\r\nX-Evil: yes', content: Buffer.from('x') }] }],
  ])('is not written with %s that would break out of its place', async (_, given) => {
    await expect(writeMime({ ...MAIL, ...given })).rejects.toThrow(UnsendableMail);
  });

  it('keeps odd file names to one header', async () => {
    const parts = [{ filename: 'a"\r\nX-Evil: yes\r\n.txt', contentType: 'text/plain', content: Buffer.from('x') }];
    const { attachments, headerLines } = await simpleParser(await writeMime({ ...MAIL, parts }));
    expect(attachments.map(({ headers }) => headers.has('x-evil'))).toEqual([false]);
    expect(headerLines.map(({ key }) => key)).not.toContain('x-evil');
  });
});

describe('an address', () => {
  it.each(['jane@example.com', 'jane+a_b=c@example.co.uk', 'jüri@bücher.example', '"a.b."@example.com'])(
    '%s can be written to',
    (address) => expect(isMailAddress(address)).toBe(true),
  );
  it.each([
    '',
    'jane',
    '@example.com',
    'jane@',
    'a b@example.com',
    'a@b@c',
    'a@example.com\r\n',
    '"a\r\n"@example.com',
    'a@exa mple.com',
    '<a@b>',
    'a,b@c.de',
    `${'a'.repeat(65)}@b.de`,
  ])('%j cannot', (address) => expect(isMailAddress(address)).toBe(false));
});

describe('a desk without a mail server', () => {
  let dataDir: string;
  let mailer: Mailer;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'polydesk-mail-'));
    mailer = new Mailer(readEnv({ DATA_DIR: dataDir }), buildLogger('silent'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const written = async () => (await readdir(join(dataDir, 'mail'))).sort();

  it('writes each mail into a file of its own, in their order', async () => {
    const answers: string[] = [];
    for (let number = 0; number < 12; number++) {
      const outcome = await mailer.send({ from: '', to: 'jane@example.com' }, { ...MAIL, subject: `Number ${number}` });
      answers.push(outcome.answer ?? '');
    }
    expect((await written()).map((name) => `written to ${name}`)).toEqual(answers);
    const mail = await simpleParser(await readFile(join(dataDir, 'mail', (await written())[3] ?? '')));
    expect(mail.subject).toBe('Number 3');
    expect([headerOf(mail, 'return-path'), headerOf(mail, 'delivered-to')]).toEqual(['<>', 'jane@example.com']);
  });

  it.each<[string, { from?: string; to?: string }, Partial<MailContent>]>([
    [
      'is too large',
      {},
      { parts: [{ filename: 'a', contentType: 'application/octet-stream', content: Buffer.alloc(MOST_MAIL_BYTES) }] },
    ],
    ['goes to no address', { to: 'jane@example.com\r\nX-Evil: yes' }, {}],
    ['comes from no address', { from: 'a>\r\nX-Evil: yes' }, {}],
    ['has a header that cannot be', {}, { headers: { 'X-Thing': 'a\nb' } }],
  ])('writes no mail that %s', async (_, envelope, given) => {
    const before = await written();
    const outcome = await mailer.send({ from: '', to: 'jane@example.com', ...envelope }, { ...MAIL, ...given });
    expect(outcome).toEqual({ kind: 'rejected', answer: null, error: expect.stringContaining('The mail cannot be sent') });
    expect(await written()).toEqual(before);
  });
});
