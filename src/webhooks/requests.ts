import { Inject, Injectable } from '@nestjs/common';
import type { SystemActor } from '../access/actor.js';
import { viewParams, VIEW_PARAMS_SQL } from '../access/view.js';
import { ENV, publicUrl, type Env } from '../config/env.js';
import { Database } from '../platform/database/database.js';
import type { LoggedEvent } from '../platform/events/logged-event.js';
import type { OutboundRequest } from '../platform/outbound-http/outbound-http.js';
import { shortUserSql } from '../users/user.view.js';
import type { LeasedDelivery } from './attempts.js';
import type { MessageContext } from './formats/format.js';
import { FORMATS } from './formats/formats.js';
import { messageId } from './message-id.js';
import { WebHookSecrets } from './secrets.js';
import { signatureHeaders } from './signatures.js';

const CONTENT_TYPE = 'application/json; charset=utf-8';
const USER_AGENT = 'Polydesk-Webhooks/1';
const STAFF_VIEW = `select ${shortUserSql('u')} as view from users u
  where u.company_id = $1 and ${VIEW_PARAMS_SQL} and u.id = $5 and u.role <> 'customer'`;

/** Writes the requests that deliver events. */
@Injectable()
export class WebHookRequests {
  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly db: Database,
    private readonly secrets: WebHookSecrets,
  ) {}

  /** The request of one attempt. The message and its id are the same in every attempt, only the time is that of this one. */
  async requestOf(delivery: LeasedDelivery, now: Date): Promise<OutboundRequest> {
    const { companyId, part, format } = delivery;
    const event: LoggedEvent = { ...delivery.event, createdAt: delivery.eventCreatedAt };
    const secret = this.secrets.open(companyId, delivery.secret);
    const body = FORMATS[format].bodyOf(event, part, await this.contextOf(delivery, event, secret));
    const secrets = [secret, ...(delivery.oldSecret ? [this.secrets.open(companyId, delivery.oldSecret)] : [])];
    const own = delivery.headers ? (JSON.parse(this.secrets.open(companyId, delivery.headers)) as Record<string, string>) : {};
    const id = messageId({ companyId, eventId: event.id, part });
    return {
      url: delivery.url,
      method: 'POST',
      headers: {
        ...own,
        'content-type': CONTENT_TYPE,
        'user-agent': USER_AGENT,
        'x-polydesk-event': event.type,
        'x-polydesk-attempt': String(delivery.number),
        ...(event.ticketSequence !== null && { 'x-polydesk-sequence': String(event.ticketSequence) }),
        ...signatureHeaders({ id, timestamp: now, body, secrets, format }),
      },
      body,
    };
  }

  /** The desk itself, at the company of the delivery. */
  deskOf({ companyId, company }: LeasedDelivery): SystemActor {
    return { companyId, company, baseUrl: publicUrl(this.env, company.subdomain), userId: null, role: 'system' };
  }

  private async contextOf(delivery: LeasedDelivery, event: LoggedEvent, secret: string): Promise<MessageContext> {
    const { company, spelling, ticketBefore, format } = delivery;
    const desk = this.deskOf(delivery);
    const agent = format === 'supportbee' ? await this.agentOf(desk, event.actor.id) : null;
    return { company, baseUrl: desk.baseUrl, agent, ticketBefore, secret, spelling };
  }

  private async agentOf(desk: SystemActor, id: number | null): Promise<object | null> {
    if (id === null) return null;
    const [found] = await this.db.query<{ view: object }>(STAFF_VIEW, [...viewParams(desk), id]);
    return found?.view ?? null;
  }
}
