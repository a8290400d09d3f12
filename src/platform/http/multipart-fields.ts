import busboy from 'busboy';
import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream';
import { Unreadable } from '../errors/app-errors.js';

const MOST_FIELDS = 1000;
const MOST_BYTES = 1_048_576;

/**
 * The fields of a multipart/form-data body as the text of a form; files are read and forgotten. Throws `Unreadable` for a body that is
 * malformed, breaks off, or holds more than 1 MB or 1,000 fields.
 */
export async function readMultipartFields(req: IncomingMessage): Promise<string> {
  const parser = openParser(req);
  const pairs: string[] = [];
  let bytes = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      parser.on('field', (name, value, { nameTruncated, valueTruncated }) => {
        bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
        if (nameTruncated || valueTruncated || bytes > MOST_BYTES) reject(new Unreadable('The body is larger than 1 MB', true));
        else pairs.push(`${encode(name)}=${encode(value)}`);
      });
      parser.on('file', (_name, content) => {
        content.on('error', () => undefined);
        content.resume();
      });
      parser.on('partsLimit', () => reject(new Unreadable(`A form has at most ${MOST_FIELDS} fields`)));
      parser.on('error', () => reject(new Unreadable('The body is not complete multipart/form-data')));
      parser.on('close', resolve);
      finished(req, { writable: false }, (error) => {
        if (error) reject(new Unreadable('The body broke off'));
      });
      req.pipe(parser);
    });
  } catch (error) {
    // The client gets to hear of it only when all that it sends is read.
    req.unpipe(parser);
    parser.destroy();
    req.resume();
    throw error;
  }
  return pairs.join('&');
}

// What has been decoded badly holds halves of characters, which cannot be encoded again.
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

function openParser(req: IncomingMessage): busboy.Busboy {
  try {
    return busboy({ headers: req.headers, defParamCharset: 'utf8', limits: { parts: MOST_FIELDS, fieldSize: MOST_BYTES } });
  } catch {
    throw new Unreadable('The Content-Type of the body cannot be read');
  }
}
