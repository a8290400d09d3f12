import { Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { Database } from '../../platform/database/database.js';

const PATIENCE_MS = 10_000;
const LOOK_MS = 100;

interface Asked {
  ids: number[];
  since: Date;
}

const OWN = `m.company_id = $1 and m.is_enabled and exists (select 1 from forwarding_addresses f
  where f.company_id = m.company_id and f.id = m.forwarding_address_id and f.deleted_at is null)`;

const ASK = `
  with asked as (
    update imap_mailboxes m set look_wanted_at = now() where ${OWN} and ($2 or m.checked_at is null or m.checked_at < now() - interval '1 minute')
    returning m.forwarding_address_id)
  select to_json(array(select forwarding_address_id from asked)) as ids, now() as since`;

const LEFT = `select 1 from imap_mailboxes m where ${OWN} and m.forwarding_address_id = any ($2::bigint[])
  and (m.checked_at is null or m.checked_at <= $3) limit 1`;

/** Has the mailboxes of a company looked at now, instead of when their servers tell of new mail. */
@Injectable()
export class MailPickup {
  constructor(private readonly db: Database) {}

  /**
   * Asks the process that watches them to look, at what was not looked at for a minute, or with `isForced` at all of them. True when it has
   * within ten seconds, or nothing was to be done; false when a server or the process is away.
   */
  async look({ companyId }: { companyId: number }, isForced: boolean): Promise<boolean> {
    const [asked] = await this.db.query<Asked>(ASK, [companyId, isForced]);
    if (!asked || asked.ids.length === 0) return true;
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      if ((await this.db.query(LEFT, [companyId, asked.ids, asked.since])).length === 0) return true;
      await wait(LOOK_MS);
    }
    return false;
  }
}
