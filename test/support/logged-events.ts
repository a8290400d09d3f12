import { EVENT_DATA, type EventType } from '../../src/platform/events/catalogue.js';
import type { LoggedEvent } from '../../src/platform/events/logged-event.js';
import { record, type NewEvent } from '../../src/platform/events/record.js';
import type { TestDesk } from './desk.js';

const COLUMNS = `company_id as "companyId", id, type, actor, ticket_id as "ticketId", ticket_sequence as "ticketSequence", data, created_at as "createdAt"`;

/** The events of a ticket as the log keeps them, in order. */
export function loggedOf(desk: TestDesk, ticketId: number): Promise<LoggedEvent[]> {
  return desk.db.query<LoggedEvent>(`select ${COLUMNS} from events where ticket_id = $1 order by ticket_sequence`, [ticketId]);
}

/** The last event of a type, of one ticket if it is named. */
export async function lastLogged(desk: TestDesk, type: EventType, ticketId?: number): Promise<LoggedEvent> {
  const sql = `select ${COLUMNS} from events where type = $1 and ($2::bigint is null or ticket_id = $2) order by id desc limit 1`;
  const [event] = await desk.db.query<LoggedEvent>(sql, [type, ticketId ?? null]);
  if (!event) throw new Error(`no ${type} has been logged`);
  return event;
}

/** Records an event that nothing in the desk makes yet, and answers it as the log keeps it. */
export async function logEvent(
  desk: TestDesk,
  type: EventType,
  data: Record<string, unknown>,
  ticketId?: number,
): Promise<LoggedEvent> {
  const keys: readonly string[] = EVENT_DATA[type];
  const texts = Object.fromEntries(keys.map((key) => [key, JSON.stringify(data[key])]));
  const event: NewEvent<EventType> = {
    companyId: desk.acme.id,
    type,
    actor: { id: null, role: 'anonymous' },
    ticketId,
    data: texts as NewEvent<EventType>['data'],
  };
  await desk.db.tx((em) => record(em, event));
  return lastLogged(desk, type, ticketId);
}
