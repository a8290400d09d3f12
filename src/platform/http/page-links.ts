import type { Request } from 'express';

interface Place {
  total: number;
  page: number;
  perPage: number;
  cursor?: string;
  nextCursor: string | null;
}

/** The value of a `Link` header (RFC 8288): pages by number, or the next one by cursor for whoever walks by cursor. Empty when there is only one page. */
export function pageLinks(req: Request, { total, page, perPage, cursor, nextCursor }: Place): string {
  const link = (rel: string, changes: Record<string, string | null>) => `<${urlWith(req, changes)}>; rel="${rel}"`;
  if (cursor !== undefined) return nextCursor === null ? '' : link('next', { cursor: nextCursor, page: null });
  const last = Math.ceil(total / perPage);
  if (last <= 1) return '';
  const links = [link('first', { page: '1' }), link('last', { page: String(last) })];
  if (page > 1) links.push(link('prev', { page: String(page - 1) }));
  if (page < last) links.push(link('next', { page: String(page + 1) }));
  return links.join(', ');
}

// Relative to the host, so that it is right behind any proxy; a token has left the address long before.
function urlWith(req: Request, changes: Record<string, string | null>): string {
  const url = new URL(req.originalUrl, 'http://desk');
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return `${url.pathname}${url.search}`;
}
