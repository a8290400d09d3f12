import type { EventType } from '../../platform/events/catalogue.js';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import { statusCodeOf } from './conversation.js';
import { objectIn } from './shown.js';

/** A note changes none, and what is deleted has none any more. */
const WITHOUT: ReadonlySet<EventType> = new Set(['comment.created', 'ticket.deleted']);

/** What is told also when nobody knows how the ticket looked before. */
const CHANGING: ReadonlySet<EventType> = new Set([
  'ticket.created',
  'ticket.archived',
  'ticket.unarchived',
  'ticket.answered',
  'ticket.unanswered',
  'ticket.spammed',
  'ticket.unspammed',
  'ticket.trashed',
  'ticket.untrashed',
  'agent.reply.created',
  'customer.reply.created',
]);

/** The status code that the event has given to its ticket; null when it has left it as it was. */
export function newStatusOf({ type, ticketId, data }: LoggedEvent, ticketBefore: object | null): string | null {
  if (ticketId === null || WITHOUT.has(type)) return null;
  const ticket = objectIn(data, 'ticket');
  if (ticketBefore === null) return CHANGING.has(type) ? statusCodeOf(ticket) : null;
  return statusCodeOf(ticket) === statusCodeOf(ticketBefore) ? null : statusCodeOf(ticket);
}

/**
 * True when a merge, or its undoing, may have given a new status to the ticket that went into the other. How that one looked before
 * nobody says here: rather told twice than not at all.
 */
export function movesSource({ type, data }: LoggedEvent): boolean {
  return type === 'ticket.merged' || (type === 'ticket.unmerged' && statusCodeOf(objectIn(data, 'source')) !== '3');
}
