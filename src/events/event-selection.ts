import type { Actor } from '../access/actor.js';
import { SqlParams } from '../platform/database/sql-params.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { EVENT_TYPES, type EventType } from '../platform/events/catalogue.js';
import type { EventSelection } from '../platform/events/feed.js';
import { matchesPattern } from '../platform/events/patterns.js';
import { audienceSql } from './event-audience.js';

/** Which events somebody wants to be told of; all that is given must hold. */
export interface EventFilter {
  /** Names of events, or patterns of them with `*`. */
  types?: string[];
  ticketId?: number;
  actorId?: number;
  since?: Date;
  /** The first moment that is too late. */
  until?: Date;
}

/** The events that are wanted and that the actor may see. Throws `Invalid` for a type that there is none of. */
export function selectionOf(actor: Actor, { types, ticketId, actorId, since, until }: EventFilter): EventSelection {
  const params = new SqlParams();
  params.add(actor.companyId);
  params.add(actor.userId);
  // Tells Postgres the type of a parameter that may stay unused.
  const conditions = ['($2::bigint is null or true)', audienceSql(actor, params)];
  const demand = (value: unknown, condition: (placeholder: string) => string) => {
    if (value !== undefined) conditions.push(condition(params.add(value)));
  };
  demand(types && typesMeantBy(types), (names) => `e.type = any (${names}::text[])`);
  demand(actorId, (id) => `(e.actor->>'id')::bigint = ${id}`);
  demand(since, (time) => `e.created_at >= ${time}::timestamptz`);
  demand(until, (time) => `e.created_at < ${time}::timestamptz`);
  const ticket = ticketId === undefined ? undefined : params.add(ticketId);
  return { where: conditions.join(' and '), values: params.values, ticket };
}

function typesMeantBy(patterns: string[]): EventType[] {
  const meant = patterns.map((pattern) => EVENT_TYPES.filter((type) => matchesPattern(pattern, type)));
  if (meant.some((names) => names.length === 0))
    throw Invalid.field('types', 'must be names of events, such as ticket.created, or patterns of them, such as ticket.*');
  return [...new Set(meant.flat())];
}
