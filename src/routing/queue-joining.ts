import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type SystemActor } from '../access/actor.js';
import { ENV, publicUrl, type Env } from '../config/env.js';
import { rows } from '../platform/database/database.js';
import type { EventType } from '../platform/events/catalogue.js';
import type { LoggedEvent } from '../platform/events/logged-event.js';
import { record } from '../platform/events/record.js';
import { Relay, type EventConsumer } from '../platform/events/relay.js';
import { presentTicket } from '../tickets/ticket-rows.js';
import { WANTS_AGENT } from './routing.service.js';

/** By what a ticket that nobody has comes to want an agent again. */
const JOINING: ReadonlySet<EventType> = new Set([
  'customer.reply.created',
  'ticket.unarchived',
  'ticket.unspammed',
  'ticket.untrashed',
  'ticket.assigned_to_team',
]);

interface Joined {
  id: number;
  company_id: number;
  subdomain: string;
  name: string;
  has_queue: boolean;
}

const isOn = (keys: string) => `exists (select 1 from company_settings s
  where s.company_id = t.company_id and s.key in (${keys}) and s.value = 'true')`;

const JOIN = `
  with joining as materialized (
    select t.company_id, t.id from (select distinct * from unnest($1::bigint[], $2::bigint[]) as given (company_id, id)) given
    join tickets t on t.company_id = given.company_id and t.id = given.id
    where t.queued_at is null and ${WANTS_AGENT} and ${isOn(`'routing', 'queue-active'`)}
    order by t.company_id, t.id for no key update of t
  )
  update tickets t set queued_at = clock_timestamp() from joining j join companies c on c.id = j.company_id
  where t.company_id = j.company_id and t.id = j.id
  returning t.id, t.company_id, c.subdomain, c.name, ${isOn(`'queue-active'`)} as has_queue`;

/** Puts tickets that want an agent again into the queue, from where the next free one is given them. */
@Injectable()
export class QueueJoining implements EventConsumer, OnModuleInit {
  readonly name = 'queue of conversations';

  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly relay: Relay,
  ) {}

  onModuleInit(): void {
    this.relay.register(this);
  }

  async take(em: EntityManager, events: LoggedEvent[]): Promise<void> {
    const joining = events.filter(({ type, ticketId }) => ticketId !== null && JOINING.has(type));
    if (joining.length === 0) return;
    const params = [joining.map(({ companyId }) => companyId), joining.map(({ ticketId }) => ticketId)];
    for (const joined of await rows<Joined>(em, JOIN, params)) if (joined.has_queue) await this.tell(em, joined);
  }

  private async tell(em: EntityManager, { id, company_id: companyId, subdomain, name }: Joined): Promise<void> {
    const company = { subdomain, name };
    const actor: SystemActor = { companyId, company, baseUrl: publicUrl(this.env, subdomain), userId: null, role: 'system' };
    const data = { ticket: await presentTicket(em, actor, id) };
    await record(em, { companyId, type: 'ticket.queued', actor: eventActor(actor), ticketId: id, data });
  }
}
