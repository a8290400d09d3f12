import { Injectable } from '@nestjs/common';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { DiskStorage } from '../platform/storage/disk-storage.js';
import { typeByBytes } from './inspection.js';

const LONGEST_SIDE = 200;
const MAX_INPUT_PIXELS = 50_000_000;

/** What a small picture is made of, and what it becomes; animations keep their first frame. */
const FORMATS: Record<string, 'jpeg' | 'png'> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/gif': 'png',
  'image/webp': 'png',
  'image/avif': 'png',
  'image/tiff': 'png',
};

export interface Thumbnail {
  key: string;
  size: number;
  format: 'jpeg' | 'png';
}

/** Where the small picture of a stored file lies, if it has one. */
export const thumbKey = (storageKey: string): string => `${storageKey}.thumb`;

/** Small pictures of pictures, made when somebody asks for the first time and kept beside them. */
@Injectable()
export class Thumbnails {
  private readonly underway = new Map<string, Promise<number>>();
  private lane: Promise<unknown> = Promise.resolve();

  constructor(private readonly storage: DiskStorage) {}

  /** Null for what is no picture, or none that can be read within bounds. Throws when the file itself is gone. */
  async of(storageKey: string, contentType: string): Promise<Thumbnail | null> {
    const format = FORMATS[contentType];
    if (!format) return null;
    const key = thumbKey(storageKey);
    const size = (await this.storage.size(key)) ?? (await this.madeOnce(storageKey, format));
    return size === 0 ? null : { key, size, format };
  }

  // Many may ask at once. Another process may still make the same one: it is put whole, so either will do.
  private madeOnce(storageKey: string, format: Thumbnail['format']): Promise<number> {
    const underway =
      this.underway.get(storageKey) ??
      this.inTurn(() => this.make(storageKey, format)).finally(() => this.underway.delete(storageKey));
    this.underway.set(storageKey, underway);
    return underway;
  }

  // One after the other: a large picture needs up to 200 MB for a moment.
  private inTurn(work: () => Promise<number>): Promise<number> {
    const turn = this.lane.then(work);
    this.lane = turn.catch(() => undefined);
    return turn;
  }

  // A picture that cannot be read leaves an empty file, so that nobody has us try again and again.
  private async make(storageKey: string, format: Thumbnail['format']): Promise<number> {
    const picture = await buffer(await this.storage.read(storageKey));
    const thumb = (await shrink(picture, format)) ?? Buffer.alloc(0);
    await this.storage.put(thumbKey(storageKey), Readable.from([thumb]));
    return thumb.length;
  }
}

async function shrink(picture: Buffer, format: Thumbnail['format']): Promise<Buffer | null> {
  // The stored type may be a sender's word, and sharp reads formats that strangers should not feed it.
  if (FORMATS[(await typeByBytes(picture)) ?? ''] === undefined) return null;
  try {
    return await sharp(picture, { limitInputPixels: MAX_INPUT_PIXELS, failOn: 'error' })
      .autoOrient()
      .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
      .toFormat(format)
      .toBuffer();
  } catch {
    return null;
  }
}
