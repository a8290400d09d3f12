import {
  BooleanField,
  DateField,
  IdField,
  IntegerField,
  LenientIntegerField,
  TextField,
  TextListField,
  WordField,
} from '../platform/http/fields.js';
import { QUERY_LANGUAGE } from './search-query.js';

// supportbee.md A9: larger pages are cut, and real clients ask for 100.
const MAX_PER_PAGE = 100;
export const TICKETS_PER_PAGE = 15;

const SWITCH_WORDS = ['true', 'false', 'any', 'only', '1', '0', 'yes', 'no', 'on', 'off'] as const;
const SORT_WORDS = ['last_activity', 'creation_time'] as const;

class TicketPageQuery {
  @LenientIntegerField({
    description: `How many on a page, at most ${MAX_PER_PAGE}; larger is cut. Default ${TICKETS_PER_PAGE}.`,
    example: 15,
    min: 1,
    max: MAX_PER_PAGE,
  })
  per_page?: number;

  @LenientIntegerField({ description: 'Which page; below 1 means 1.', example: 1, min: 1, max: 1_000_000 })
  page?: number;

  @TextField({
    description:
      'The `next_cursor` of the last answer: goes on right behind it, however deep, and is not disturbed by new tickets. Walk a whole desk with `sort_by=creation_time`, whose order never changes.',
    example: '1330000000000000-17',
    maxLength: 40,
  })
  cursor?: string;

  @WordField({
    description: '`true` adds spam to the result, `only` shows nothing else, `false` (default) leaves it out.',
    example: 'false',
    words: SWITCH_WORDS,
  })
  spam?: string;

  @WordField({
    description: '`true` adds trashed tickets to the result, `only` shows nothing else, `false` (default) leaves them out.',
    example: 'false',
    words: SWITCH_WORDS,
  })
  trash?: string;

  @TextListField({
    description: 'Only these fields of each ticket, by comma; the answer has a content type of its own then.',
    example: ['id', 'subject'],
    maxItems: 50,
  })
  fields?: string[];

  @TextField({ description: 'Any value but `false` answers the total alone.', example: 'false', maxLength: 10 })
  total_only?: string;
}

export class ListTicketsQuery extends TicketPageQuery {
  @WordField({
    description: '`true`: only archived tickets, `false`: none of them (default), `any`: both.',
    example: 'false',
    words: SWITCH_WORDS,
  })
  archived?: string;

  @BooleanField({ description: '`true`: only tickets with replies, `false`: only without.', example: true })
  replies?: boolean;

  @IntegerField({ description: 'At most that many replies; not together with `replies=false`.', example: 3, min: 0 })
  max_replies?: number;

  @TextField({ description: '`me`, the id of a person, `any` (somebody) or `none`.', example: 'me', maxLength: 20 })
  assigned_user?: string;

  @TextField({
    description: '`mine`, the id of a team, `any` (some team) or `none`.',
    example: 'mine',
    maxLength: 20,
    aliases: ['assigned_group'],
  })
  assigned_team?: string;

  @BooleanField({ description: '`true`: starred by you; `false`: assigned to you and not starred.', example: true })
  starred?: boolean;

  @TextListField({
    description: 'The name of a label; several by comma must all be there. `unanswered` is built in.',
    example: ['unanswered'],
    maxItems: 20,
  })
  label?: string[];

  @DateField({
    description: 'Last activity strictly later; with `sort_by=creation_time`, created later.',
    example: '2001-02-15T04:05:06+07:00',
  })
  since?: Date;

  @DateField({
    description: 'Last activity strictly earlier; with `sort_by=creation_time`, created earlier.',
    example: '2001-02-15T04:05:06Z',
  })
  until?: Date;

  @DateField({ description: 'Created strictly later.', example: '2001-02-15T04:05:06Z' })
  created_since?: Date;

  @DateField({ description: 'Created strictly earlier.', example: '2001-02-15T04:05:06Z' })
  created_until?: Date;

  @WordField({ description: 'Newest first by this time. Default `last_activity`.', example: 'last_activity', words: SORT_WORDS })
  sort_by?: (typeof SORT_WORDS)[number];

  @TextListField({ description: 'Addresses of requesters, by comma.', example: ['jane@example.com'] })
  requester_emails?: string[];

  @IdField({ description: 'Tickets of this requester.', example: 21 })
  requester_id?: number;

  @TextField({ description: QUERY_LANGUAGE, example: 'printer is:unanswered', maxLength: 1000 })
  q?: string;
}

export class SearchTicketsQuery extends TicketPageQuery {
  @TextField({ description: QUERY_LANGUAGE, example: 'printer from:jane', maxLength: 1000, required: true })
  query!: string;

  @WordField({
    description: '`true`: only archived tickets, `false`: none of them, `any` (default): both.',
    example: 'any',
    words: SWITCH_WORDS,
  })
  archived?: string;
}
