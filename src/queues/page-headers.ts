import type { Request, Response } from 'express';

// What bull-board needs beside its own files: a <base>, and styles that its parts make as they are shown.
const CONTENT_SECURITY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:"],
  ...["connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'self'"],
].join('; ');

/** The headers of the pages for operators, in place of those of the API. */
export function dressPage(req: Request, res: Response): void {
  res.setHeader('Content-Security-Policy', CONTENT_SECURITY);
  // Under `no-referrer` browsers would hide the origin of our own forms.
  res.setHeader('Referrer-Policy', 'same-origin');
  // Only the operators' own browsers may keep anything, and of what the queues hold nothing.
  res.setHeader('Cache-Control', req.path.startsWith('/queues/static/') ? 'private, no-cache' : 'no-store');
}
