import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { Database, only, rows } from '../platform/database/database.js';
import { Conflict, Forbidden, NotFound } from '../platform/errors/app-errors.js';
import { record, recordAll } from '../platform/events/record.js';
import { presentUsers } from '../users/people.js';
import { unassign } from './assignments.js';
import { deleteTicketRows } from './ticket-deletion.js';
import { presentTickets } from './ticket-rows.js';

/** How many tickets and messages one transaction holds. */
const TICKETS = 200;
const MESSAGES = 2000;

const IS_PERSON = `kind not in ('bot', 'customer_group')`;
const BOT = `(select min(b.id) from users b where b.company_id = $1 and b.kind = 'bot')`;

/** What he has said elsewhere stays, and is the bot's from then on; what tells only of him goes. */
const MOVE_MESSAGES = `update messages set author_id = ${BOT} where company_id = $1 and id in
  (select id from messages where company_id = $1 and author_id = $2 order by id limit ${MESSAGES}) returning 1`;
const DETACH_MESSAGES = `update messages set written_by_id = null where company_id = $1 and id in
  (select id from messages where company_id = $1 and written_by_id = $2 order by id limit ${MESSAGES}) returning 1`;

const STATEMENTS = [
  `update attachments set uploaded_by_id = null where company_id = $1 and uploaded_by_id = $2`,
  `update ticket_merges set merged_by_id = null where company_id = $1 and merged_by_id = $2`,
  `update assignments set assigned_by_id = null where company_id = $1 and assigned_by_id = $2`,
  `update tickets set first_responder_id = ${BOT} where company_id = $1 and first_responder_id = $2`,
  ...['assignments', 'stars', 'message_recipients', 'team_members', 'group_members', 'api_tokens'].map(
    (table) => `delete from ${table} where company_id = $1 and user_id = $2`,
  ),
  `delete from users where company_id = $1 and id = $2`,
];

/** Takes people away with their tickets (mapping.md M8), in transactions that stay small: one that is cut short is taken up by the next call. */
@Injectable()
export class UserDeletion {
  constructor(private readonly db: Database) {}

  /**
   * Deletes people with the tickets that they have asked; what they said on others stays. Ids that nobody has are passed over.
   * Throws `NotFound` when nobody has any of them, and `Conflict`, before anything is deleted, for the owner of the token.
   */
  async delete(actor: Actor, ids: number[]): Promise<void> {
    if (ids.includes(actor.userId)) throw new Conflict('You cannot delete yourself');
    const sql = `select id from users where company_id = $1 and id = any ($2::bigint[]) and ${IS_PERSON} order by id`;
    const known = await this.db.query<{ id: number }>(sql, [actor.companyId, ids]);
    if (known.length === 0) throw new NotFound('User', ids.join(', '));
    for (const { id } of known) await this.deleteOne(actor, id);
  }

  /** Deletes all leads as {@link delete} does; harmless when there are none. */
  async deleteLeads(actor: Actor): Promise<void> {
    const sql = `select id from users where company_id = $1 and kind = 'lead' and role = 'customer' order by id limit ${TICKETS}`;
    for (;;) {
      const leads = await this.db.query<{ id: number }>(sql, [actor.companyId]);
      if (leads.length === 0) return;
      for (const { id } of leads) await this.deleteOne(actor, id);
    }
  }

  private async deleteOne(actor: Actor, id: number): Promise<void> {
    let isDone = false;
    while (!isDone) isDone = await this.db.tx((em) => deleteSome(em, actor, id));
  }
}

/** One transaction's worth; true when nothing of him is left. */
async function deleteSome(em: EntityManager, actor: Actor, id: number): Promise<boolean> {
  const { companyId } = actor;
  if (!(await lockBoth(em, actor, id))) return true;
  if ((await deleteTicketsOf(em, actor, id)) === TICKETS) return false;
  if ((await takeTicketsFrom(em, actor, id)) === TICKETS) return false;
  for (const sql of [MOVE_MESSAGES, DETACH_MESSAGES])
    if ((await rows(em, sql, [companyId, id])).length === MESSAGES) return false;
  const user = only(await presentUsers(em, actor, [id]));
  for (const sql of STATEMENTS) await rows(em, sql, [companyId, id]);
  await record(em, { companyId, type: 'user.deleted', actor: eventActor(actor), data: { user } });
  return true;
}

// Both in the order of their ids, so that of two admins who delete each other one is left. False when somebody else was faster.
async function lockBoth(em: EntityManager, { companyId, userId }: Actor, id: number): Promise<boolean> {
  const sql = `select id, role from users where company_id = $1 and id = any ($2::bigint[]) and ${IS_PERSON} order by id for update`;
  const found = await rows<{ id: number; role: string }>(em, sql, [companyId, [userId, id]]);
  if (found.find((person) => person.id === userId)?.role !== 'admin') throw new Forbidden('Only admins delete people');
  return found.some((person) => person.id === id);
}

async function deleteTicketsOf(em: EntityManager, actor: Actor, userId: number): Promise<number> {
  const { companyId } = actor;
  const sql = `select id from tickets where company_id = $1 and requester_id = $2 order by id limit ${TICKETS} for update`;
  const ids = (await rows<{ id: number }>(em, sql, [companyId, userId])).map(({ id }) => id);
  if (ids.length === 0) return 0;
  const tickets = await presentTickets(em, actor, ids);
  await deleteTicketRows(em, companyId, ids);
  const event = { companyId, type: 'ticket.deleted', actor: eventActor(actor) } as const;
  await recordAll(
    em,
    tickets.map(({ id: ticketId, view: ticket }) => ({ ...event, ticketId, data: { ticket } })),
  );
  return ids.length;
}

async function takeTicketsFrom(em: EntityManager, actor: Actor, userId: number): Promise<number> {
  const sql = `select id from tickets where company_id = $1 and user_assignee_id = $2 order by id limit ${TICKETS} for no key update`;
  const taken = await rows<{ id: number }>(em, sql, [actor.companyId, userId]);
  for (const { id } of taken) await unassign(em, actor, id, 'user');
  return taken.length;
}
