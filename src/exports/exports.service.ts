import { Injectable, type OnModuleInit } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Actor } from '../access/actor.js';
import type { StoredFile } from '../attachments/downloads.service.js';
import { Database, rows } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { Queues } from '../platform/queue/queues.js';
import { DiskStorage } from '../platform/storage/disk-storage.js';

export type ExportType = 'csv' | 'txt';

export interface NewExport {
  /** What the file is called, without its ending. */
  name: string;
  type: ExportType;
  /** Its text in pieces; only one is held at a time. */
  content: AsyncIterable<string>;
}

const CONTENT_TYPES: Record<ExportType, string> = { csv: 'text/csv; charset=utf-8', txt: 'text/plain; charset=utf-8' };

const HOUR_MS = 3_600_000;
const KEPT_HOURS = 24;
const BATCH = 500;
const SECRET_BYTES = 24;

interface ExportRow {
  filename: string;
  content_type: string;
  byte_size: number;
  storage_key: string;
}

// Over all companies, like every sweep.
const SWEEP = `
  with past as materialized (
    select company_id, id from exports where expires_at <= now() order by expires_at limit ${BATCH} for update skip locked)
  delete from exports x using past where x.company_id = past.company_id and x.id = past.id returning x.storage_key`;

/** Files that are written for somebody to fetch without a token, for a day, under names that nobody can guess. */
@Injectable()
export class Exports implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly storage: DiskStorage,
    private readonly queues: Queues,
  ) {}

  onModuleInit(): void {
    this.queues.schedule('sweep-exports', HOUR_MS, () => this.sweep());
  }

  /** Writes a file and answers its address, which is good for a day. */
  async write(actor: Pick<Actor, 'companyId' | 'baseUrl'>, { name, type, content }: NewExport): Promise<string> {
    const size = { bytes: 0 };
    const staged = await this.storage.stage(Readable.from(counted(content, size)));
    const secretName = `${name}-${randomBytes(SECRET_BYTES).toString('base64url')}.${type}`;
    const key = this.storage.newKey(`exports/${actor.companyId}`);
    const sql = `insert into exports (company_id, name_hash, filename, content_type, byte_size, storage_key, expires_at)
      values ($1, $2, $3, $4, $5, $6, now() + make_interval(hours => ${KEPT_HOURS}))`;
    // The row first: the sweep finds every file by its row, should this process die in between.
    const values = [actor.companyId, hashOf(secretName), `${name}.${type}`, CONTENT_TYPES[type], size.bytes, key];
    await this.db.tx((em) => rows(em, sql, values));
    await this.storage.publish(staged, key);
    return `${actor.baseUrl}/uploads/${secretName}`;
  }

  /** The file of that name. Throws `NotFound` for a name that was never given, and when its time is over. */
  async find(secretName: string): Promise<StoredFile> {
    const sql = `select filename, content_type, byte_size, storage_key from exports where name_hash = $1 and expires_at > now()`;
    const [found] = await this.db.query<ExportRow>(sql, [hashOf(secretName)]);
    if (!found) throw new NotFound('Upload', secretName.slice(0, 100));
    const { filename, content_type: contentType, byte_size: size, storage_key: storageKey } = found;
    return { filename, contentType, size, storageKey, read: (range) => this.storage.read(storageKey, range) };
  }

  /** Removes the files whose time is over. */
  async sweep(): Promise<void> {
    for (let batch = BATCH; batch === BATCH;) {
      const gone = await this.db.tx((em) => rows<{ storage_key: string }>(em, SWEEP));
      await Promise.all(gone.map(({ storage_key: key }) => this.storage.remove(key)));
      batch = gone.length;
    }
  }
}

async function* counted(content: AsyncIterable<string>, size: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const piece of content) {
    const bytes = Buffer.from(piece);
    size.bytes += bytes.length;
    yield bytes;
  }
}

// As with tokens: long and random, so that a plain hash is enough to keep.
function hashOf(secretName: string): Buffer {
  return createHash('sha256').update(secretName).digest();
}
