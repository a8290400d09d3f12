import type { EntityManager } from 'typeorm';
import { eventActor, type Actor, type Visitor } from '../access/actor.js';
import { VIEW_PARAMS_SQL, viewParams } from '../access/view.js';
import { only, prepared, rows } from '../platform/database/database.js';
import { recordAll } from '../platform/events/record.js';
import { splitName, type Address } from './addresses.js';
import { shortUserSql, userSql } from './user.view.js';

export interface Person {
  id: number;
  role: string;
  email: string;
}

// An ordered insert: two messages that name the same strangers wait for each other instead of blocking each other.
const INSERT = `
  insert into users (company_id, email, first_name, last_name, confirmed_at)
  select $1, given.email, given.first, given.last, case when $5 then now() end
  from unnest($2::text[], $3::text[], $4::text[]) as given (email, first, last)
  where not exists (select 1 from users u where u.company_id = $1 and lower(u.email) = lower(given.email))
  order by lower(given.email)
  on conflict (company_id, lower(email)) do nothing
  returning id`;

const FIND = `select id, role, email, kind from users where company_id = $1 and lower(email) = any ($2::text[])`;

/**
 * The people of these addresses, by lower-case address; strangers become customers with the given name, and are unconfirmed where it is
 * doubtful whose the address is. A known person keeps the name that he has.
 */
export async function findOrCreatePeople(
  em: EntityManager,
  caller: Actor | Visitor,
  addresses: Address[],
  areConfirmed = true,
): Promise<Map<string, Person>> {
  const distinct = [...new Map(addresses.map((address) => [address.email.toLowerCase(), address])).values()];
  if (distinct.length === 0) return new Map();
  const names = distinct.map(({ name }) => splitName(name));
  const created = await prepared<{ id: number }>(em, 'create-people', INSERT, [
    caller.companyId,
    distinct.map(({ email }) => email),
    names.map(({ first }) => first),
    names.map(({ last }) => last),
    areConfirmed,
  ]);
  if (created.length > 0)
    await welcome(
      em,
      caller,
      created.map(({ id }) => id),
    );
  const found = await prepared<Person & { kind: string }>(em, 'find-people', FIND, [
    caller.companyId,
    distinct.map(({ email }) => email.toLowerCase()),
  ]);
  const loose = found.filter(({ kind }) => kind === 'lead' || kind === 'visitor');
  if (loose.length > 0)
    await raise(
      em,
      caller,
      loose.map(({ id }) => id),
    );
  return new Map(found.map((person) => [person.email.toLowerCase(), person]));
}

// mapping.md section 4: who writes by mail or form is a user from then on, and the same person.
async function raise(em: EntityManager, caller: Actor | Visitor, ids: number[]): Promise<void> {
  const sql = `update users set kind = 'user', updated_at = now() where company_id = $1 and kind in ('lead', 'visitor') and id in
    (select id from users where company_id = $1 and id = any ($2::bigint[]) order by id for no key update) returning id`;
  const raised = await rows<{ id: number }>(em, sql, [caller.companyId, ids]);
  await tellOfChange(
    em,
    caller,
    raised.map(({ id }) => id),
  );
}

/** The log tells of people who have changed. */
export async function tellOfChange(em: EntityManager, caller: Actor | Visitor, ids: number[]): Promise<void> {
  const views = await presentUsers(em, caller, ids);
  const event = { companyId: caller.companyId, type: 'user.updated', actor: eventActor(caller) } as const;
  await recordAll(
    em,
    views.map((user) => ({ ...event, data: { user } })),
  );
}

const JOIN_BY_DOMAIN = `
  insert into group_members (company_id, group_id, user_id)
  select u.company_id, g.id, u.id from users u
  join users g on g.company_id = u.company_id and g.kind = 'customer_group' and g.email_domains @> array[lower(split_part(u.email, '@', 2))]
  where u.company_id = $1 and u.id = any ($2::bigint[]) and u.role = 'customer' and u.kind <> 'customer_group' and u.email is not null
  on conflict do nothing`;

/** What follows from new people: they join the groups of their mail domain, and the log tells of them. */
export async function welcome(em: EntityManager, caller: Actor | Visitor, ids: number[]): Promise<void> {
  await prepared(em, 'join-groups', JOIN_BY_DOMAIN, [caller.companyId, ids]);
  const event = { companyId: caller.companyId, type: 'user.created', actor: eventActor(caller) } as const;
  const views = await presentUsers(em, caller, ids);
  await recordAll(
    em,
    views.map((user) => ({ ...event, data: { user } })),
  );
}

/** The people of a mail domain that has just been given to a group join it. */
export async function joinByDomains(em: EntityManager, companyId: number, groupId: number): Promise<void> {
  const sql = `
    insert into group_members (company_id, group_id, user_id)
    select u.company_id, g.id, u.id from users g
    join users u on u.company_id = g.company_id and u.role = 'customer' and u.kind <> 'customer_group'
      and lower(split_part(u.email, '@', 2)) = any (g.email_domains)
    where g.company_id = $1 and g.id = $2
    on conflict do nothing`;
  await rows(em, sql, [companyId, groupId]);
}

/** JSON texts of the long form, in the order of their ids. */
export async function presentUsers(em: EntityManager, caller: Actor | Visitor, ids: number[]): Promise<string[]> {
  const sql = `select (${userSql('u')})::text as view from users u where u.company_id = $1 and ${VIEW_PARAMS_SQL} and u.id = any ($5::bigint[]) order by u.id`;
  const found = await prepared<{ view: string }>(em, 'present-users', sql, [...viewParams(caller), ids]);
  return found.map(({ view }) => view);
}

/** The JSON text of the short form of one person who exists. */
export async function presentShortUser(em: EntityManager, caller: Actor | Visitor, id: number): Promise<string> {
  const sql = `select (${shortUserSql('u')})::text as view from users u where u.company_id = $1 and ${VIEW_PARAMS_SQL} and u.id = $5`;
  return only(await prepared<{ view: string }>(em, 'present-short-user', sql, [...viewParams(caller), id])).view;
}
