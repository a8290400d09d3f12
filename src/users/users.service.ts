import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, isStaff, type Actor, type Role } from '../access/actor.js';
import { VIEW_PARAMS_SQL, viewParams } from '../access/view.js';
import { Database, only, rows } from '../platform/database/database.js';
import { offsetOf, pageHead, type Page } from '../platform/database/page.js';
import { Forbidden, Invalid, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { JsonText } from '../platform/http/json-text.js';
import { joinByDomains, presentUsers, welcome } from './people.js';
import { userSql } from './user.view.js';

export interface UserFilter extends Page {
  withInvited: boolean;
  roles: Role[];
  groups: boolean;
}

/** What may be set on a person or group; what is undefined stays. */
export interface UserChange {
  email?: string;
  firstName?: string;
  lastName?: string;
  role?: Role;
  teamIds?: number[];
  canMembersAccessGroupTickets?: boolean | null;
  emailDomains?: string[];
  isGroup?: boolean;
}

const OF_FILTER = `u.company_id = $1 and ${VIEW_PARAMS_SQL} and case when $5 then u.kind = 'customer_group'
  else u.kind in ('user', 'lead') and u.role = any ($6::text[]) and ($7 or u.role = 'customer' or u.confirmed_at is not null) end`;

@Injectable()
export class Users {
  constructor(private readonly db: Database) {}

  /** One page of people or groups, oldest first, with the exact total. */
  async list(actor: Actor, filter: UserFilter): Promise<JsonText> {
    const params = [...viewParams(actor), filter.groups, filter.roles, filter.withInvited];
    const page = `select coalesce(json_agg(${userSql('u')} order by u.id), '[]')::text as users
      from (select * from users u where ${OF_FILTER} order by u.id limit $8 offset $9) u`;
    const [{ total }, { users }] = await Promise.all([
      this.db.query<{ total: number }>(`select count(*) as total from users u where ${OF_FILTER}`, params).then(only),
      this.db.query<{ users: string }>(page, [...params, filter.perPage, offsetOf(filter)]).then(only),
    ]);
    return new JsonText(`${pageHead(total, filter)},"users":${users}}`);
  }

  /** The long form as JSON text. Customers see themselves only; throws `NotFound` otherwise. */
  async show(actor: Actor, id: number): Promise<string> {
    const sql = `select (${userSql('u')})::text as view from users u where u.company_id = $1 and ${VIEW_PARAMS_SQL} and u.id = $5 and ($6 or u.id = $2)`;
    const [found] = await this.db.query<{ view: string }>(sql, [...viewParams(actor), id, isStaff(actor)]);
    if (!found) throw new NotFound('User', id);
    return found.view;
  }

  /** Makes a person or a customer group. Throws `Forbidden` when an agent makes staff, `Invalid` on a taken e-mail or unknown team. */
  async create(actor: Actor, change: UserChange): Promise<string> {
    const { isGroup = false, role = 'customer', teamIds } = change;
    refuseStaffChange(actor, 'customer', role);
    refuseMismatch(change, isGroup, role);
    if (!isGroup && change.email === undefined) throw Invalid.field('email', "can't be blank");
    if (!change.firstName) throw Invalid.field('name', "can't be blank");
    return this.db.tx(async (em) => {
      const id = await insertUser(em, actor.companyId, change);
      if (teamIds) await replaceTeams(em, actor.companyId, id, teamIds);
      await welcome(em, actor, [id]);
      if (isGroup) await joinByDomains(em, actor.companyId, id);
      return only(await presentUsers(em, actor, [id]));
    });
  }

  /** Changes what is given. Nobody changes himself here (supportbee.md section 8); otherwise as {@link create}. */
  async update(actor: Actor, id: number, change: UserChange): Promise<string> {
    if (id === actor.userId) throw new Forbidden('You cannot change yourself here');
    return this.db.tx(async (em) => {
      const known = await lockUser(em, actor.companyId, id);
      const role = change.role ?? known.role;
      refuseStaffChange(actor, known.role, role);
      const isGroup = known.kind === 'customer_group';
      if (change.isGroup !== undefined && change.isGroup !== isGroup) throw Invalid.field('type', 'cannot be changed');
      refuseMismatch(change, isGroup, role);
      await updateUser(em, actor.companyId, id, change);
      if (change.teamIds) await replaceTeams(em, actor.companyId, id, change.teamIds);
      else if (role === 'customer' && known.role !== 'customer') await replaceTeams(em, actor.companyId, id, []);
      if (change.emailDomains) await joinByDomains(em, actor.companyId, id);
      const view = only(await presentUsers(em, actor, [id]));
      await record(em, { companyId: actor.companyId, type: 'user.updated', actor: eventActor(actor), data: { user: view } });
      return view;
    });
  }
}

// Agents look after customers; only admins make, change or promote staff.
function refuseStaffChange(actor: Actor, before: Role, after: Role): void {
  if (actor.role !== 'admin' && (before !== 'customer' || after !== 'customer'))
    throw new Forbidden('Only admins create and change agents, collaborators and admins');
}

function refuseMismatch(change: UserChange, isGroup: boolean, role: Role): void {
  if (isGroup) {
    if (change.email !== undefined) throw Invalid.field('email', 'is not allowed for a customer group');
    if (role !== 'customer') throw Invalid.field('role', 'is not allowed for a customer group');
  } else if (change.emailDomains && change.emailDomains.length > 0) {
    throw Invalid.field('email_domains', 'is for customer groups only');
  }
  if (role === 'customer' && change.teamIds && change.teamIds.length > 0) throw Invalid.field('team_ids', 'is for staff only');
}

async function insertUser(em: EntityManager, companyId: number, change: UserChange): Promise<number> {
  const { isGroup = false, role = 'customer' } = change;
  const sql = `insert into users (company_id, kind, role, email, first_name, last_name, can_members_access_group_tickets, email_domains, confirmed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, case when $3 = 'customer' then now() end) returning id`;
  const { id } = only(
    await rows<{ id: number }>(em, sql, [
      companyId,
      isGroup ? 'customer_group' : 'user',
      role,
      change.email ?? null,
      change.firstName ?? '',
      change.lastName ?? '',
      isGroup ? (change.canMembersAccessGroupTickets ?? null) : null,
      lowerCase(change.emailDomains ?? []),
    ]),
  );
  return id;
}

async function lockUser(em: EntityManager, companyId: number, id: number): Promise<{ role: Role; kind: string }> {
  const sql = `select role, kind from users where company_id = $1 and id = $2 and kind <> 'bot' for no key update`;
  const [found] = await rows<{ role: Role; kind: string }>(em, sql, [companyId, id]);
  if (!found) throw new NotFound('User', id);
  return found;
}

async function updateUser(em: EntityManager, companyId: number, id: number, change: UserChange): Promise<void> {
  const sql = `update users set email = coalesce($3, email), first_name = coalesce($4, first_name), last_name = coalesce($5, last_name),
      role = coalesce($6, role),
      kind = case when $3::text is not null and kind in ('visitor', 'lead') then 'user' else kind end, email_domains = coalesce($7, email_domains),
      can_members_access_group_tickets = case when $8 then $9 else can_members_access_group_tickets end, updated_at = now()
    where company_id = $1 and id = $2`;
  const { email = null, firstName = null, lastName = null, role = null, canMembersAccessGroupTickets: access } = change;
  const domains = change.emailDomains ? lowerCase(change.emailDomains) : null;
  await rows(em, sql, [companyId, id, email, firstName, lastName, role, domains, access !== undefined, access ?? null]);
}

/** Puts a member of the staff into these teams and no others. Throws `Invalid`. */
export async function replaceTeams(em: EntityManager, companyId: number, userId: number, teamIds: number[]): Promise<void> {
  const distinct = [...new Set(teamIds)];
  const known = await rows<{ id: number }>(
    em,
    `select id from teams where company_id = $1 and id = any ($2::bigint[]) and deleted_at is null for key share`,
    [companyId, distinct],
  );
  if (known.length !== distinct.length) throw Invalid.field('team_ids', 'must name teams of this company');
  await rows(em, `delete from team_members where company_id = $1 and user_id = $2 and team_id <> all ($3::bigint[])`, [
    companyId,
    userId,
    distinct,
  ]);
  const sql = `insert into team_members (company_id, team_id, user_id) select $1, id, $2 from unnest($3::bigint[]) as given (id) on conflict do nothing`;
  await rows(em, sql, [companyId, userId, distinct]);
}

function lowerCase(domains: string[]): string[] {
  return [...new Set(domains.map((domain) => domain.trim().toLowerCase().replace(/^@/, '')))];
}
