import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type CopyValue = string | number | boolean | null;

const CHUNK_CHARACTERS = 64 * 1024;

/** Rows in the text format of COPY, kept as bytes: outside of the heap, and ready for the socket. */
export class CopyRows {
  private readonly chunks: Buffer[] = [];
  private text = '';

  add(...values: CopyValue[]): void {
    this.text += `${values.map(encode).join('\t')}\n`;
    if (this.text.length >= CHUNK_CHARACTERS) this.cut();
  }

  /** The chunks that are full already. */
  takeFull(): Buffer[] {
    return this.chunks.splice(0);
  }

  /** Everything that was added since the last call; the rows are forgotten. */
  take(): Buffer[] {
    if (this.text !== '') this.cut();
    return this.chunks.splice(0);
  }

  private cut(): void {
    this.chunks.push(Buffer.from(this.text));
    this.text = '';
  }
}

/** A moment in milliseconds as COPY reads it. */
export function timeOf(ms: number): string {
  return new Date(Math.floor(ms)).toISOString();
}

/** Sends rows as fast as the server takes them; the triggers and constraints of the table hold as for any insert. */
export async function copyInto(
  client: Client,
  table: string,
  columns: readonly string[],
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<void> {
  const stream = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`));
  await pipeline(Readable.from(chunks), stream);
}

/** All of `work` happens or nothing does. */
export async function inTransaction<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    // The first error is the one to tell: after it the connection may be gone.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function encode(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  return /[\\\n\r\t]/.test(value) ? value.replace(/[\\\n\r\t]/g, (sign) => ESCAPES[sign] ?? sign) : value;
}
