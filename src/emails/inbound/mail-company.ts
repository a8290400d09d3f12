import type { Actor, Role, Visitor } from '../../access/actor.js';
import { publicUrl, type Env } from '../../config/env.js';
import { only, type Database } from '../../platform/database/database.js';
import type { InboundEnvelope } from './inbound.types.js';
import type { Mail } from './mail.js';

/** What must be known of a company to judge its mail. */
export interface MailCompany {
  id: number;
  subdomain: string;
  name: string;
  teamsAreOpen: boolean;
  replyLine: string;
  blockedSenders: string[];
  authservIds: string[];
  /** Those of the addresses in the mail that are the company's own, in lower case. */
  ownAddresses: string[];
  /** The address that the mail came to, while there is one. */
  forwardingAddressId: number | null;
  filtersSpam: boolean;
}

/** A person of the company by his address. */
export interface Known {
  id: number;
  role: Role;
  email: string;
}

const COMPANY = `select c.id, c.subdomain, c.name, c.teams_are_open as "teamsAreOpen", c.mail_reply_line as "replyLine",
    c.mail_blocked_senders as "blockedSenders", c.mail_authserv_ids as "authservIds", f.id as "forwardingAddressId",
    coalesce(f.filter_spam, false) as "filtersSpam",
    array(select lower(own.email) from forwarding_addresses own
      where own.company_id = c.id and own.deleted_at is null and lower(own.email) = any ($3::text[])) as "ownAddresses"
  from companies c left join forwarding_addresses f on f.company_id = c.id and f.id = $2 and f.deleted_at is null
  where c.id = $1`;

const KNOWN = `select id, role, email from users where company_id = $1 and lower(email) = $2`;

export async function readCompany(
  db: Database,
  { companyId, forwardingAddressId }: InboundEnvelope,
  mail: Mail,
): Promise<MailCompany> {
  const named = [mail.from, ...mail.replyTo, ...mail.to, ...mail.cc].flatMap((address) => address?.email.toLowerCase() ?? []);
  return only(await db.query<MailCompany>(COMPANY, [companyId, forwardingAddressId, named]));
}

export async function findKnown(db: Database, companyId: number, email: string): Promise<Known | null> {
  const [known] = await db.query<Known>(KNOWN, [companyId, email.toLowerCase()]);
  return known ?? null;
}

/** Somebody of whom the company knows nothing but his mail. */
export function mailVisitor(env: Env, { id, subdomain, name }: MailCompany): Visitor {
  const company = { subdomain, name };
  return { companyId: id, company, baseUrl: publicUrl(env, subdomain), userId: null, role: 'anonymous', scopes: [] };
}

/** A person who acts by his mail: he has shown no token, and his sight is that of his role. */
export function mailActor(env: Env, company: MailCompany, { id, role, email }: Known): Actor {
  const seesAllTeams = role === 'admin' || company.teamsAreOpen;
  return { ...mailVisitor(env, company), userId: id, role, email, tokenId: 0, tokenExpiresAt: null, seesAllTeams };
}
