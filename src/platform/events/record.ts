import type { EntityManager } from 'typeorm';
import { rows } from '../database/database.js';
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

/** Writes one event in the open transaction: it exists if, and only if, the change that it tells of does. */
export async function record<Type extends EventType>(em: EntityManager, event: NewEvent<Type>): Promise<void> {
  await recordAll(em, [event]);
}

const INSERT = `
  insert into events (company_id, type, actor, ticket_id, data)
  select given.company_id, given.type, given.actor, given.ticket_id, given.data
  from unnest($1::bigint[], $2::text[], $3::jsonb[], $4::bigint[], $5::jsonb[])
    with ordinality as given (company_id, type, actor, ticket_id, data, place)
  order by given.place`;

/** The same for several at once, in their order. */
export async function recordAll<Type extends EventType>(em: EntityManager, events: NewEvent<Type>[]): Promise<void> {
  await rows(em, INSERT, [
    events.map(({ companyId }) => companyId),
    events.map(({ type }) => type),
    events.map(({ actor }) => JSON.stringify(actor)),
    events.map(({ ticketId }) => ticketId ?? null),
    events.map(({ data }) => dataJson(data)),
  ]);
}

function dataJson(data: Record<string, string>): string {
  return `{${Object.entries(data)
    .map(([key, json]) => `${JSON.stringify(key)}:${json}`)
    .join(',')}}`;
}
