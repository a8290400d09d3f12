import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Logger } from 'pino';
import { Database, rows } from '../platform/database/database.js';
import { LOGGER } from '../platform/logging/logger.js';
import { Queues } from '../platform/queue/queues.js';
import { DiskStorage } from '../platform/storage/disk-storage.js';
import { thumbKey } from './thumbnails.js';

const HOUR_MS = 3_600_000;
const KEPT_HOURS = 24;
const BATCH = 500;

// The one statement that looks over all companies. A row that a message is just taking is locked by it, and passed over.
const SWEEP = `
  with old as materialized (
    select company_id, id from attachments
    where message_id is null and created_at < now() - make_interval(hours => $1)
    order by created_at limit $2 for update skip locked
  ), gone as (
    delete from attachments a using old where a.company_id = old.company_id and a.id = old.id
    returning a.company_id, a.storage_key, a.byte_size
  ), given_back as (
    update companies c set attachment_bytes = greatest(c.attachment_bytes - freed.bytes, 0)
    from (select company_id, sum(byte_size) as bytes from gone where storage_key is not null group by company_id) freed
    where c.id = freed.company_id
  )
  select storage_key from gone`;

/** Removes uploads that no message has taken within a day, and what broken uploads have left on the disk. */
@Injectable()
export class UploadSweeper implements OnModuleInit {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
    private readonly storage: DiskStorage,
    private readonly queues: Queues,
  ) {}

  onModuleInit(): void {
    this.queues.schedule('sweep-uploads', HOUR_MS, () => this.sweep());
  }

  /** Several may run at once, beside uploads and messages: each row is removed once, and never one that a message has. */
  async sweep(): Promise<void> {
    let uploads = 0;
    for (let batch = BATCH; batch === BATCH; uploads += batch) batch = await this.sweepBatch();
    const staged = await this.storage.discardStagedBefore(new Date(Date.now() - KEPT_HOURS * HOUR_MS));
    if (uploads + staged > 0) this.logger.info({ uploads, staged }, 'removed uploads that nobody has used');
  }

  // The rows first: a file without a row only takes room, a row without its file would be a broken attachment.
  private async sweepBatch(): Promise<number> {
    const gone = await this.db.tx((em: EntityManager) => rows<{ storage_key: string | null }>(em, SWEEP, [KEPT_HOURS, BATCH]));
    for (const { storage_key: key } of gone) {
      if (key === null) continue;
      await Promise.all([this.storage.remove(key), this.storage.remove(thumbKey(key))]);
    }
    return gone.length;
  }
}
