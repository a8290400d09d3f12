import type { Response } from 'express';
import { TooMany } from '../errors/app-errors.js';
import type { RatePolicy, WindowState } from './rate-counter.js';

/** Adds a limit to the headers of the answer, as draft-ietf-httpapi-ratelimit-headers-11 writes them; an answer may tell of several. */
export function tellLimit(res: Response, { name, quota, windowSeconds }: RatePolicy, state: WindowState): void {
  addItem(res, 'RateLimit-Policy', `"${name}";q=${quota};w=${windowSeconds}`);
  addItem(res, 'RateLimit', `"${name}";r=${state.remaining};t=${secondsOf(state)}`);
}

/** The refusal: `Retry-After` is the end of the window, as in the RateLimit header. */
export function tooMany(text: string, state: WindowState): TooMany {
  return new TooMany(text, secondsOf(state));
}

function secondsOf({ resetMs }: WindowState): number {
  return Math.max(Math.ceil(resetMs / 1000), 1);
}

function addItem(res: Response, header: string, item: string): void {
  const others = res.getHeader(header);
  res.setHeader(header, others === undefined ? item : `${String(others)}, ${item}`);
}
