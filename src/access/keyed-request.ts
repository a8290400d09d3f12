import { createHash } from 'node:crypto';
import { Invalid } from '../platform/errors/app-errors.js';
import { clientAddress } from '../platform/http/client-address.js';
import type { DeskRequest } from '../platform/http/request.js';
import type { KeyedRequest } from '../platform/idempotency/idempotency-keys.js';
import type { Actor, Visitor } from './actor.js';

/** After the guard. */
export type RequestOfCaller = Omit<DeskRequest, 'user'> & { user?: Actor | Visitor };

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * What an `Idempotency-Key` stands for: a request of one token (without one: of one address) to one route. Null without such a header;
 * uploads and mails have none, because they are not read before the route takes them, and on other methods than POST it means nothing.
 * Throws `Invalid` for a key that is none.
 */
export function keyedRequest(req: RequestOfCaller): KeyedRequest | null {
  const key = req.headers['idempotency-key'];
  if (key === undefined || req.method !== 'POST' || req.user === undefined || req.is(['multipart/*', 'message/rfc822']))
    return null;
  if (typeof key !== 'string' || !KEY.test(key))
    throw Invalid.field('Idempotency-Key', 'must be 1 to 255 visible ASCII characters');
  const { user } = req;
  const holder = user.userId === null ? `address ${clientAddress(req)}` : `token ${user.tokenId}`;
  const route = (req.route as { path: string }).path;
  return { companyId: user.companyId, holder, route, key, fingerprint: fingerprintOf(req) };
}

function fingerprintOf({ method, originalUrl, body }: RequestOfCaller): Buffer {
  return createHash('sha256')
    .update(`${method} ${originalUrl}\n${JSON.stringify(ordered(body))}`)
    .digest();
}

/** The same value with its keys in one order, however the client has written them. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]));
}
