import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/database.js';

const MESSAGES = `select id from messages where company_id = $1 and ticket_id = $2`;

/**
 * What goes with a ticket, in the order that the foreign keys want. Attachments only lose their message and their owner: the sweep of
 * unclaimed uploads removes row and file together, since a file cannot be removed inside a transaction.
 */
const STATEMENTS = [
  `update tickets set merged_into_id = null where company_id = $1 and merged_into_id = $2`,
  `delete from ticket_merges where company_id = $1 and (source_id = $2 or target_id = $2)`,
  `update attachments set message_id = null, uploaded_by_id = null where company_id = $1 and message_id in (${MESSAGES})`,
  `delete from search_texts where company_id = $1 and ticket_id = $2`,
  `delete from message_recipients where company_id = $1 and message_id in (${MESSAGES})`,
  `delete from messages where company_id = $1 and ticket_id = $2`,
  `delete from ticket_labels where company_id = $1 and ticket_id = $2`,
  `delete from stars where company_id = $1 and ticket_id = $2`,
  `delete from assignments where company_id = $1 and ticket_id = $2`,
  `delete from tickets where company_id = $1 and id = $2`,
];

export async function deleteTicketRows(em: EntityManager, companyId: number, ticketId: number): Promise<void> {
  for (const sql of STATEMENTS) await rows(em, sql, [companyId, ticketId]);
}
