import { Invalid } from '../platform/errors/app-errors.js';

const MOST_HEADERS = 20;
const MOST_NAME_LETTERS = 100;
const MOST_VALUE_LETTERS = 1000;

/** They belong to the desk, to the connection or to a proxy. */
const OURS = new Set([
  ...['host', 'content-length', 'content-type', 'content-encoding', 'user-agent', 'accept-encoding', 'expect'],
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]);
const OUR_BEGINNINGS = ['webhook-', 'x-polydesk-', 'x-sb-'];

// RFC 9110: a name is a token, and of a value HTTP/1.1 transports what is in Latin-1.
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\xa0-\xff]*$/;

/** Throws `Invalid` for headers that a webhook cannot have; values are not repeated in the text, since they may be secrets. */
export function checkHeaders(headers: Record<string, string>): void {
  const names = Object.keys(headers);
  const problem =
    names.length > MOST_HEADERS ? `must not be more than ${MOST_HEADERS}` : (problemOfNames(names) ?? problemOfValues(headers));
  if (problem !== null) throw Invalid.field('headers', problem);
}

function problemOfNames(names: string[]): string | null {
  const seen = new Set<string>();
  for (const name of names) {
    const lower = name.toLowerCase();
    if (name.length > MOST_NAME_LETTERS || !TOKEN.test(name))
      return `must have names of 1 to ${MOST_NAME_LETTERS} letters, digits and hyphens`;
    if (OURS.has(lower) || OUR_BEGINNINGS.some((beginning) => lower.startsWith(beginning)))
      return `must not hold ${name}, which is set by the desk`;
    if (seen.has(lower)) return `must not hold ${name} twice`;
    seen.add(lower);
  }
  return null;
}

function problemOfValues(headers: Record<string, string>): string | null {
  for (const [name, value] of Object.entries(headers)) {
    if (value.length > MOST_VALUE_LETTERS) return `must have at most ${MOST_VALUE_LETTERS} characters in ${name}`;
    if (!VALUE.test(value)) return `must have no control characters, and only such of Latin-1, in ${name}`;
  }
  return null;
}
