import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { DELIVERY_LOG_DAYS } from '../../platform/queue/catalogue.js';
import { Queues } from '../../platform/queue/queues.js';

const HOUR_MS = 3_600_000;
const BATCH = 2_000;

// A mail about a ticket that somebody has got stays with the ticket: by it his answer is known, however late it comes.
const FORGET = `delete from email_deliveries d using (
    select company_id, id from email_deliveries
    where finished_at < now() - interval '${DELIVERY_LOG_DAYS} days' and (ticket_id is null or state in ('failed', 'suppressed'))
    limit ${BATCH} for update skip locked) old
  where d.company_id = old.company_id and d.id = old.id returning 1`;

/** Forgets mails to which no answer can come. */
@Injectable()
export class MailSweeper implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
  ) {}

  onModuleInit(): void {
    this.queues.schedule('sweep-emails', HOUR_MS, () => this.sweep());
  }

  /** Removes what nobody has got, or was about no ticket, and has been finished for a month; several may run at once. */
  async sweep(): Promise<void> {
    for (let gone = BATCH; gone === BATCH;) gone = (await this.db.query(FORGET)).length;
  }
}
