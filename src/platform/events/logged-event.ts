import type { EventType } from './catalogue.js';
import type { EventActor } from './record.js';

/** An event as the log keeps it. */
export interface LoggedEvent {
  companyId: number;
  id: number;
  type: EventType;
  actor: EventActor;
  ticketId: number | null;
  ticketSequence: number | null;
  data: Record<string, unknown>;
  createdAt: Date;
}
