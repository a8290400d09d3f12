import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** A new API token: long and random, so that a plain SHA-256 of it is enough to store. */
export function newToken(): string {
  return `pd_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
