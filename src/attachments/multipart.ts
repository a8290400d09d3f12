import busboy from 'busboy';
import type { IncomingMessage } from 'node:http';
import { finished, type Readable } from 'node:stream';
import { Invalid, Unreadable } from '../platform/errors/app-errors.js';

export const MAX_FILES = 20;
const MAX_PARTS = 200;

/** A file as it comes in: whoever takes it must read `content` to its end. */
export interface IncomingFile {
  /** Undefined when the part has none, as that of a form field which was left empty. */
  filename: string | undefined;
  declaredType: string;
  content: Readable;
}

export type TakeFile<Result> = (file: IncomingFile) => Promise<Result>;

/**
 * Hands every file of a multipart/form-data body to `take` as it arrives, under whatever field, and answers what `take` made of
 * them, in their order. Throws `Invalid` for a body of another type, `Unreadable` for one that is malformed, breaks off, or has too
 * many parts; and what `take` throws. In each case every `take` has ended, and the rest of the body is read and forgotten, so
 * that the client gets to hear of it.
 */
export async function readFiles<Result>(req: IncomingMessage, take: TakeFile<Result>): Promise<Result[]> {
  const parser = openParser(req);
  const taken: Promise<Result>[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      parser.on('file', (_field, content, { filename, mimeType }) => {
        // Whoever reads it learns of errors; until then one without a listener would end the process.
        content.on('error', () => undefined);
        const result = take({ filename, declaredType: mimeType, content });
        result.catch(reject);
        taken.push(result);
      });
      parser.on('filesLimit', () => reject(new Unreadable(`One call takes at most ${MAX_FILES} files`, true)));
      parser.on('partsLimit', () => reject(new Unreadable(`One call takes at most ${MAX_PARTS} parts`, true)));
      parser.on('error', () => reject(new Unreadable('The body is not complete multipart/form-data')));
      parser.on('close', resolve);
      finished(req, { writable: false }, (error) => {
        if (error) reject(new Unreadable('The upload broke off'));
      });
      req.pipe(parser);
    });
    return await Promise.all(taken);
  } catch (error) {
    req.unpipe(parser);
    parser.destroy(error instanceof Error ? error : undefined);
    req.resume();
    await Promise.allSettled(taken);
    throw error;
  }
}

// Fields that are no files are skipped by the parser, since nobody listens to them.
function openParser(req: IncomingMessage): busboy.Busboy {
  if (!/^multipart\/form-data\b/i.test(req.headers['content-type'] ?? ''))
    throw Invalid.field('files', 'must be sent as multipart/form-data');
  try {
    return busboy({ headers: req.headers, defParamCharset: 'utf8', limits: { files: MAX_FILES, parts: MAX_PARTS } });
  } catch {
    throw new Unreadable('The Content-Type of the body cannot be read');
  }
}
