import { EVENT_TYPES } from '../../platform/events/catalogue.js';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import type { MessageContext, WebHookFormat } from './format.js';
import { isNamed, problemAmong } from './wanted.js';

/**
 * The format of our own, in the envelope of Standard Webhooks. Every event goes out: admins alone set up webhooks, and they may see
 * all that events show; secrets are in none.
 */
export const standardFormat: WebHookFormat = {
  compares: false,
  partsOf: () => [''],
  isWanted: (patterns, event) => isNamed(patterns, event, [event.type]),
  bodyOf: (event, _part, { company }) =>
    JSON.stringify({ type: event.type, timestamp: event.createdAt.toISOString(), data: dataOf(event, company) }),
  problemOf: (pattern) => problemAmong(pattern, EVENT_TYPES),
};

// The objects come last: what company.created shows of the company is more than the envelope says of it.
function dataOf(event: LoggedEvent, { subdomain, name }: MessageContext['company']): object {
  return { id: event.id, sequence: event.ticketSequence, actor: event.actor, company: { subdomain, name }, ...event.data };
}
