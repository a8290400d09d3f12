import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authenticate } from 'mailauth';
import { readEnv } from '../../src/config/env.js';
import { buildLogger } from '../../src/platform/logging/logger.js';
import { Mailer } from '../../src/platform/mail/mailer.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const RECORD = `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`;

let server: MailServer;
let folder: string;

beforeAll(async () => {
  server = await startMailServer();
  folder = await mkdtemp(join(tmpdir(), 'polydesk-dkim-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  server.mails.length = 0;
});

const settings = (key = privateKey) => ({ DKIM_DOMAIN: 'Example.com', DKIM_SELECTOR: 'desk', DKIM_PRIVATE_KEY: key });

/** Sends a mail over SMTP and answers what the server has got. */
async function receive(from: string, given: Record<string, string> = settings()): Promise<string> {
  const mailer = new Mailer(readEnv({ DATA_DIR: folder, SMTP_URL: server.url, ...given }), buildLogger('silent'));
  const outcome = await mailer.send(
    { from, to: 'jane@example.org' },
    {
      from: { address: from, name: 'Söpport' },
      to: [{ address: 'jane@example.org', name: null }],
      cc: [],
      replyTo: null,
      subject: 'Grüße',
      messageId: '<1@example.com>',
      references: ['<0@example.org>'],
      date: new Date('2026-01-18T15:17:33Z'),
      headers: { 'List-Unsubscribe': '<https://desk.example.com/unsubscribe/1>' },
      text: '.\nWith a dot, and blanks  \n\n\n',
      html: '<p>Grüße</p>',
      parts: [{ filename: 'a.bin', contentType: 'application/octet-stream', content: Buffer.alloc(3000, 7) }],
    },
  );
  mailer.onApplicationShutdown();
  expect(outcome.kind).toBe('accepted');
  return server.mails.at(-1)?.raw ?? '';
}

/** What a receiver who asks the DNS finds out about a mail. */
async function verdict(raw: string) {
  const resolver = (name: string) =>
    name === 'desk._domainkey.example.com'
      ? Promise.resolve([[RECORD]])
      : Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
  const { dkim } = await authenticate(Buffer.from(raw), { resolver, disableArc: true, disableBimi: true, disableDmarc: true });
  return dkim.results.map(({ signingDomain, status }) => [signingDomain, status.result]);
}

describe('a desk with a DKIM key', () => {
  it.each(['support@example.com', 'Support@EXAMPLE.com', 'support@mail.example.com'])(
    'signs what %s writes, as receivers can prove',
    async (from) => {
      expect(await verdict(await receive(from))).toEqual([['example.com', 'pass']]);
    },
  );

  it('takes the key from a file, and from one line', async () => {
    const path = join(folder, 'dkim.pem');
    await writeFile(path, privateKey);
    for (const key of [path, privateKey.replaceAll('\n', '\\n')])
      expect(await verdict(await receive('support@example.com', settings(key)))).toEqual([['example.com', 'pass']]);
  });

  it('cannot vouch for what was changed on the way', async () => {
    const raw = await receive('support@example.com');
    for (const [was, is] of [
      ['With a dot', 'With a dog'],
      ['jane@example.org', 'john@example.org'],
    ] as const) {
      const changed = raw.replaceAll(was, is);
      expect(changed).not.toBe(raw);
      expect(await verdict(changed)).toEqual([['example.com', expect.not.stringMatching(/^pass$/)]]);
    }
  });

  it.each(['support@example.net', 'support@notexample.com', 'support@example.com.evil.example'])(
    'does not sign for others: %s',
    async (from) => {
      expect(await receive(from)).not.toMatch(/DKIM-Signature/i);
    },
  );
});

it('a desk without a key signs nothing', async () => {
  expect(await receive('support@example.com', {})).not.toMatch(/DKIM-Signature/i);
});

describe('a DKIM key that is none', () => {
  const pem = { type: 'pkcs8', format: 'pem' } as const;
  const ed25519 = generateKeyPairSync('ed25519').privateKey.export(pem).toString();
  const short = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey.export(pem).toString();

  it.each<[string, string]>([
    ['a path that leads nowhere', '/no/such/SECRET'],
    ['what only begins like a key', '-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----'],
    ['a key of another kind', ed25519],
    ['a key that is too short', short],
  ])('does not let the desk start, and is not told: %s', (_, key) => {
    const body = key.split('\n')[1] ?? key;
    let message = '';
    try {
      readEnv(settings(key));
    } catch (error) {
      message = error instanceof Error ? error.message : '';
    }
    expect(message).toMatch(/DKIM_PRIVATE_KEY: must be an? (RSA )?private key/);
    expect(message).not.toContain(body);
    expect(message).not.toContain('SECRET');
  });

  it('nor does one without its domain and selector', () => {
    expect(() => readEnv({ DKIM_PRIVATE_KEY: privateKey })).toThrow('each is nothing without the others');
    expect(() => readEnv({ DKIM_DOMAIN: 'example.com', DKIM_SELECTOR: 'desk' })).toThrow('each is nothing without the others');
  });
});
