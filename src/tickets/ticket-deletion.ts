import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/database.js';

const MESSAGES = `select id from messages where company_id = $1 and ticket_id = any ($2::bigint[])`;

/**
 * What goes with tickets, in the order that the foreign keys want. Attachments only lose their message and their owner: the sweep of
 * unclaimed uploads removes row and file together, since a file cannot be removed inside a transaction.
 */
const STATEMENTS = [
  `update tickets set merged_into_id = null where company_id = $1 and merged_into_id = any ($2::bigint[])`,
  `delete from ticket_merges where company_id = $1 and (source_id = any ($2::bigint[]) or target_id = any ($2::bigint[]))`,
  `update attachments set message_id = null, uploaded_by_id = null where company_id = $1 and message_id in (${MESSAGES})`,
  `delete from search_texts where company_id = $1 and ticket_id = any ($2::bigint[])`,
  `delete from message_recipients where company_id = $1 and message_id in (${MESSAGES})`,
  `delete from messages where company_id = $1 and ticket_id = any ($2::bigint[])`,
  `delete from ticket_labels where company_id = $1 and ticket_id = any ($2::bigint[])`,
  `delete from stars where company_id = $1 and ticket_id = any ($2::bigint[])`,
  `delete from assignments where company_id = $1 and ticket_id = any ($2::bigint[])`,
  `delete from tickets where company_id = $1 and id = any ($2::bigint[])`,
];

export async function deleteTicketRows(em: EntityManager, companyId: number, ticketIds: number[]): Promise<void> {
  for (const sql of STATEMENTS) await rows(em, sql, [companyId, ticketIds]);
}
