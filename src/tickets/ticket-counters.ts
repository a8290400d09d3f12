import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/database.js';

/** Brings what a ticket keeps of its messages in step with them again, after messages have moved between tickets. */
export async function recountMessages(em: EntityManager, companyId: number, ticketIds: number[]): Promise<void> {
  const sql = `
    update tickets t set replies_count = counted.replies, agent_replies_count = counted.agent_replies, comments_count = counted.comments,
      last_reply_by_agent = counted.last_by_agent, last_activity_at = greatest(t.last_activity_at, counted.last_at)
    from (
      select m.ticket_id,
        count(*) filter (where m.kind = 'reply') as replies,
        count(*) filter (where m.kind = 'reply' and m.author_is_agent) as agent_replies,
        count(*) filter (where m.kind = 'note') as comments,
        coalesce((array_agg(m.author_is_agent order by m.created_at desc, m.id desc) filter (where m.kind = 'reply'))[1], false) as last_by_agent,
        max(m.created_at) as last_at
      from messages m where m.company_id = $1 and m.ticket_id = any ($2::bigint[]) group by m.ticket_id
    ) counted
    where t.company_id = $1 and t.id = counted.ticket_id`;
  await rows(em, sql, [companyId, ticketIds]);
}
