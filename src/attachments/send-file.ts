import type { Request, Response } from 'express';
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { ByteRange } from '../platform/storage/disk-storage.js';
import type { StoredFile } from './downloads.service.js';

const MAX_AGE_SECONDS = 86_400;

/** What browsers show as a mere picture; anything else is saved, never opened under our name. */
const SHOWN_INLINE = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

const UNSATISFIABLE = 'unsatisfiable';

/**
 * Answers with a stored file, or with the part of it that the request asks for; with 304 when the client has it already. The
 * headers make sure that no file can act as a page of the desk.
 */
export async function sendFile(req: Request, res: Response, file: StoredFile): Promise<void> {
  const etag = etagOf(file);
  const caching = { ETag: etag, 'Cache-Control': `private, max-age=${MAX_AGE_SECONDS}, immutable` };
  res.vary('Authorization');
  if (isKnown(req, etag)) {
    res.status(304).set(caching).end();
    return;
  }
  const range = rangeOf(req, file.size, etag);
  if (range === UNSATISFIABLE) {
    res
      .status(416)
      .set('Content-Range', `bytes */${file.size}`)
      .json({ error: `The file has only ${file.size} bytes` });
    return;
  }
  // Opened before anything is said about it: a file that is missing is answered as a fault, without these headers.
  const content = await file.read(range);
  describe(res, file);
  res.set(caching);
  if (range) res.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${file.size}`);
  res.set('Content-Length', String(range ? range.end - range.start + 1 : file.size));
  if (req.method === 'HEAD') {
    content.destroy();
    res.end();
    return;
  }
  await pipeline(content, res).catch(refuseUnlessClientLeft);
}

function describe(res: Response, { filename, contentType }: StoredFile): void {
  // Express writes the disposition as RFC 6266 wants it, but only for attachments, and guesses a type that is set anew below.
  res.attachment(filename);
  if (SHOWN_INLINE.has(contentType)) {
    res.set('Content-Disposition', String(res.get('Content-Disposition')).replace(/^attachment/, 'inline'));
  }
  res.set({
    'Content-Type': contentType,
    'Accept-Ranges': 'bytes',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
  });
}

// Every key is made once and for one content, so that it is as good as a hash of the bytes.
function etagOf({ storageKey }: StoredFile): string {
  return `"${createHash('sha256').update(storageKey).digest('base64url').slice(0, 27)}"`;
}

function isKnown(req: Request, etag: string): boolean {
  const given = (req.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return given.includes(etag) || given.includes('*');
}

/** The one range that is asked for; undefined means the whole file, as it does for several ranges and for what cannot be read. */
function rangeOf(req: Request, size: number, etag: string): ByteRange | typeof UNSATISFIABLE | undefined {
  const { range, 'if-range': condition } = req.headers;
  if (req.method !== 'GET' || range === undefined || (condition !== undefined && condition !== etag)) return undefined;
  const ranges = req.range(size);
  if (ranges === -1) return UNSATISFIABLE;
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}

function refuseUnlessClientLeft(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
