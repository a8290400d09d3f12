import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/database.js';
import { Invalid, NotFound } from '../platform/errors/app-errors.js';

// A deletion waits for whoever holds the team, and whoever comes after it finds no team.
const HOLD_TEAM = `select 1 from teams where company_id = $1 and id = $2 and deleted_at is null for key share`;

// Held against a change of their roles, which would take them out of all teams.
const HOLD_STAFF = `select id from users where company_id = $1 and id = any ($2::bigint[]) and kind = 'user' and role <> 'customer' order by id for share`;

const ADD = `insert into team_members (company_id, team_id, user_id)
  select $1, $2, given.id from unnest($3::bigint[]) as given (id) on conflict do nothing returning user_id`;

/** Holds the team until the transaction ends. Throws `NotFound`. */
export async function holdTeam(em: EntityManager, companyId: number, teamId: number): Promise<void> {
  if ((await rows(em, HOLD_TEAM, [companyId, teamId])).length === 0) throw new NotFound('Team', teamId);
}

/** Puts people into a team that is held; true when anybody was not in it. Throws `Invalid` for who is no staff of the company. */
export async function addMembers(
  em: EntityManager,
  companyId: number,
  teamId: number,
  field: string,
  userIds: number[],
): Promise<boolean> {
  const distinct = [...new Set(userIds)];
  const staff = await rows(em, HOLD_STAFF, [companyId, distinct]);
  if (staff.length !== distinct.length) throw Invalid.field(field, 'must be staff of this company');
  return (await rows(em, ADD, [companyId, teamId, distinct])).length > 0;
}

/** Makes these people, and nobody else, the members of a team that is held. Throws as {@link addMembers}. */
export async function replaceMembers(
  em: EntityManager,
  companyId: number,
  teamId: number,
  field: string,
  userIds: number[],
): Promise<void> {
  const sql = `delete from team_members where company_id = $1 and team_id = $2 and user_id <> all ($3::bigint[])`;
  await rows(em, sql, [companyId, teamId, userIds]);
  await addMembers(em, companyId, teamId, field, userIds);
}
