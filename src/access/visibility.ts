import type { Acting } from './actor.js';

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
export function ticketVisibleSql(actor: Pick<Acting, 'role'>, t: string): string {
  if (actor.role !== 'customer') return 'true';
  return `(${t}.trashed_at is null and ${t}.spam_at is null and ${t}.requester_id = any (${SHARED_REQUESTERS}))`;
}
