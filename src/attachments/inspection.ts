import { fileTypeFromBuffer } from 'file-type';
import { Transform, type TransformCallback } from 'node:stream';
import { TextDecoder } from 'node:util';
import { Unreadable } from '../platform/errors/app-errors.js';

export const MAX_FILE_BYTES = 25 * 1024 * 1024;

/** Office documents show what they are only behind the first entry of their archive. */
const SAMPLE_BYTES = 64 * 1024;

const DECLARABLE = /^text\/[\w.+-]{1,80}$/;

/** What a browser might run or render as a page of ours. */
const ACTIVE = /html|xml|svg|script/;

/** Looks at a file while it passes: how large it is, and what it really is. Throws `Unreadable` when it is too large. */
export class Inspection extends Transform {
  byteSize = 0;
  private readonly sample: Buffer[] = [];
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private isText = true;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.byteSize < SAMPLE_BYTES) this.sample.push(chunk.subarray(0, SAMPLE_BYTES - this.byteSize));
    this.byteSize += chunk.length;
    if (this.byteSize > MAX_FILE_BYTES) {
      done(new Unreadable('A file may have at most 25 MB', true));
      return;
    }
    this.isText &&= !chunk.includes(0) && this.decodes(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    this.isText &&= this.decodes();
    done();
  }

  /**
   * The type by the bytes. What its sender declared counts only for a text, and only when no browser would run such a text.
   * To be asked when the whole file has passed.
   */
  async contentType(declared: string): Promise<string> {
    const found = await typeByBytes(Buffer.concat(this.sample));
    if (found !== undefined && !found.endsWith('/xml')) return found;
    if (!this.isText) return 'application/octet-stream';
    return DECLARABLE.test(declared) && !ACTIVE.test(declared) ? declared : 'text/plain';
  }

  private decodes(chunk?: Buffer): boolean {
    try {
      this.decoder.decode(chunk, { stream: chunk !== undefined });
      return true;
    } catch {
      return false;
    }
  }
}

/** What the first bytes of a file say that it is; undefined when they say nothing. */
export async function typeByBytes(sample: Uint8Array): Promise<string | undefined> {
  // A text in UTF-16, whose mark would pass for music.
  if (sample[0] === 0xff && sample[1] === 0xfe) return undefined;
  try {
    return (await fileTypeFromBuffer(sample.subarray(0, SAMPLE_BYTES)))?.mime;
  } catch {
    // Bytes made to confuse a parser have no type, and are no fault of ours.
    return undefined;
  }
}
