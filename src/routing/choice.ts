import type { EntityManager } from 'typeorm';
import { prepared, rows } from '../platform/database/database.js';
import { assignableSql, giveTo } from '../tickets/assignments.js';
import type { SystemActor } from '../access/actor.js';
import type { LockedTicket } from '../tickets/ticket-rows.js';
import { onlineSql } from '../users/presence.service.js';
import { scopeOf, type RoutingRules } from './rules.js';

/** A row `u` of users who may be given conversations of the department `team` (a parameter; null for none in particular). */
export const candidateSql = (u: string, team: string): string => `${assignableSql(u)} and (${team} is null or exists (
  select 1 from team_members m where m.company_id = ${u}.company_id and m.user_id = ${u}.id and m.team_id = ${team}))`;

export const isOnlineSql = (u: string): string =>
  `exists (select 1 from user_presences p where p.company_id = ${u}.company_id and p.user_id = ${u}.id and ${onlineSql('p')})`;

const LOAD = `(select count(*) as open from tickets t where t.company_id = u.company_id and t.user_assignee_id = u.id
  and t.archived_at is null and t.spam_at is null and t.trashed_at is null)`;

// Whoever is just being deleted is passed over instead of waited for.
const chooseSql = (isByLoad: boolean, mayBeOffline: boolean): string => `
  select u.id from users u
  left join routing_turns r on r.company_id = u.company_id and r.user_id = u.id
  cross join lateral ${LOAD} load
  where u.company_id = $1 and ${candidateSql('u', '$2::bigint')} and ($3::integer = 0 or load.open < $3)
    ${mayBeOffline ? '' : `and ${isOnlineSql('u')}`}
  order by ${isByLoad ? 'load.open, ' : ''}r.routed_at nulls first, u.id limit 1 for key share of u skip locked`;

const IS_ANYBODY_ONLINE = `select 1 from users u where u.company_id = $1 and ${candidateSql('u', '$2::bigint')} and ${isOnlineSql('u')} limit 1`;

const NOTE_TURN = `insert into routing_turns (company_id, user_id, routed_at) values ($1, $2, clock_timestamp())
  on conflict (company_id, user_id) do update set routed_at = excluded.routed_at`;

/**
 * Lets the transaction be the only one that gives conversations of the company to agents. An agent of several departments has one limit, so
 * that departments cannot be served side by side. Whoever holds this waits for no ticket.
 */
export async function lockRouting(em: EntityManager, companyId: number): Promise<void> {
  await rows(em, `select pg_advisory_xact_lock(hashtextextended('routing', $1::bigint))`, [companyId]);
}

/** Gives a locked ticket to the agent whose it should be, under {@link lockRouting}; false when nobody is free. */
export async function giveToFreeAgent(
  em: EntityManager,
  actor: SystemActor,
  rules: RoutingRules,
  ticket: LockedTicket,
): Promise<boolean> {
  const agentId = await choose(em, actor.companyId, rules, scopeOf(rules, ticket.team_assignee_id));
  if (agentId === null) return false;
  await giveTo(em, actor, ticket, 'user', agentId);
  await rows(em, NOTE_TURN, [actor.companyId, agentId]);
  return true;
}

async function choose(em: EntityManager, companyId: number, rules: RoutingRules, teamId: number | null): Promise<number | null> {
  const mayBeOffline = rules.reachesOffline && (await rows(em, IS_ANYBODY_ONLINE, [companyId, teamId])).length === 0;
  const name = `choose-agent${rules.isByLoad ? '-by-load' : ''}${mayBeOffline ? '-offline' : ''}`;
  const params = [companyId, teamId, rules.mostOpen];
  const [agent] = await prepared<{ id: number }>(em, name, chooseSql(rules.isByLoad, mayBeOffline), params);
  return agent?.id ?? null;
}
