import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { prepared, rows } from '../platform/database/database.js';
import type { LoggedEvent } from '../platform/events/logged-event.js';
import { Relay, type EventConsumer } from '../platform/events/relay.js';
import type { Spelling } from './formats/format.js';
import { FORMATS, type FormatName } from './formats/formats.js';

/** What decides which events an endpoint is told of. */
export interface Subscription {
  companyId: number;
  id: number;
  events: string[];
  format: FormatName;
  spelling: Spelling;
  /** Null where it is not limited to the tickets of some teams, or with some labels. */
  teamIds: number[] | null;
  labelIds: number[] | null;
}

interface PlannedDelivery {
  companyId: number;
  webHookId: number;
  eventId: number;
  part: string;
}

/** The ticket as an event shows it. */
interface ShownTicket {
  current_team_assignee?: { team: { id: number } };
  labels?: { id: number }[];
}

const SUBSCRIPTION = `w.company_id as "companyId", w.id, w.events, w.format, w.spelling,
  case when w.of_teams then to_json(array(select t.team_id from web_hook_teams t where t.company_id = w.company_id and t.web_hook_id = w.id)) end as "teamIds",
  case when w.of_labels then to_json(array(select l.label_id from web_hook_labels l where l.company_id = w.company_id and l.web_hook_id = w.id)) end as "labelIds"`;

const ENABLED = `select ${SUBSCRIPTION} from web_hooks w where w.company_id = any ($1) and w.is_enabled order by w.company_id, w.id`;

const BEFORE = `
  select here.event_id as id, e.data -> 'ticket' as ticket
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::integer[]) as here (company_id, event_id, ticket_id, ticket_sequence)
  join events e on e.company_id = here.company_id and e.ticket_id = here.ticket_id and e.ticket_sequence = here.ticket_sequence - 1`;

const INSERT = `
  insert into web_hook_deliveries (company_id, web_hook_id, event_id, part)
  select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[])`;
const ONCE = `on conflict (company_id, web_hook_id, event_id, part) do nothing returning 1`;
// One that is being sent is left to its sender.
const AGAIN = `on conflict (company_id, web_hook_id, event_id, part) do update
  set state = 'pending', failures = 0, due_at = now(), queued_at = null, finished_at = null
  where web_hook_deliveries.leased_until is null returning 1`;

/** Writes down which endpoints are to be told of new events. */
@Injectable()
export class WebHookFanOut implements EventConsumer, OnModuleInit {
  readonly name = 'web hooks';

  constructor(private readonly relay: Relay) {}

  onModuleInit(): void {
    this.relay.register(this);
  }

  async take(em: EntityManager, events: LoggedEvent[]): Promise<void> {
    // Whoever tests an endpoint has addressed the delivery himself.
    const told = events.filter(({ type }) => type !== 'web_hook.tested');
    const companyIds = [...new Set(told.map(({ companyId }) => companyId))];
    if (companyIds.length === 0) return;
    await deliver(em, await prepared<Subscription>(em, 'enabled-web-hooks', ENABLED, [companyIds]), told);
  }
}

/** One endpoint's, whether it is enabled or not; undefined when there is none. */
export async function subscriptionOf(em: EntityManager, companyId: number, id: number): Promise<Subscription | undefined> {
  const sql = `select ${SUBSCRIPTION} from web_hooks w where w.company_id = $1 and w.id = $2`;
  const [subscription] = await rows<Subscription>(em, sql, [companyId, id]);
  return subscription;
}

/**
 * Makes the deliveries of these events to these endpoints and answers how many; each exists once, whoever asks for it how often.
 * With `again` those that are there begin anew.
 */
export async function deliver(
  em: EntityManager,
  subscriptions: Subscription[],
  events: LoggedEvent[],
  { again = false } = {},
): Promise<number> {
  if (subscriptions.length === 0) return 0;
  const before = await ticketsBefore(em, subscriptions, events);
  const planned = events.flatMap((event) =>
    subscriptions.flatMap((subscription) => deliveriesOf(subscription, event, before.get(event.id) ?? null)),
  );
  if (planned.length === 0) return 0;
  const made = await rows(em, `${INSERT} ${again ? AGAIN : ONCE}`, [
    planned.map(({ companyId }) => companyId),
    planned.map(({ webHookId }) => webHookId),
    planned.map(({ eventId }) => eventId),
    planned.map(({ part }) => part),
  ]);
  return made.length;
}

/** What each ticket was before, for the formats that tell of changes; ids of events are unique over all companies. */
async function ticketsBefore(
  em: EntityManager,
  subscriptions: Subscription[],
  events: LoggedEvent[],
): Promise<Map<number, object | null>> {
  const comparing = subscriptions.filter(({ format }) => FORMATS[format].compares).map(({ companyId }) => companyId);
  const changed = events.filter(({ companyId, ticketSequence }) => (ticketSequence ?? 0) > 1 && comparing.includes(companyId));
  if (changed.length === 0) return new Map();
  const found = await rows<{ id: number; ticket: object | null }>(em, BEFORE, [
    changed.map(({ companyId }) => companyId),
    changed.map(({ id }) => id),
    changed.map(({ ticketId }) => ticketId),
    changed.map(({ ticketSequence }) => ticketSequence),
  ]);
  return new Map(found.map(({ id, ticket }) => [id, ticket]));
}

function deliveriesOf(subscription: Subscription, event: LoggedEvent, before: object | null): PlannedDelivery[] {
  const { companyId, id: webHookId, events: patterns } = subscription;
  if (companyId !== event.companyId || !isOfItsTickets(subscription, event)) return [];
  const format = FORMATS[subscription.format];
  return format
    .partsOf(event, before)
    .filter((part) => format.isWanted(patterns, event, part, subscription.spelling))
    .map((part) => ({ companyId, webHookId, eventId: event.id, part }));
}

function isOfItsTickets({ teamIds, labelIds }: Subscription, { data }: LoggedEvent): boolean {
  if (teamIds === null && labelIds === null) return true;
  const ticket = data['ticket'] as ShownTicket | undefined;
  if (!ticket) return false;
  const teamId = ticket.current_team_assignee?.team.id;
  const isOfTeams = teamIds === null || (teamId !== undefined && teamIds.includes(teamId));
  return isOfTeams && (labelIds === null || (ticket.labels ?? []).some(({ id }) => labelIds.includes(id)));
}
