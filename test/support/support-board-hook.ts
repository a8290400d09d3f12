import type { LoggedEvent } from '../../src/platform/events/logged-event.js';
import type { Spelling } from '../../src/webhooks/formats/format.js';
import { FORMATS } from '../../src/webhooks/formats/formats.js';
import type { TestDesk } from './desk.js';
import { loggedOf } from './logged-events.js';

export interface Sent {
  function: string;
  key: string;
  'sender-url': string;
  data: unknown;
}

/** What a hook of acme that speaks support_board and asks for these patterns is sent of an event. */
export function sentOf(
  desk: TestDesk,
  event: LoggedEvent,
  ticketBefore: object | null,
  spelling: Spelling = 'gb-talk',
  patterns = ['*'],
): Sent[] {
  const format = FORMATS.support_board;
  const company = { id: desk.acme.id, subdomain: 'acme', name: 'acme' };
  const context = { company, baseUrl: 'http://acme.desk.test', agent: null, ticketBefore, secret: 'hush', spelling };
  const parts = format.partsOf(event, ticketBefore).filter((part) => format.isWanted(patterns, event, part, spelling));
  return parts.map((part) => JSON.parse(format.bodyOf(event, part, context)) as Sent);
}

/** What it is sent of all that has happened to a ticket. */
export async function sentOfTicket(
  desk: TestDesk,
  ticketId: number,
  spelling: Spelling = 'gb-talk',
  patterns = ['*'],
): Promise<Sent[]> {
  let before: object | null = null;
  const sent: Sent[] = [];
  for (const event of await loggedOf(desk, ticketId)) {
    sent.push(...sentOf(desk, event, before, spelling, patterns));
    before = event.data['ticket'] as object;
  }
  return sent;
}

export const namesOf = (sent: Sent[]): string[] => sent.map(({ function: name }) => name);

/** The `data` of the messages of one name. */
export const dataOf = (sent: Sent[], name: string): unknown[] =>
  sent.filter((one) => one.function === name).map(({ data }) => data);
