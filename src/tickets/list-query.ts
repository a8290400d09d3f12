import { Invalid } from '../platform/errors/app-errors.js';
import { TICKETS_PER_PAGE, type ListTicketsQuery, type SearchTicketsQuery } from './list-query.dto.js';
import { parseQuery, type Term } from './search-query.js';
import type { Switch, TicketFilter } from './ticket-filter.js';
import type { Slice } from './ticket-list.js';
import type { TicketListing } from './ticket-page.js';
import { TICKET_FIELDS } from './ticket.view.js';

const ON = new Set(['true', '1', 'yes', 'on']);

/** The parameters of GET /tickets as what they mean (supportbee.md section 3.1). Throws `Invalid`. */
export function readListQuery(query: ListTicketsQuery): TicketListing {
  if (query.replies === false && query.max_replies !== undefined)
    throw Invalid.field('max_replies', 'does not go together with replies=false');
  const terms = query.q === undefined ? undefined : parseQuery(query.q);
  const sort = query.sort_by ?? 'last_activity';
  const { since, until } = query;
  const isByCreation = sort === 'creation_time';
  return {
    filter: {
      ...switchesOf(query, terms, 'none'),
      hasReplies: query.replies,
      maxReplies: query.max_replies,
      assignedUser: someone('assigned_user', query.assigned_user, 'me'),
      assignedTeam: someone('assigned_team', query.assigned_team, 'mine'),
      starred: query.starred,
      labels: query.label,
      activeAfter: isByCreation ? undefined : since,
      activeBefore: isByCreation ? undefined : until,
      createdAfter: later(query.created_since, isByCreation ? since : undefined),
      createdBefore: earlier(query.created_until, isByCreation ? until : undefined),
      requesterEmails: query.requester_emails,
      requesterId: query.requester_id,
      terms,
    },
    ...listing(query, sort),
  };
}

/** The parameters of GET /tickets/search; archived tickets are found unless `archived` says otherwise (supportbee.md section 3.2). */
export function readSearchQuery(query: SearchTicketsQuery): TicketListing {
  const terms = parseQuery(query.query);
  return { filter: { ...switchesOf(query, terms, 'any'), terms }, ...listing(query, 'last_activity') };
}

function listing(
  query: SearchTicketsQuery | ListTicketsQuery,
  sort: Slice['sort'],
): Pick<TicketListing, 'slice' | 'fields' | 'isTotalOnly'> {
  const { page = 1, per_page: perPage = TICKETS_PER_PAGE, cursor, fields, total_only: totalOnly = 'false' } = query;
  const slice = { page: cursor === undefined ? page : 1, perPage, sort, cursor };
  const unknown = (fields ?? []).filter((field) => !TICKET_FIELDS.includes(field));
  if (unknown.length > 0) throw Invalid.field('fields', `must not hold ${unknown.join(', ')}`);
  return { slice, fields, isTotalOnly: !['false', '0', 'no', 'off'].includes(totalOnly.toLowerCase()) };
}

type Switches = Pick<TicketFilter, 'archived' | 'spam' | 'trash'>;

/** What a parameter leaves open, `is:archived`, `is:spam` and `is:trash` decide: who asks for spam wants to see spam. */
function switchesOf(query: { archived?: string; spam?: string; trash?: string }, terms: Term[] = [], archived: Switch): Switches {
  const isAsked = (state: string) => terms.some((term) => term.kind === 'is' && term.state === state && !term.isNegated);
  const open = (name: string, unasked: Switch): Switch => (isAsked(name) ? 'any' : unasked);
  return {
    archived: query.archived === undefined ? open('archived', archived) : archivedOf(query.archived),
    spam: query.spam === undefined ? open('spam', 'none') : addedOf(query.spam),
    trash: query.trash === undefined ? open('trash', 'none') : addedOf(query.trash),
  };
}

// supportbee.md section 3.1 and A10: archived=true shows only archived tickets, but spam=true and trash=true add to the result.
function archivedOf(word: string): Switch {
  if (word === 'any') return 'any';
  return ON.has(word) || word === 'only' ? 'only' : 'none';
}

function addedOf(word: string): Switch {
  if (word === 'only') return 'only';
  return ON.has(word) || word === 'any' ? 'any' : 'none';
}

function someone<Self extends string>(
  field: string,
  given: string | undefined,
  self: Self,
): Self | 'any' | 'none' | number | undefined {
  const word = given?.toLowerCase();
  if (word === undefined || word === 'any' || word === 'none') return word;
  if (word === self) return self;
  if (/^\d{1,15}$/.test(word)) return Number(word);
  throw Invalid.field(field, `must be ${self}, any, none or an id`);
}

function later(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a && b ? new Date(Math.max(a.getTime(), b.getTime())) : (a ?? b);
}

function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a && b ? new Date(Math.min(a.getTime(), b.getTime())) : (a ?? b);
}
