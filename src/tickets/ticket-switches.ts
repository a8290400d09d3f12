import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Acting, type Actor } from '../access/actor.js';
import { Database, rows } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import type { EventType } from '../platform/events/catalogue.js';
import { record } from '../platform/events/record.js';
import type { Precondition } from '../platform/http/if-match.js';
import { deleteTicketRows } from './ticket-deletion.js';
import { lockTicket, presentTicket, type LockedTicket } from './ticket-rows.js';

export const SWITCHES = ['archive', 'answered', 'star', 'spam', 'trash'] as const;
export type TicketSwitch = (typeof SWITCHES)[number];

interface SwitchChange {
  /** Changes the row only when it is not so already: `$1` company, `$2` ticket, `$3` person. */
  sql: string;
  event: SwitchEvent;
}

type SwitchEvent = Extract<EventType, `ticket.${'' | 'un'}${'archived' | 'answered' | 'starred' | 'spammed' | 'trashed'}`>;

const update = (set: string, unless: string) =>
  `update tickets set ${set}, updated_at = now() where company_id = $1 and id = $2 and ($3::bigint is null or true) and not (${unless}) returning 1`;

const dated = (column: string, on: SwitchEvent, off: SwitchEvent): Record<'on' | 'off', SwitchChange> => ({
  on: { sql: update(`${column} = now()`, `${column} is not null`), event: on },
  off: { sql: update(`${column} = null`, `${column} is null`), event: off },
});

const CHANGES: Record<TicketSwitch, Record<'on' | 'off', SwitchChange>> = {
  archive: dated('archived_at', 'ticket.archived', 'ticket.unarchived'),
  spam: dated('spam_at', 'ticket.spammed', 'ticket.unspammed'),
  trash: dated('trashed_at', 'ticket.trashed', 'ticket.untrashed'),
  answered: {
    on: { sql: update(`waiting_for = 'customer'`, `waiting_for = 'customer'`), event: 'ticket.answered' },
    off: { sql: update(`waiting_for = 'agent'`, `waiting_for = 'agent'`), event: 'ticket.unanswered' },
  },
  star: {
    on: {
      sql: `insert into stars (company_id, ticket_id, user_id) values ($1, $2, $3) on conflict do nothing returning 1`,
      event: 'ticket.starred',
    },
    off: {
      sql: `delete from stars where company_id = $1 and ticket_id = $2 and user_id = $3 returning 1`,
      event: 'ticket.unstarred',
    },
  },
};

/** Sets or clears a switch in the open transaction; true when that changed anything, and only then the log tells of it. */
export async function turnSwitch(
  em: EntityManager,
  actor: Acting,
  ticketId: number,
  name: TicketSwitch,
  isOn: boolean,
): Promise<boolean> {
  const { sql, event } = CHANGES[name][isOn ? 'on' : 'off'];
  const changed = await rows(em, sql, [actor.companyId, ticketId, actor.userId]);
  if (changed.length === 0) return false;
  const data = { ticket: await presentTicket(em, actor, ticketId) };
  await record(em, { companyId: actor.companyId, type: event, actor: eventActor(actor), ticketId, data });
  return true;
}

@Injectable()
export class TicketSwitches {
  constructor(private readonly db: Database) {}

  /** Doing it twice is harmless. Throws `NotFound`, `PreconditionFailed`. */
  async turn(actor: Actor, ticketId: number, name: TicketSwitch, isOn: boolean, ifMatch?: Precondition): Promise<void> {
    await this.db.tx(async (em) => {
      await lockTicket(em, actor, ticketId, ifMatch);
      await turnSwitch(em, actor, ticketId, name, isOn);
    });
  }

  /** Deletes a trashed ticket with all that was said on it; the log keeps what it looked like. Throws `NotFound`, also while it is not in the trash. */
  async delete(actor: Actor, ticketId: number, ifMatch?: Precondition): Promise<void> {
    await this.db.tx(async (em) => {
      await deleteTicket(em, actor, await lockTicket(em, actor, ticketId, ifMatch));
    });
  }
}

/** {@link TicketSwitches.delete} for a ticket that is locked already. */
export async function deleteTicket(em: EntityManager, actor: Actor, ticket: LockedTicket): Promise<void> {
  // supportbee.md section 3.5: 404 with a text, although the ticket is there.
  if (!ticket.trashed_at) throw new NotFound('Ticket', `${ticket.id} in the trash`);
  const ticketId = ticket.id;
  const data = { ticket: await presentTicket(em, actor, ticketId) };
  await deleteTicketRows(em, actor.companyId, [ticketId]);
  await record(em, { companyId: actor.companyId, type: 'ticket.deleted', actor: eventActor(actor), ticketId, data });
}
