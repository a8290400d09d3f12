import type { Request } from 'express';
import { pageHead } from '../platform/database/page.js';
import { JsonText } from '../platform/http/json-text.js';
import { pageLinks } from '../platform/http/page-links.js';
import type { TicketFilter } from './ticket-filter.js';
import type { Slice, TicketSlice, TicketTotal } from './ticket-list.js';

/** A list of tickets as it was asked for over HTTP. */
export interface TicketListing {
  filter: TicketFilter;
  slice: Slice;
  /** Only these fields of each ticket. */
  fields?: string[];
  isTotalOnly: boolean;
}

/** The content type of tickets that hold only some of their fields, so that nobody takes them for whole ones. */
const SPARSE_TYPE = 'application/vnd.polydesk.sparse+json; charset=utf-8';

/** The answer to `total_only` (supportbee.md A14). */
export function presentTotal({ total, isCapped }: TicketTotal): JsonText {
  return new JsonText(`{"total":${total}${cappedMark(isCapped)}}`);
}

/** The paged answer of a ticket list, with `Link` to its neighbours. */
export function presentPage(
  req: Request,
  { slice, fields }: TicketListing,
  { total, isCapped }: TicketTotal,
  { tickets, nextCursor }: TicketSlice,
): JsonText {
  const middle = `"next_cursor":${JSON.stringify(nextCursor)}${cappedMark(isCapped)}`;
  const text = `${pageHead(total, slice)},${middle},"tickets":${fields ? pick(tickets, fields) : tickets}}`;
  const headers = { Link: pageLinks(req, { total, ...slice, nextCursor }) };
  return new JsonText(text, fields ? { ...headers, 'Content-Type': SPARSE_TYPE } : headers);
}

const cappedMark = (isCapped: boolean) => (isCapped ? ',"total_capped":true' : '');

function pick(tickets: string, fields: string[]): string {
  const whole = JSON.parse(tickets) as Record<string, unknown>[];
  return JSON.stringify(
    whole.map((ticket) => Object.fromEntries(fields.filter((field) => field in ticket).map((field) => [field, ticket[field]]))),
  );
}
