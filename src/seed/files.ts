import type { Client } from 'pg';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import type { DiskStorage } from '../platform/storage/disk-storage.js';
import type { Opening } from './batch.js';
import { copyInto, CopyRows, inTransaction } from './copy.js';
import type { SeedOptions } from './options.js';
import { Random } from './random.js';
import { writeLog } from './text.js';

const SHARE = 0.03;
// Each one is a real file that is made and flushed; a large desk shows the same with these.
const MOST_FILES = 200;
const PICTURES = ['#2f6f9f', '#9f2f4f', '#2f9f5f', '#7f7f2f'];

interface File {
  messageId: number;
  uploadedById: number;
  time: string;
  filename: string;
  contentType: string;
  bytes: Buffer;
  key: string;
}

const COLUMNS = [
  ...['company_id', 'message_id', 'uploaded_by_id', 'position', 'filename', 'content_type', 'byte_size', 'storage_key'],
  'created_at',
] as const;

/** Small texts and pictures on openings, spread evenly over the run. */
export class SeedFiles {
  private readonly count: number;
  private pictures: Promise<Buffer[]> | undefined;

  constructor(
    private readonly storage: DiskStorage,
    private readonly companyId: number,
    private readonly options: SeedOptions,
  ) {
    this.count = Math.min(MOST_FILES, Math.ceil(options.tickets * SHARE));
  }

  /** Hangs its file on each chosen opening, all of which are written. The bytes come first: no row ever tells of a file that is not there. */
  async attach(client: Client, openings: Opening[]): Promise<void> {
    const files = await Promise.all(openings.filter(({ index }) => this.isChosen(index)).map((opening) => this.fileFor(opening)));
    if (files.length === 0) return;
    await Promise.all(files.map(({ key, bytes }) => this.storage.put(key, Readable.from([bytes]))));
    await inTransaction(client, () => this.record(client, files));
  }

  private async record(client: Client, files: File[]): Promise<void> {
    const rows = new CopyRows();
    for (const { messageId, uploadedById, filename, contentType, bytes, key, time } of files)
      rows.add(this.companyId, messageId, uploadedById, 1, filename, contentType, bytes.length, key, time);
    await copyInto(client, 'attachments', COLUMNS, rows.take());
    const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
    await client.query('update companies set attachment_bytes = attachment_bytes + $2 where id = $1', [this.companyId, size]);
  }

  private isChosen(index: number): boolean {
    const place = (ticket: number) => Math.floor((ticket * this.count) / this.options.tickets);
    return place(index + 1) > place(index);
  }

  private async fileFor({ index, messageId, requesterId, time }: Opening): Promise<File> {
    const random = new Random(this.options.seed, 'file', index);
    const key = this.storage.newKey(String(this.companyId));
    const place = { messageId, uploadedById: requesterId, time, key };
    if (random.chance(0.5)) {
      const bytes = Buffer.from(writeLog(random, 3 + random.below(30)));
      return { ...place, filename: `error-${random.below(1000)}.log`, contentType: 'text/plain', bytes };
    }
    this.pictures ??= Promise.all(PICTURES.map(drawPicture));
    return {
      ...place,
      filename: `screenshot ${random.below(1000)}.png`,
      contentType: 'image/png',
      bytes: random.pick(await this.pictures),
    };
  }
}

function drawPicture(background: string): Promise<Buffer> {
  return sharp({ create: { width: 320, height: 200, channels: 3, background } })
    .png()
    .toBuffer();
}
