import type { EntityManager } from 'typeorm';
import type { Role } from '../access/actor.js';
import { only, rows } from '../platform/database/database.js';
import { record } from '../platform/events/record.js';
import { splitName } from './addresses.js';
import { presentUsers } from './people.js';

/** Who acts when nobody has a token yet: the operator at the machine. */
export const OPERATOR = { id: null, role: 'operator' } as const;

export interface NewCompany {
  subdomain: string;
  name: string;
}

export interface NewStaff {
  email: string;
  name: string;
  role: Role;
}

/** Makes a company with the bot that speaks for it. Throws `Invalid` when the subdomain is taken. */
export async function createCompany(em: EntityManager, { subdomain, name }: NewCompany): Promise<number> {
  const insert = `insert into companies (subdomain, name) values ($1, $2) returning id`;
  const { id } = only(await rows<{ id: number }>(em, insert, [subdomain, name]));
  const bot = `insert into users (company_id, kind, role, first_name, confirmed_at) values ($1, 'bot', 'agent', $2, now())`;
  await rows(em, bot, [id, name]);
  const data = { company: JSON.stringify({ id, subdomain, name }) };
  await record(em, { companyId: id, type: 'company.created', actor: OPERATOR, data });
  return id;
}

/** Makes a member of staff who needs no invitation. Throws `Invalid` when the e-mail is taken. */
export async function createStaff(
  em: EntityManager,
  companyId: number,
  baseUrl: string,
  { email, name, role }: NewStaff,
): Promise<number> {
  const { first, last } = splitName(name);
  const insert = `insert into users (company_id, role, email, first_name, last_name, confirmed_at) values ($1, $2, $3, $4, $5, now()) returning id`;
  const { id } = only(await rows<{ id: number }>(em, insert, [companyId, role, email, first, last]));
  const viewer = {
    companyId,
    company: { subdomain: '', name: '' },
    baseUrl,
    userId: null,
    role: 'anonymous',
    scopes: [],
  } as const;
  const user = only(await presentUsers(em, { ...viewer, scopes: [] }, [id]));
  await record(em, { companyId, type: 'user.created', actor: OPERATOR, data: { user } });
  return id;
}
