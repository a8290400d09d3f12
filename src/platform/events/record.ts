import type { EntityManager } from 'typeorm';
import { only, prepared, tellAfterCommit } from '../database/database.js';
import type { EVENT_DATA, EventType } from './catalogue.js';

/** Who did it, as the log keeps it: a copy, since people can be erased and the log stays. */
export interface EventActor {
  id: number | null;
  role: string;
}

export interface NewEvent<Type extends EventType> {
  companyId: number;
  type: Type;
  actor: EventActor;
  ticketId?: number;
  /** JSON texts by key, exactly the keys of the catalogue. */
  data: Record<(typeof EVENT_DATA)[Type][number], string>;
}

/**
 * Writes one event in the open transaction: it exists, and its consumers will be told, if and only if the change that it tells of does.
 * Answers its id.
 */
export async function record<Type extends EventType>(em: EntityManager, event: NewEvent<Type>): Promise<number> {
  return only(await insert(em, [event])).id;
}

/** The same for several at once, in their order. */
export async function recordAll<Type extends EventType>(em: EntityManager, events: NewEvent<Type>[]): Promise<void> {
  await insert(em, events);
}

// Whoever records for a ticket holds it, so that its events are numbered without gaps; who does not is told by a unique key and repeated.
const INSERT = `
  with given as (
    select * from unnest($1::bigint[], $2::text[], $3::jsonb[], $4::bigint[], $5::jsonb[])
      with ordinality as given (company_id, type, actor, ticket_id, data, place)
  ), written as (
    insert into events (company_id, type, actor, ticket_id, ticket_sequence, data)
    select company_id, type, actor, ticket_id,
      case when ticket_id is not null then row_number() over (partition by company_id, ticket_id order by place) + coalesce(
        (select max(e.ticket_sequence) from events e where e.company_id = given.company_id and e.ticket_id = given.ticket_id), 0) end,
      data
    from given order by place
    returning company_id, id
  )
  insert into event_outbox (company_id, event_id) select company_id, id from written returning event_id as id`;

async function insert<Type extends EventType>(em: EntityManager, events: NewEvent<Type>[]): Promise<{ id: number }[]> {
  const written = await prepared<{ id: number }>(em, 'record-events', INSERT, [
    events.map(({ companyId }) => companyId),
    events.map(({ type }) => type),
    events.map(({ actor }) => JSON.stringify(actor)),
    events.map(({ ticketId }) => ticketId ?? null),
    events.map(({ data }) => dataJson(data)),
  ]);
  tellAfterCommit(em);
  return written;
}

function dataJson(data: Record<string, string>): string {
  return `{${Object.entries(data)
    .map(([key, json]) => `${JSON.stringify(key)}:${json}`)
    .join(',')}}`;
}
