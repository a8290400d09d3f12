import { isEmail } from 'class-validator';
import addressparser from 'nodemailer/lib/addressparser';
import { Invalid } from '../platform/errors/app-errors.js';

/** An e-mail address with the name that stood before it, if any. */
export interface Address {
  email: string;
  name: string | null;
}

export const MAX_RECIPIENTS = 25;

/**
 * The addresses of a cc or bcc field: a list or comma separated text of `a@x` and `Name <a@x>`, each address once.
 * Throws `Invalid` on what is no address, and beyond 25.
 */
export function parseRecipients(field: string, given: readonly string[]): Address[] {
  const parsed = given.flatMap((text) => addressparser(text, { flatten: true }));
  const unreadable = parsed.find(({ address }) => !isAddress(address));
  if (unreadable) throw Invalid.field(field, `has an address that cannot be read: ${unreadable.address || unreadable.name}`);
  const byEmail = new Map<string, Address>();
  for (const { address, name } of parsed) {
    const key = address.toLowerCase();
    if (!byEmail.has(key)) byEmail.set(key, { email: address, name: name.trim() || null });
  }
  if (byEmail.size > MAX_RECIPIENTS) throw Invalid.field(field, `must have at most ${MAX_RECIPIENTS} addresses`);
  return [...byEmail.values()];
}

export function isAddress(text: string): boolean {
  return text.length <= 254 && isEmail(text, { allow_utf8_local_part: true });
}

/** A whole name as the two parts in which it is stored: split at the first blank (supportbee.md section 2.2). */
export function splitName(name: string | null | undefined): { first: string; last: string } {
  const [first = '', ...rest] = (name ?? '').trim().split(/\s+/);
  return { first, last: rest.join(' ') };
}
