import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { isStaff, type Actor } from '../access/actor.js';
import { ticketVisibleSql, visibilityOf } from '../access/visibility.js';
import { Database } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { DiskStorage, type ByteRange } from '../platform/storage/disk-storage.js';
import { thumbFilename } from './filename.js';
import { Thumbnails } from './thumbnails.js';

/** A file that is ready to be read. */
export interface StoredFile {
  filename: string;
  contentType: string;
  size: number;
  /** Names these very bytes; they never change. */
  storageKey: string;
  read: (range?: ByteRange) => Promise<Readable>;
}

/** A file that lies elsewhere. */
export interface LinkedFile {
  url: string;
}

interface AttachmentRow {
  filename: string;
  content_type: string;
  byte_size: number;
  storage_key: string | null;
  external_url: string | null;
}

// An upload is its uploader's alone until a message takes it; then whoever may read the message may have it.
const findSql = (actor: Actor) => `
  select a.filename, a.content_type, a.byte_size, a.storage_key, a.external_url from attachments a
  left join messages m on m.company_id = a.company_id and m.id = a.message_id
  left join tickets t on t.company_id = m.company_id and t.id = m.ticket_id
  where a.company_id = $1 and a.id = $3 and case when a.message_id is null then a.uploaded_by_id = $2::bigint
    else ${isStaff(actor) ? 'true' : `m.kind <> 'note'`} and ${ticketVisibleSql(actor, 't')} end`;

@Injectable()
export class Downloads {
  constructor(
    private readonly db: Database,
    private readonly storage: DiskStorage,
    private readonly thumbnails: Thumbnails,
  ) {}

  /** Throws `NotFound` for an attachment that the actor may not see, and for the small picture of what is no picture. */
  async find(actor: Actor, id: number, version: 'original' | 'thumb'): Promise<StoredFile | LinkedFile> {
    const name = `attachment-${visibilityOf(actor)}`;
    const [found] = await this.db.prepared<AttachmentRow>(name, findSql(actor), [actor.companyId, actor.userId, id]);
    if (!found) throw new NotFound('Attachment', id);
    if (found.external_url !== null) return { url: found.external_url };
    if (found.storage_key === null) throw new Error(`attachment ${id} lies nowhere`);
    const file = this.stored(found, found.storage_key);
    return version === 'thumb' ? this.thumbOf(file, id) : file;
  }

  private stored({ filename, content_type: contentType, byte_size: size }: AttachmentRow, storageKey: string): StoredFile {
    return { filename, contentType, size, storageKey, read: (range) => this.storage.read(storageKey, range) };
  }

  private async thumbOf({ filename, contentType, storageKey }: StoredFile, id: number): Promise<StoredFile> {
    // Mail types go on: `image/jpeg; name=logo.jpg`.
    const [bareType = ''] = contentType.toLowerCase().split(/\s*;/, 1);
    const thumb = await this.thumbnails.of(storageKey, bareType);
    if (!thumb) throw new NotFound('Thumbnail', id);
    const { key, size, format } = thumb;
    return {
      filename: thumbFilename(filename, format),
      contentType: `image/${format}`,
      size,
      storageKey: key,
      read: (range) => this.storage.read(key, range),
    };
  }
}
