import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { Database } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { lockTicket } from './ticket-rows.js';
import { deleteTicket, turnSwitch } from './ticket-switches.js';

const MOST_AT_ONCE = 1000;

const LONG_IN_TRASH = `select id from tickets where company_id = $1 and trashed_at < now() - interval '30 days' order by trashed_at limit ${MOST_AT_ONCE}`;

const LONG_ANSWERED = `select id from tickets where company_id = $1 and archived_at is null and spam_at is null and trashed_at is null
  and last_reply_by_agent and last_activity_at < now() - interval '24 hours' order by last_activity_at limit ${MOST_AT_ONCE}`;

const THIRTY_DAYS_MS = 30 * 24 * 60 * 60 * 1000;

/** Puts away what nobody looks at any more. */
@Injectable()
export class TicketCleaning {
  constructor(private readonly db: Database) {}

  /**
   * Deletes what has been in the trash for more than thirty days, and archives what an agent was the last to answer more than a day ago; at
   * most a thousand of each, the oldest first, so that the rest waits for the next time.
   */
  async clean(actor: Actor): Promise<void> {
    for (const id of await this.find(actor, LONG_IN_TRASH)) await this.deleteForGood(actor, id);
    for (const id of await this.find(actor, LONG_ANSWERED)) await this.archive(actor, id);
  }

  private async find({ companyId }: Actor, sql: string): Promise<number[]> {
    return (await this.db.query<{ id: number }>(sql, [companyId])).map(({ id }) => id);
  }

  // Meanwhile somebody may have taken it out, or thrown it away anew.
  private async deleteForGood(actor: Actor, id: number): Promise<void> {
    await unlessGone(() =>
      this.db.tx(async (em) => {
        const ticket = await lockTicket(em, actor, id);
        if (ticket.trashed_at && ticket.trashed_at.getTime() < Date.now() - THIRTY_DAYS_MS) await deleteTicket(em, actor, ticket);
      }),
    );
  }

  private async archive(actor: Actor, id: number): Promise<void> {
    await unlessGone(() =>
      this.db.tx(async (em) => {
        await lockTicket(em, actor, id);
        await turnSwitch(em, actor, id, 'archive', true);
      }),
    );
  }
}

async function unlessGone(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}
