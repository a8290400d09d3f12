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
  const data = Object.entries<string>(event.data).map(([key, json]) => `${JSON.stringify(key)}:${json}`);
  await rows(em, `insert into events (company_id, type, actor, ticket_id, data) values ($1, $2, $3::jsonb, $4, $5::jsonb)`, [
    event.companyId,
    event.type,
    JSON.stringify(event.actor),
    event.ticketId ?? null,
    `{${data.join(',')}}`,
  ]);
}
