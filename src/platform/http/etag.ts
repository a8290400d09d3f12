import { hash } from 'node:crypto';

/** The strong validator of an answer: its bytes and nothing else. Express asks it for every answer, and If-Match is compared with it. */
export function etagOf(body: string | Buffer): string {
  return `"${hash('sha1', body, 'base64url')}"`;
}
