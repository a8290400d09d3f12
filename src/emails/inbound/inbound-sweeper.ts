import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, rows } from '../../platform/database/database.js';
import { Queues } from '../../platform/queue/queues.js';
import { DiskStorage } from '../../platform/storage/disk-storage.js';

const HOUR_MS = 3_600_000;
const BATCH = 500;

/** What could not be read stays longer: nothing else tells of it. */
const QUARANTINE_DAYS = 365;

// Walks the companies, each by its index.
const FORGET = `
  with old as materialized (
    select e.company_id, e.id, e.storage_key from companies c cross join lateral (
      select o.company_id, o.id, o.storage_key from inbound_emails o
      where o.company_id = c.id and o.storage_key is not null and o.state <> 'pending'
        and o.finished_at < now() - make_interval(days => case when o.state = 'quarantined' then greatest(c.mail_kept_days, ${QUARANTINE_DAYS})
          else c.mail_kept_days end)
      order by o.finished_at limit ${BATCH} for update skip locked) e
    limit ${BATCH}
  )
  update inbound_emails e set storage_key = null from old where e.company_id = old.company_id and e.id = old.id
  returning old.storage_key as key`;

/** Forgets the sources of mails that the company wants to keep no longer; what has become of each is still known. */
@Injectable()
export class InboundSweeper implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly storage: DiskStorage,
    private readonly queues: Queues,
  ) {}

  onModuleInit(): void {
    this.queues.schedule('sweep-inbound-emails', HOUR_MS, () => this.sweep());
  }

  /** Several may run at once: each source is removed once. */
  async sweep(): Promise<void> {
    for (let batch = BATCH; batch === BATCH;) batch = await this.sweepBatch();
  }

  // The rows first: a file without a row only takes room.
  private async sweepBatch(): Promise<number> {
    const gone = await this.db.tx((em) => rows<{ key: string }>(em, FORGET));
    for (const { key } of gone) await this.storage.remove(key);
    return gone.length;
  }
}
