import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { Database, only, rows } from '../platform/database/database.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { recordAll } from '../platform/events/record.js';
import { DiskStorage } from '../platform/storage/disk-storage.js';
import { freshAttachmentSql } from './attachment.view.js';
import { cleanFilename } from './filename.js';
import { Inspection } from './inspection.js';
import type { IncomingFile, TakeFile } from './multipart.js';

/** Reads files from wherever they come, in order, and gives each to `take` once. */
export type FileSource = (take: TakeFile<StagedUpload | null>) => Promise<(StagedUpload | null)[]>;

/** A file whose bytes are on the disk, while nothing tells of it yet. */
export interface StagedUpload {
  staged: string;
  storageKey: string;
  filename: string;
  contentType: string;
  byteSize: number;
}

@Injectable()
export class Uploads {
  constructor(
    private readonly db: Database,
    private readonly storage: DiskStorage,
  ) {}

  /**
   * Keeps all files of the source, or none; until a message takes them they are their uploader's. Answers each as presented.
   * Throws `Invalid` for no file and for more than the company's quota allows, `Unreadable` for a file that is too large, and what the source throws.
   */
  async create(actor: Actor, source: FileSource): Promise<string[]> {
    const staged: StagedUpload[] = [];
    try {
      const taken = await source(async (file) => {
        const upload = await this.stage(actor.companyId, file);
        staged.push(upload);
        return isLeftEmpty(file, upload) ? null : upload;
      });
      const uploads = taken.filter((upload) => upload !== null);
      if (uploads.length === 0) throw Invalid.field('files', 'must hold a file');
      for (const upload of uploads) await this.storage.publish(upload.staged, upload.storageKey);
      const inserted = await this.db.tx((em) => insertUploads(em, actor, uploads));
      return inserted.map(({ view }) => view);
    } catch (error) {
      await Promise.allSettled(staged.map(({ storageKey }) => this.storage.remove(storageKey)));
      throw error;
    } finally {
      // Those that were published are not there any more, which is no error.
      await Promise.allSettled(staged.map((upload) => this.storage.discard(upload.staged)));
    }
  }

  /**
   * Keeps these files of a mail while `use` writes down what they belong to, with {@link insertUploads}; none of them stays when that fails.
   */
  async keep<Result>(
    companyId: number,
    files: IncomingFile[],
    use: (uploads: StagedUpload[]) => Promise<Result>,
  ): Promise<Result> {
    const staged: StagedUpload[] = [];
    try {
      for (const file of files) {
        const upload = await this.stage(companyId, file);
        staged.push(upload);
        await this.storage.publish(upload.staged, upload.storageKey);
      }
      return await use(staged);
    } catch (error) {
      await Promise.allSettled(staged.map(({ storageKey }) => this.storage.remove(storageKey)));
      await Promise.allSettled(staged.map((upload) => this.storage.discard(upload.staged)));
      throw error;
    }
  }

  private async stage(companyId: number, { filename, declaredType, content }: IncomingFile): Promise<StagedUpload> {
    const inspection = new Inspection();
    const staged = await this.storage.stage(content, inspection);
    return {
      staged,
      storageKey: this.storage.newKey(String(companyId)),
      filename: cleanFilename(filename),
      contentType: await inspection.contentType(declaredType),
      byteSize: inspection.byteSize,
    };
  }
}

// What a browser sends for a file field in which nothing was chosen.
function isLeftEmpty({ filename }: IncomingFile, { byteSize }: StagedUpload): boolean {
  return filename === undefined && byteSize === 0;
}

/** Writes down files that are kept, as those of the actor, in their order. Throws `Invalid` beyond the company's quota, and has then written nothing. */
export async function insertUploads(
  em: EntityManager,
  actor: Actor,
  uploads: StagedUpload[],
): Promise<{ id: number; view: string }[]> {
  await takeFromQuota(em, actor.companyId, uploads);
  const sql = `insert into attachments as a (company_id, uploaded_by_id, filename, content_type, byte_size, storage_key)
    select $1, $2, given.filename, given.content_type, given.byte_size, given.storage_key
    from unnest($3::text[], $4::text[], $5::bigint[], $6::text[]) with ordinality as given (filename, content_type, byte_size, storage_key, place)
    order by given.place returning a.id, (${freshAttachmentSql('a')})::text as view`;
  const columns = (['filename', 'contentType', 'byteSize', 'storageKey'] as const).map((name) =>
    uploads.map((upload) => upload[name]),
  );
  const inserted = await rows<{ id: number; view: string }>(em, sql, [actor.companyId, actor.userId, ...columns]);
  inserted.sort((a, b) => a.id - b.id);
  const event = { companyId: actor.companyId, type: 'attachment.created', actor: eventActor(actor) } as const;
  await recordAll(
    em,
    inserted.map(({ view: attachment }) => ({ ...event, data: { attachment } })),
  );
  return inserted;
}

// Holds the company's row until the end, so that parallel uploads cannot pass together where only one fits.
async function takeFromQuota(em: EntityManager, companyId: number, uploads: StagedUpload[]): Promise<void> {
  const bytes = uploads.reduce((sum, { byteSize }) => sum + byteSize, 0);
  const sql = `update companies set attachment_bytes = attachment_bytes + $2
    where id = $1 and attachment_bytes + $2 <= attachment_quota returning id`;
  if ((await rows(em, sql, [companyId, bytes])).length > 0) return;
  const { quota, free } = only(
    await rows<{ quota: number; free: number }>(
      em,
      `select attachment_quota as quota, greatest(attachment_quota - attachment_bytes, 0) as free from companies where id = $1`,
      [companyId],
    ),
  );
  throw Invalid.field('files', `exceed the company's quota of ${quota} bytes, of which ${free} are free`);
}
