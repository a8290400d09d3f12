import type { NextFunction, Request, Response } from 'express';
import qs from 'qs';
import { Unreadable } from '../errors/app-errors.js';
import type { DeskRequest } from './request.js';
import { checkShape, QUERY_LIMITS } from './untrusted.js';

/** Paths that end in `.json` by name, not by habit of the client. */
const OWN_JSON_PATHS = new Set(['/openapi.json']);

/**
 * Brings the ways in which clients write an address to the one that the router knows: doubled slashes, a trailing slash and
 * the `.json` suffix vanish, and a token in the query moves to the Authorization header, so that no address that is logged,
 * answered or passed on carries it.
 */
export function normalizeUrl(req: Request, _res: Response, next: NextFunction): void {
  const [rawPath = '/', ...rest] = req.url.split('?');
  const query = rest.join('?');
  const { token, remaining } = splitToken(query);
  const path = normalizePath(rawPath);
  req.url = remaining === '' ? path : `${path}?${remaining}`;
  req.originalUrl = req.url;
  placeToken(req as DeskRequest, token);
  next();
}

function normalizePath(raw: string): string {
  const single = raw.replace(/\/{2,}/g, '/');
  const trimmed = single.length > 1 ? single.replace(/\/$/, '') : single;
  if (OWN_JSON_PATHS.has(trimmed)) return trimmed;
  return trimmed.replace(/\.json$/, '') || '/';
}

function splitToken(query: string): { token: string | undefined; remaining: string } {
  if (!query.includes('auth_token')) return { token: undefined, remaining: query };
  let token: string | undefined;
  const remaining = query.split('&').filter((pair) => {
    const [name = '', value = ''] = pair.split('=', 2);
    if (decodeLoosely(name) !== 'auth_token') return true;
    token = decodeLoosely(value);
    return false;
  });
  return { token, remaining: remaining.join('&') };
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Takes a token given as parameter; one in the Authorization header wins. Blank ones count as absent. */
export function placeToken(req: DeskRequest, token: string | undefined): void {
  if (/^bearer /i.test(req.headers.authorization ?? '')) {
    req.tokenPlace = 'header';
  } else if (token !== undefined && token.trim() !== '') {
    req.headers.authorization = `Bearer ${token.trim()}`;
    req.tokenPlace = 'parameter';
  } else {
    req.tokenPlace ??= req.headers.authorization === undefined ? 'none' : 'header';
  }
}

/** Reads the query once, for every route, also one that does not look at it: what cannot be read is refused everywhere. */
export function readQuery(req: Request, _res: Response, next: NextFunction): void {
  const start = req.url.indexOf('?');
  const readForm = (req as DeskRequest).dialect?.readForm ?? parseForm;
  const query = start < 0 ? {} : readForm(req.url.slice(start + 1));
  checkShape(query, QUERY_LIMITS);
  Object.defineProperty(req, 'query', { value: query, writable: true, configurable: true, enumerable: true });
  next();
}

/** `a[b]=1&a[c][]=2` as an object, as Rails, PHP and jQuery write it. */
export function parseForm(text: string): Record<string, unknown> {
  refuseProto(text);
  try {
    return qs.parse(text, {
      depth: 10,
      strictDepth: true,
      parameterLimit: 1000,
      throwOnLimitExceeded: true,
      arrayLimit: 1000,
      allowPrototypes: true,
      duplicates: 'last',
    });
  } catch (error) {
    throw new Unreadable(`The parameters could not be read: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

// qs drops these names in silence; here they are an error, as in JSON.
function refuseProto(text: string): void {
  if (!/proto/i.test(text)) return;
  const named = text.split('&').some((pair) => /(^|\[)__proto__(\]|\[|$)/.test(decodeLoosely(pair.split('=', 1)[0] ?? '')));
  if (named) throw new Unreadable('The input has a key that is not allowed: __proto__');
}
