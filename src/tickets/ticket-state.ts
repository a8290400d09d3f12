import type { EntityManager } from 'typeorm';
import { eventActor, type Acting } from '../access/actor.js';
import { rows } from '../platform/database/database.js';
import { record } from '../platform/events/record.js';
import { turnSwitch } from './ticket-switches.js';
import { presentTicket } from './ticket-rows.js';

/** The state of a ticket as one word, for dialects that know no more (mapping.md section 2). */
export type TicketState = 'live' | 'for-customer' | 'for-agent' | 'archived' | 'trashed';

/**
 * Brings a locked ticket into a state: one of the first three takes it out of archive, trash and spam; the others keep whom it waits for. The
 * log tells of what that changed. True when anything changed.
 */
export async function setState(em: EntityManager, actor: Acting, ticketId: number, state: TicketState): Promise<boolean> {
  const isTrash = state === 'trashed';
  const changes = [
    isTrash || (await turnSwitch(em, actor, ticketId, 'spam', false)),
    await turnSwitch(em, actor, ticketId, 'trash', isTrash),
    isTrash || (await turnSwitch(em, actor, ticketId, 'archive', state === 'archived')),
    await waitFor(em, actor, ticketId, state),
  ];
  return changes.some(Boolean);
}

async function waitFor(em: EntityManager, actor: Acting, ticketId: number, state: TicketState): Promise<boolean> {
  if (state === 'for-customer' || state === 'for-agent')
    return turnSwitch(em, actor, ticketId, 'answered', state === 'for-customer');
  if (state !== 'live') return false;
  const sql = `update tickets set waiting_for = 'none', updated_at = now() where company_id = $1 and id = $2 and waiting_for <> 'none' returning 1`;
  if ((await rows(em, sql, [actor.companyId, ticketId])).length === 0) return false;
  const data = { ticket: await presentTicket(em, actor, ticketId) };
  await record(em, { companyId: actor.companyId, type: 'ticket.updated', actor: eventActor(actor), ticketId, data });
  return true;
}
