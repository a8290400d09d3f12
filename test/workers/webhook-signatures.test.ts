import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { newSecret, signatureHeaders } from '../../src/webhooks/signatures.js';

const BODY = '{"type":"ticket.created","data":{"subject":"Zürich ☎"}}';
const ID = 'msg_7';

/** What openssl makes of a text under a key, in hex. */
async function opensslHmac(digest: 'sha256' | 'sha1', key: Buffer, text: string): Promise<string> {
  const openssl = spawn('openssl', ['dgst', `-${digest}`, '-mac', 'HMAC', '-macopt', `hexkey:${key.toString('hex')}`]);
  let told = '';
  openssl.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
  openssl.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  openssl.stdin.end(text);
  // Without openssl on the machine this rejects, and the test fails with its name.
  const [code] = (await once(openssl, 'close')) as [number | null];
  const [, hex] = /= ([0-9a-f]+)\s*$/.exec(told) ?? [];
  if (code !== 0 || hex === undefined) throw new Error(`openssl ended with ${code}: ${told}`);
  return hex;
}

const sign = (secrets: string[], given: Partial<Parameters<typeof signatureHeaders>[0]> = {}) =>
  signatureHeaders({ id: ID, timestamp: new Date(), body: BODY, secrets, format: 'standard', ...given });

const signatureOf = (headers: Record<string, string>, place = 0) => headers['webhook-signature']?.split(' ')[place] ?? '';

describe('a new secret', () => {
  it('is that of Standard Webhooks: 32 bytes that nobody has had before', () => {
    const secrets = [newSecret(), newSecret()];
    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
    }
  });
});

describe('a signed message', () => {
  it('is verified by the library of Standard Webhooks', () => {
    const secret = newSecret();
    const headers = sign([secret]);
    expect(Object.keys(headers)).toEqual(['webhook-id', 'webhook-timestamp', 'webhook-signature']);
    expect(new Webhook(secret).verify(BODY, headers)).toEqual(JSON.parse(BODY));
  });

  it('is verified by openssl alone', async () => {
    const secret = newSecret();
    const headers = sign([secret], { timestamp: new Date('2026-03-04T05:06:07.890Z') });
    expect(headers['webhook-timestamp']).toBe('1772600767');
    const hex = await opensslHmac('sha256', Buffer.from(secret.slice(6), 'base64'), `${ID}.1772600767.${BODY}`);
    expect(signatureOf(headers)).toBe(`v1,${Buffer.from(hex, 'hex').toString('base64')}`);
  });

  it.each(['plain words', 'whsec_not base64!', 'whsec_', 'pässwörd', 'whsec_YWJj=', 'c2hvcnQ='])(
    'can be signed under the bytes of a text that is no such secret: %s',
    async (secret) => {
      const headers = sign([secret]);
      const hex = await opensslHmac('sha256', Buffer.from(secret, 'utf8'), `${ID}.${headers['webhook-timestamp']}.${BODY}`);
      expect(signatureOf(headers)).toBe(`v1,${Buffer.from(hex, 'hex').toString('base64')}`);
      expect(() => new Webhook(Buffer.from(secret, 'utf8'), { format: 'raw' }).verify(BODY, headers)).not.toThrow();
    },
  );

  it('is good under the old and the new secret while one takes the place of the other', async () => {
    const [newest, old] = [newSecret(), newSecret()];
    const headers = sign([newest, old]);
    for (const secret of [newest, old]) expect(new Webhook(secret).verify(BODY, headers)).toEqual(JSON.parse(BODY));
    const text = `${ID}.${headers['webhook-timestamp']}.${BODY}`;
    for (const [place, secret] of [newest, old].entries()) {
      const hex = await opensslHmac('sha256', Buffer.from(secret.slice(6), 'base64'), text);
      expect(signatureOf(headers, place)).toBe(`v1,${Buffer.from(hex, 'hex').toString('base64')}`);
    }
    expect(() => new Webhook(old).verify(BODY, sign([newest]))).toThrow(WebhookVerificationError);
  });

  it('is refused when anything in it has been changed', () => {
    const secret = newSecret();
    const headers = sign([secret]);
    const refused = (body: string, changed: Record<string, string>, by = secret) =>
      expect(() => new Webhook(by).verify(body, { ...headers, ...changed })).toThrow(WebhookVerificationError);
    refused(BODY.replace('created', 'deleted'), {});
    refused(BODY, { 'webhook-id': 'msg_8' });
    refused(BODY, { 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 1) });
    refused(BODY, { 'webhook-signature': signatureOf(sign([newSecret()])) });
    refused(BODY, {}, newSecret());
    refused(BODY, sign([secret], { timestamp: new Date(Date.now() - 3_600_000) }));
  });

  it('is not made without a secret', () => {
    expect(() => sign([])).toThrow();
    expect(() => sign([''])).toThrow();
  });
});

describe('the signature of Support Board', () => {
  it('is of the body under the text of the newest secret', async () => {
    const [newest, old] = [newSecret(), newSecret()];
    const headers = sign([newest, old], { format: 'support_board' });
    expect(headers['X-Sb-Signature']).toBe(`sha1=${await opensslHmac('sha1', Buffer.from(newest, 'utf8'), BODY)}`);
    for (const secret of [newest, old]) expect(() => new Webhook(secret).verify(BODY, headers)).not.toThrow();
  });

  it('is another for another body', () => {
    const secrets = [newSecret()];
    const of = (body: string) => sign(secrets, { format: 'support_board', body })['X-Sb-Signature'];
    expect(of(`${BODY} `)).not.toBe(of(BODY));
  });

  it('goes to nobody else', () => {
    expect(Object.keys(sign([newSecret()], { format: 'supportbee' }))).not.toContain('X-Sb-Signature');
  });
});
