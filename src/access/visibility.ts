import type { Acting } from './actor.js';

/** Whose sight it is; the desk itself sees everything. */
type Viewing = Pick<Acting, 'role'> & { seesAllTeams?: boolean };

const OWN_TEAMS = `array(select tm.team_id from team_members tm where tm.company_id = $1 and tm.user_id = $2)`;

/** The requesters whose tickets a customer may see: himself, and the members of his groups that share theirs. */
const SHARED_REQUESTERS = `array(
  select $2::bigint union
  select theirs.user_id from group_members mine
  join users g on g.company_id = mine.company_id and g.id = mine.group_id and g.can_members_access_group_tickets
  join group_members theirs on theirs.company_id = mine.company_id and theirs.group_id = mine.group_id
  where mine.company_id = $1 and mine.user_id = $2)`;

/**
 * The condition under which the actor may know of the ticket `t`; it belongs into the WHERE of every statement that loads tickets, so
 * that what is not visible equals what is missing. The statement begins with `viewParams`, or at least its first two.
 */
export function ticketVisibleSql(actor: Viewing, t: string): string {
  const visibility = visibilityOf(actor);
  if (visibility === 'all') return 'true';
  if (visibility === 'own-teams')
    return `(${t}.team_assignee_id is null or ${t}.user_assignee_id = $2 or ${t}.team_assignee_id = any (${OWN_TEAMS}))`;
  return `(${shownToCustomersSql(t)} and ${t}.requester_id = any (${SHARED_REQUESTERS}))`;
}

const shownToCustomersSql = (t: string): string => `${t}.trashed_at is null and ${t}.spam_at is null`;

/** The condition under which the person of an address (a parameter) has asked the ticket `t` and may know of it, for whoever speaks for him. */
export const requestedBySql = (t: string, email: string): string => `(${shownToCustomersSql(t)} and ${t}.requester_id =
  (select asking.id from users asking where asking.company_id = ${t}.company_id and lower(asking.email) = lower(${email})))`;

/** The same for a member of the staff who is a row `u` of users of the company `c`, where many are asked about at once. */
export const ticketVisibleToSql = (u: string, t: string, c: string): string =>
  `(${u}.role = 'admin' or ${c}.teams_are_open or ${t}.team_assignee_id is null or ${t}.user_assignee_id = ${u}.id
    or exists (select 1 from team_members tm where tm.company_id = ${t}.company_id and tm.team_id = ${t}.team_assignee_id and tm.user_id = ${u}.id))`;

/** What the condition depends on, for the names of prepared statements. */
export function visibilityOf(actor: Viewing): 'all' | 'own-teams' | 'requested' {
  if (actor.role === 'customer') return 'requested';
  return actor.seesAllTeams === false ? 'own-teams' : 'all';
}
