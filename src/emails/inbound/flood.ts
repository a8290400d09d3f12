import { only, type Database } from '../../platform/database/database.js';

/** What one sender may write in an hour, and what may come to one ticket; machines less. What is more is put aside, not lost. */
export const CAPS = { sender: 300, automaticSender: 30, ticket: 100, automaticTicket: 5 };

const SENT = `select count(*)::int as sent, count(*) filter (where is_automatic)::int as automatic from received_messages
  where company_id = $1 and sender = $2 and created_at > now() - interval '1 hour'`;

const CAME = `select count(*)::int as sent, count(*) filter (where rm.is_automatic)::int as automatic from messages m
  join received_messages rm on rm.company_id = m.company_id and rm.message_id = m.id
  where m.company_id = $1 and m.ticket_id = $2 and rm.created_at > now() - interval '1 hour'`;

interface Counted {
  sent: number;
  automatic: number;
}

/** What of it is too much, in words; null when nothing is. */
export async function floodOf(
  db: Database,
  {
    companyId,
    sender,
    ticketId,
    isAutomatic,
  }: { companyId: number; sender: string; ticketId: number | null; isAutomatic: boolean },
): Promise<string | null> {
  const own = only(await db.query<Counted>(SENT, [companyId, sender.toLowerCase()]));
  if (own.sent >= CAPS.sender || (isAutomatic && own.automatic >= CAPS.automaticSender))
    return `its sender has written ${own.sent} times within the hour`;
  if (ticketId === null) return null;
  const all = only(await db.query<Counted>(CAME, [companyId, ticketId]));
  if (all.sent >= CAPS.ticket || (isAutomatic && all.automatic >= CAPS.automaticTicket))
    return `${all.sent} mails have come to the ticket within the hour`;
  return null;
}
