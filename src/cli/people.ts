import type { EntityManager } from 'typeorm';
import { SCOPES } from '../access/actor.js';
import { issueToken } from '../access/api-tokens.service.js';
import { envSchema, publicUrl, type Env } from '../config/env.js';
import { rows } from '../platform/database/database.js';
import { parseTime } from '../platform/http/dates.js';
import { isAddress } from '../users/addresses.js';
import { createCompany, createStaff, OPERATOR } from '../users/companies.js';
import { findCompany } from './companies.js';
import { Failure } from './failure.js';
import type { Desk } from './session.js';

export interface TokenOptions {
  name: string;
  scopes?: string;
  expires?: string;
}

export interface NewAdmin {
  email: string;
  name: string;
  /** A secret that the operator has chosen himself. */
  secret?: string;
}

/** Makes a company; nobody can use it before it has an admin. */
export async function makeCompany({ db, env }: Desk, subdomain: string, name?: string): Promise<void> {
  refuseBadSubdomain(subdomain);
  const id = await db.tx((em) => createCompany(em, { subdomain, name: name ?? titleOf(subdomain) }));
  console.log(`The company ${subdomain} is made, id ${id}, at ${publicUrl(env, subdomain)}`);
  console.log(`Next, its admin: npm run desk -- admin create <email> --company ${subdomain}`);
}

/** Makes a company together with its admin; answers the company's id and the token, which is nowhere else. */
export async function makeCompanyWithAdmin(
  { db, env }: Desk,
  subdomain: string,
  admin: NewAdmin,
): Promise<{ id: number; token: string }> {
  refuseBadSubdomain(subdomain);
  return db.tx(async (em) => {
    const id = await createCompany(em, { subdomain, name: titleOf(subdomain) });
    return { id, token: await insertAdmin(em, env, { id, subdomain }, admin) };
  });
}

/** Makes an admin with a token, and prints the token this once. */
export async function makeAdmin({ db, env }: Desk, subdomain: string, admin: NewAdmin): Promise<void> {
  if (!isAddress(admin.email)) throw new Failure(`${admin.email} is not an e-mail address`);
  const company = await findCompany(db, subdomain);
  printToken(subdomain, 'Admin', admin.email, await db.tx((em) => insertAdmin(em, env, company, admin)));
}

/** Makes a token for anybody of the company, and prints it this once. */
export async function makeToken({ db }: Desk, subdomain: string, email: string, options: TokenOptions): Promise<void> {
  const [scopes, expiresAt] = [scopesOf(options.scopes), expiryOf(options.expires)];
  const company = await findCompany(db, subdomain);
  const token = await db.tx(async (em) => {
    const sql = `select id from users where company_id = $1 and lower(email) = lower($2) and kind = 'user'`;
    const [person] = await rows<{ id: number }>(em, sql, [company.id, email]);
    if (!person) throw new Failure(`Nobody in ${subdomain} has the address ${email}`);
    return (await issueToken(em, company.id, OPERATOR, { userId: person.id, name: options.name, scopes, expiresAt })).token;
  });
  printToken(subdomain, 'Person', email, token);
}

export function printToken(company: string, whose: string, email: string, token: string): void {
  console.log(`  Company:     ${company}\n  ${`${whose}:`.padEnd(13)}${email}\n  API token:   ${token}   (shown this once)`);
}

async function insertAdmin(
  em: EntityManager,
  env: Env,
  company: { id: number; subdomain: string },
  { email, name, secret }: NewAdmin,
): Promise<string> {
  const userId = await createStaff(em, company.id, publicUrl(env, company.subdomain), { email, name, role: 'admin' });
  return (await issueToken(em, company.id, OPERATOR, { userId, name: 'first token' }, secret)).token;
}

function refuseBadSubdomain(subdomain: string): void {
  const { success, error } = envSchema.shape.BOOTSTRAP_COMPANY.safeParse(subdomain);
  if (!success) throw new Failure(`The subdomain ${subdomain} ${error.issues[0]?.message ?? 'is not usable'}`);
}

function scopesOf(text: string | undefined): string[] | undefined {
  const scopes = text?.split(',').map((scope) => scope.trim());
  const unknown = scopes?.filter((scope) => !SCOPES.some((known) => known === scope)) ?? [];
  if (unknown.length > 0) throw new Failure(`There is no scope ${unknown.join(', ')}. The scopes are ${SCOPES.join(', ')}`);
  return scopes;
}

function expiryOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (!time) throw new Failure(`${text} is not a time such as 2030-01-31T12:00:00Z`);
  if (time.getTime() <= Date.now()) throw new Failure(`${text} is over already`);
  return time;
}

function titleOf(subdomain: string): string {
  return subdomain.charAt(0).toUpperCase() + subdomain.slice(1);
}
