import { pipeline, type Readable } from 'node:stream';
import { constants, createBrotliDecompress, createUnzip } from 'node:zlib';
import { OutboundFailure } from './outbound-failure.js';

export interface BodyLimit {
  maxBytes: number;
  /** Whether what is longer, late or broken off is cut, or no answer at all. */
  beyond: 'cut' | 'refuse';
}

export interface AnswerBody {
  bytes: Buffer;
  isCut: boolean;
}

// Whoever has sent a head has answered; a body that drips must not hold up the next delivery.
const CUT_MS = 1_000;

// What is there of a compressed body that breaks off can be read all the same.
const unzip = () => createUnzip({ finishFlush: constants.Z_SYNC_FLUSH });

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: unzip,
  'x-gzip': unzip,
  deflate: unzip,
  br: () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
};

/** Whether {@link readBody} takes this content encoding off; what it does not know stays on. */
export function isDecoded(encoding: string): boolean {
  return Object.hasOwn(DECODERS, encoding.toLowerCase());
}

/**
 * Reads a body up to the limit and destroys the rest with its connection. The limit counts bytes after decompression, of which no more is
 * ever held than the limit and one chunk. Throws only for `refuse`: `OutboundFailure` when there is more, else what the stream has thrown.
 */
export async function readBody(body: Readable, encoding: string, limit: BodyLimit): Promise<AnswerBody> {
  const isPatient = limit.beyond === 'refuse';
  const patience = isPatient ? undefined : setTimeout(() => body.destroy(new Error('the body is late')), CUT_MS);
  // A connection may also fail after we have turned our back on it.
  body.on('error', () => undefined);
  const kept: Buffer[] = [];
  try {
    const isCut = await fill(kept, decoded(body, encoding), limit.maxBytes);
    if (isCut && isPatient) throw new OutboundFailure('failed', `The answer is longer than ${limit.maxBytes} bytes`);
    return { bytes: Buffer.concat(kept), isCut };
  } catch (error) {
    if (isPatient) throw error;
    return { bytes: Buffer.concat(kept), isCut: true };
  } finally {
    clearTimeout(patience);
  }
}

function decoded(body: Readable, encoding: string): Readable {
  const decoder = DECODERS[encoding.toLowerCase()]?.();
  // Errors of either reach the reader through the decoder.
  return decoder === undefined ? body : pipeline(body, decoder, () => undefined);
}

/** Answers whether there was more than `room`. */
async function fill(kept: Buffer[], source: AsyncIterable<Buffer>, room: number): Promise<boolean> {
  let left = room;
  for await (const chunk of source) {
    if (chunk.length > 0) kept.push(chunk.subarray(0, left));
    // Leaving the loop destroys the source.
    if (chunk.length > left) return true;
    left -= chunk.length;
  }
  return false;
}
