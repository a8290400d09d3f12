import type { EntityManager } from 'typeorm';
import { eventActor, type Actor, type Visitor } from '../access/actor.js';
import { only, rows } from '../platform/database/database.js';
import { record } from '../platform/events/record.js';
import { presentUsers } from './people.js';

export interface Detail {
  /** The name under which programs know it. */
  slug: string;
  /** The one that people read. */
  name: string;
  /** An empty one removes the detail. */
  value: string;
}

const WRITE = `
  insert into user_details as d (company_id, user_id, slug, name, value)
  select $1, $2, given.slug, given.name, given.value from unnest($3::text[], $4::text[], $5::text[]) as given (slug, name, value)
  where given.value <> ''
  on conflict (company_id, user_id, slug) do update set name = excluded.name, value = excluded.value
  where (d.name, d.value) is distinct from (excluded.name, excluded.value)
  returning 1`;

const REMOVE = `delete from user_details where company_id = $1 and user_id = $2 and slug = any ($3::text[]) returning 1`;

/** Writes these details of a person, each slug once, and leaves his others; the log tells of it when that changed anything. */
export async function changeDetails(
  em: EntityManager,
  caller: Actor | Visitor,
  userId: number,
  details: Detail[],
): Promise<void> {
  const { companyId } = caller;
  if (!(await writeDetails(em, companyId, userId, details))) return;
  const user = only(await presentUsers(em, caller, [userId]));
  await record(em, { companyId, type: 'user.updated', actor: eventActor(caller), data: { user } });
}

/** The same for who tells of it himself; true when it changed anything. */
export async function writeDetails(em: EntityManager, companyId: number, userId: number, details: Detail[]): Promise<boolean> {
  if (details.length === 0) return false;
  const empty = details.filter(({ value }) => value === '').map(({ slug }) => slug);
  const removed = await rows(em, REMOVE, [companyId, userId, empty]);
  const [slugs, names, values] = [
    details.map(({ slug }) => slug),
    details.map(({ name }) => name),
    details.map(({ value }) => value),
  ];
  const written = await rows(em, WRITE, [companyId, userId, slugs, names, values]);
  return removed.length + written.length > 0;
}
