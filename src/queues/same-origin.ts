import type { Request } from 'express';
import { Forbidden } from '../platform/errors/app-errors.js';

/** A page of another site may send a form here, and the browser adds what it keeps for us. Throws `Forbidden` unless the request is our own page's. */
export function refuseOtherSites(req: Request): void {
  if (!isOwn(req)) throw new Forbidden('The request comes from another site');
}

// Browsers tell Sec-Fetch-Site by https and on localhost only; Origin comes with all that is not GET or HEAD.
function isOwn(req: Request): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = req.get('origin') ?? '';
  return URL.canParse(origin) && new URL(origin).host === req.host;
}
