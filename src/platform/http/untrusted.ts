import { Unreadable } from '../errors/app-errors.js';

export interface ShapeLimits {
  depth: number;
  keys: number;
}

export const BODY_LIMITS: ShapeLimits = { depth: 20, keys: 10_000 };
export const QUERY_LIMITS: ShapeLimits = { depth: 10, keys: 1_000 };

// Also `toString` and its like: code that trusts an object's own methods must not meet them as data.
const isPrototypeKey = (key: string) => key === 'prototype' || key in Object.prototype;

/**
 * Refuses parsed input that is too deep or too wide, that names a prototype, or whose text Postgres could not
 * store as it is. Throws {@link Unreadable}.
 */
export function checkShape(input: unknown, limits: ShapeLimits): void {
  let keys = 0;
  const pending: { value: unknown; depth: number }[] = [{ value: input, depth: 0 }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { value, depth } = item;
    if (typeof value === 'string') refuseBroken(value);
    if (value === null || typeof value !== 'object') continue;
    if (depth >= limits.depth) throw new Unreadable(`The input is nested more than ${limits.depth} levels deep`);
    for (const [key, inner] of Object.entries(value)) {
      if (++keys > limits.keys) throw new Unreadable(`The input has more than ${limits.keys} values`);
      if (isPrototypeKey(key)) throw new Unreadable(`The input has a key that is not allowed: ${key}`);
      refuseBroken(key);
      pending.push({ value: inner, depth: depth + 1 });
    }
  }
}

function refuseBroken(text: string): void {
  if (text.includes('\0')) throw new Unreadable('The input holds a NUL character');
  if (/\p{Surrogate}/u.test(text)) throw new Unreadable('The input holds half a character (a lone surrogate)');
}
