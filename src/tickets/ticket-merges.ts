import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { Database, only, rows } from '../platform/database/database.js';
import { Conflict, Invalid, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { insertMessage, prepareMessage } from './messages.js';
import { recountMessages } from './ticket-counters.js';
import { lockTicket, presentTicket, type LockedTicket } from './ticket-rows.js';

const UNDO_HOURS = 24;

interface MergeRow {
  id: number;
  target_id: number;
  stub_id: number;
  added_cc: number[];
  was_archived: boolean;
  is_recent: boolean;
}

@Injectable()
export class TicketMerges {
  constructor(private readonly db: Database) {}

  /**
   * Moves everything said on a ticket into another, in the order of time; the requester and the cc become cc there, and the source stays in
   * the archive with a pointer. Throws `NotFound` for the source, `Invalid` for the target, `Conflict` when one of them has been merged already.
   */
  async merge(actor: Actor, sourceId: number, targetId: number): Promise<string> {
    if (sourceId === targetId) throw Invalid.field('into', 'must be another ticket');
    return this.db.tx(async (em) => {
      const { source, target } = await lockPair(em, actor, sourceId, targetId);
      if (source.merged_into_id !== null || target.merged_into_id !== null)
        throw new Conflict('A ticket that has been merged cannot be merged again');
      await moveInto(em, actor, source, target);
      const data = { ticket: await presentTicket(em, actor, targetId), source: await presentTicket(em, actor, sourceId) };
      await record(em, { companyId: actor.companyId, type: 'ticket.merged', actor: eventActor(actor), ticketId: targetId, data });
      return data.ticket;
    });
  }

  /** Takes a merge back, within a day and while the target has not gone into a third ticket. Throws `NotFound`, `Conflict`. */
  async undo(actor: Actor, sourceId: number): Promise<void> {
    await this.db.tx(async (em) => {
      const source = await lockTicket(em, actor, sourceId);
      const merge = await findMerge(em, actor.companyId, sourceId);
      if (!merge || source.merged_into_id === null) throw new Conflict('The ticket has not been merged');
      if (!merge.is_recent) throw new Conflict(`A merge can be undone for ${UNDO_HOURS} hours`);
      const target = await lockTicket(em, actor, merge.target_id);
      if (target.merged_into_id !== null) throw new Conflict('The ticket that it went into has been merged itself since');
      await moveBack(em, actor.companyId, sourceId, merge);
      const data = { ticket: await presentTicket(em, actor, merge.target_id), source: await presentTicket(em, actor, sourceId) };
      await record(em, {
        companyId: actor.companyId,
        type: 'ticket.unmerged',
        actor: eventActor(actor),
        ticketId: merge.target_id,
        data,
      });
    });
  }
}

// Always the lower id first, so that two merges of the same pair wait instead of blocking each other.
async function lockPair(
  em: EntityManager,
  actor: Actor,
  sourceId: number,
  targetId: number,
): Promise<Record<'source' | 'target', LockedTicket>> {
  const locked = new Map<number, LockedTicket | NotFound>();
  for (const id of [sourceId, targetId].sort((a, b) => a - b)) locked.set(id, await lockTicket(em, actor, id).catch(asMissing));
  const [source, target] = [locked.get(sourceId), locked.get(targetId)];
  if (source === undefined || source instanceof NotFound) throw source ?? new NotFound('Ticket', sourceId);
  if (target === undefined || target instanceof NotFound) throw Invalid.field('into', 'is not a ticket of this company');
  return { source, target };
}

function asMissing(error: unknown): NotFound {
  if (error instanceof NotFound) return error;
  throw error;
}

async function moveInto(em: EntityManager, actor: Actor, source: LockedTicket, target: LockedTicket): Promise<void> {
  const { companyId } = actor;
  const addedCc = await joinCc(em, companyId, source, target);
  const moved = await rows<{ id: number; was_opening: boolean }>(
    em,
    `with old as (select id, kind from messages where company_id = $1 and ticket_id = $2)
     update messages m set ticket_id = $3, kind = case m.kind when 'opening' then 'reply' else m.kind end, is_merged = true
     from old where m.company_id = $1 and m.id = old.id returning m.id, old.kind = 'opening' as was_opening`,
    [companyId, source.id, target.id],
  );
  const stubId = await insertStub(em, actor, source, target.id);
  const insert = `insert into ticket_merges (company_id, source_id, target_id, merged_by_id, stub_id, added_cc, was_archived)
    values ($1, $2, $3, $4, $5, $6, $7) returning id`;
  const params = [companyId, source.id, target.id, actor.userId, stubId, addedCc, source.archived_at !== null];
  const { id } = only(await rows<{ id: number }>(em, insert, params));
  await rows(
    em,
    `insert into merged_messages (company_id, merge_id, message_id, was_opening)
     select $1, $2, moved.id, moved.was_opening from unnest($3::bigint[], $4::boolean[]) as moved (id, was_opening)`,
    [companyId, id, moved.map((message) => message.id), moved.map((message) => message.was_opening)],
  );
  const archive = `update tickets set merged_into_id = $3, archived_at = coalesce(archived_at, now()), updated_at = now() where company_id = $1 and id = $2`;
  await rows(em, archive, [companyId, source.id, target.id]);
  // An open question comes along.
  const waiting = `update tickets t set waiting_for = 'agent' from tickets s
    where t.company_id = $1 and t.id = $3 and s.company_id = $1 and s.id = $2 and s.waiting_for = 'agent'`;
  await rows(em, waiting, [companyId, source.id, target.id]);
  await recountMessages(em, companyId, [source.id, target.id]);
}

/** The requester and the cc of the source join the cc of the target; answers those who were not there. */
async function joinCc(em: EntityManager, companyId: number, source: LockedTicket, target: LockedTicket): Promise<number[]> {
  const sql = `
    insert into message_recipients (company_id, message_id, kind, user_id, position)
    select $1, opening.id, 'cc', joined.user_id,
      (select coalesce(max(position), 0) from message_recipients r where r.company_id = $1 and r.message_id = opening.id and r.kind = 'cc')
        + row_number() over (order by joined.user_id)
    from messages opening, (
      select $4::bigint as user_id union
      select r.user_id from messages m join message_recipients r on r.company_id = m.company_id and r.message_id = m.id and r.kind = 'cc'
      where m.company_id = $1 and m.ticket_id = $2 and m.kind = 'opening'
    ) joined
    where opening.company_id = $1 and opening.ticket_id = $3 and opening.kind = 'opening' and joined.user_id <> $5
    on conflict do nothing returning user_id`;
  const added = await rows<{ user_id: number }>(em, sql, [
    companyId,
    source.id,
    target.id,
    source.requester_id,
    target.requester_id,
  ]);
  return added.map(({ user_id }) => user_id);
}

// A ticket is never without an opening: every view of it begins there.
async function insertStub(em: EntityManager, actor: Actor, source: LockedTicket, targetId: number): Promise<number> {
  const place = {
    ticketId: source.id,
    kind: 'opening',
    authorId: source.requester_id,
    authorIsAgent: false,
    writtenById: actor.userId,
  } as const;
  return insertMessage(em, actor, place, prepareMessage({ text: `Merged into ticket #${targetId}` }));
}

async function findMerge(em: EntityManager, companyId: number, sourceId: number): Promise<MergeRow | undefined> {
  const sql = `select id, target_id, stub_id, added_cc, was_archived, created_at > now() - interval '${UNDO_HOURS} hours' as is_recent
    from ticket_merges where company_id = $1 and source_id = $2`;
  const [merge] = await rows<MergeRow>(em, sql, [companyId, sourceId]);
  return merge;
}

async function moveBack(em: EntityManager, companyId: number, sourceId: number, merge: MergeRow): Promise<void> {
  const cc = `delete from message_recipients r using messages m where r.company_id = $1 and r.kind = 'cc' and r.user_id = any ($3::bigint[])
    and m.company_id = $1 and m.id = r.message_id and m.ticket_id = $2 and m.kind = 'opening'`;
  await rows(em, cc, [companyId, merge.target_id, merge.added_cc]);
  // The stub goes first: a ticket has one opening.
  const moved = await rows<{ message_id: number; was_opening: boolean }>(
    em,
    `select message_id, was_opening from merged_messages where company_id = $1 and merge_id = $2`,
    [companyId, merge.id],
  );
  await rows(em, `delete from ticket_merges where company_id = $1 and id = $2`, [companyId, merge.id]);
  await rows(em, `delete from messages where company_id = $1 and id = $2`, [companyId, merge.stub_id]);
  const back = `
    update messages m set ticket_id = $2, kind = case when moved.was_opening then 'opening' else m.kind end,
      is_merged = exists (select 1 from merged_messages mm where mm.company_id = m.company_id and mm.message_id = m.id)
    from unnest($3::bigint[], $4::boolean[]) as moved (id, was_opening) where m.company_id = $1 and m.id = moved.id`;
  await rows(em, back, [
    companyId,
    sourceId,
    moved.map(({ message_id }) => message_id),
    moved.map(({ was_opening }) => was_opening),
  ]);
  const restore = `update tickets set merged_into_id = null, archived_at = case when $3 then archived_at end, updated_at = now()
    where company_id = $1 and id = $2`;
  await rows(em, restore, [companyId, sourceId, merge.was_archived]);
  await recountMessages(em, companyId, [sourceId, merge.target_id]);
}
