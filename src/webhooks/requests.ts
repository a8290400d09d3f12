import { Inject, Injectable } from '@nestjs/common';
import { viewParams, VIEW_PARAMS_SQL } from '../access/view.js';
import { ENV, publicUrl, type Env } from '../config/env.js';
import { Database } from '../platform/database/database.js';
import type { LoggedEvent } from '../platform/events/logged-event.js';
import type { OutboundRequest } from '../platform/outbound-http/outbound-http.js';
import { shortUserSql } from '../users/user.view.js';
import type { LeasedDelivery } from './attempts.js';
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

  private async contextOf({ company, spelling, ticketBefore, format }: LeasedDelivery, event: LoggedEvent, secret: string) {
    const baseUrl = publicUrl(this.env, company.subdomain);
    const agent = format === 'supportbee' ? await this.agentOf(event, company, baseUrl) : null;
    return { company, baseUrl, agent, ticketBefore, secret, spelling };
  }

  private async agentOf(
    { companyId, actor }: LoggedEvent,
    company: LeasedDelivery['company'],
    baseUrl: string,
  ): Promise<object | null> {
    if (actor.id === null) return null;
    const viewer = { companyId, company, baseUrl, userId: null, role: 'system' } as const;
    const [found] = await this.db.query<{ view: object }>(STAFF_VIEW, [...viewParams(viewer), actor.id]);
    return found?.view ?? null;
  }
}
