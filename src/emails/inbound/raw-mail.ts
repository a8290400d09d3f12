import { createHash } from 'node:crypto';
import { PassThrough, Transform, type Readable, type TransformCallback } from 'node:stream';
import { Unreadable } from '../../platform/errors/app-errors.js';

/** More than the 25 MB of files that the desk takes, once they are written as a mail. */
export const MOST_INBOUND_BYTES = 40 * 1024 * 1024;

/** Measures a mail on its way to the disk. Breaks off with `Unreadable` when it is too large. */
export class RawMail extends Transform {
  byteSize = 0;
  private readonly hash = createHash('sha256');

  /** Of the whole mail, once it is through. */
  contentHash(): Buffer {
    return this.hash.digest();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.byteSize += chunk.length;
    if (this.byteSize > MOST_INBOUND_BYTES) {
      done(new Unreadable(`A mail has at most ${MOST_INBOUND_BYTES} bytes`, true));
      return;
    }
    this.hash.update(chunk);
    done(null, chunk);
  }
}

/** What a stream holds, as one that may be given up while the stream goes on; it fails when the stream breaks before its end. */
export function wholeOf(stream: Readable): Readable {
  const content = new PassThrough();
  const breakOff = () => content.destroy(new Unreadable('The mail broke off'));
  stream.on('error', breakOff);
  stream.on('close', () => {
    if (!stream.readableEnded) breakOff();
  });
  // Until somebody reads it, an error without a listener would end the process.
  content.on('error', () => undefined);
  return stream.pipe(content);
}
