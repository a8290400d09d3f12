import { createHmac, randomBytes } from 'node:crypto';
import type { FormatName } from './formats/formats.js';

/** What is signed, and for whom. */
export interface Signing {
  /** Of the message; the same in every attempt. */
  id: string;
  /** When this attempt is made: receivers refuse what is older than some minutes. */
  timestamp: Date;
  body: string;
  /** Newest first; two while the older is still good. */
  secrets: string[];
  format: FormatName;
}

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

/** A secret in the form of Standard Webhooks. */
export function newSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/**
 * The headers of Standard Webhooks, with a signature under each secret, so that receivers may change theirs at leisure; Support Board's
 * own beside them where its family is spoken to (real-servers.md section 2).
 */
export function signatureHeaders({ id, timestamp, body, secrets, format }: Signing): Record<string, string> {
  const [newest] = secrets;
  if (newest === undefined || newest === '') throw new Error('a webhook without a secret cannot be signed for');
  const seconds = String(Math.floor(timestamp.getTime() / 1000));
  const signatures = secrets.map((secret) => `v1,${hmac('sha256', keyOf(secret), `${id}.${seconds}.${body}`, 'base64')}`);
  const headers = { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') };
  if (format !== 'support_board') return headers;
  return { ...headers, 'X-Sb-Signature': `sha1=${hmac('sha1', Buffer.from(newest), body, 'hex')}` };
}

/** The bytes that a secret of ours stands for; of any other, those of its text. */
function keyOf(secret: string): Buffer {
  const base64 = secret.slice(PREFIX.length);
  return secret.startsWith(PREFIX) && BASE64.test(base64) ? Buffer.from(base64, 'base64') : Buffer.from(secret);
}

function hmac(algorithm: 'sha256' | 'sha1', key: Buffer, text: string, encoding: 'base64' | 'hex'): string {
  return createHmac(algorithm, key).update(text).digest(encoding);
}
