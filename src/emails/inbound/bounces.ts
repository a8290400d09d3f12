import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, systemActor } from '../../access/actor.js';
import { ENV, type Env } from '../../config/env.js';
import { Database, rows } from '../../platform/database/database.js';
import { record } from '../../platform/events/record.js';
import { presentOne } from '../../access/collection.js';
import { EMAIL_SUPPRESSIONS } from '../outbound/email-suppression.view.js';
import { MailTokens } from '../outbound/mail-tokens.js';
import type { DeliveryReport } from './delivery-report.js';
import { mailVisitor } from './mail-company.js';
import type { BouncePlan } from './plan.js';

const DELIVERIES = `select id, recipient, ticket_id as "ticketId" from email_deliveries where company_id = $1 and id = any ($2::bigint[])`;

// It may come back before the worker that has sent it has noted so.
const NOTE = `update email_deliveries set state = 'bounced', finished_at = now(), queued_at = null, leased_until = null, error = $3
  where company_id = $1 and id = $2 and state in ('pending', 'sent')`;

const SUPPRESS = `insert into email_suppressions (company_id, address, reason, note) values ($1, lower($2), 'bounced', $3)
  on conflict (company_id, address) do nothing returning id`;

/** What delivery reports do to the mails that they are about. */
@Injectable()
export class Bounces {
  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly db: Database,
    private readonly tokens: MailTokens,
  ) {}

  /** The mail that a report is about: it must give back the mark that only its recipient has seen, so that nobody can make up a report. */
  async find(companyId: number, { ids }: DeliveryReport): Promise<BouncePlan['delivery'] | null> {
    const numbers = ids.flatMap((id) => {
      const identity = this.tokens.readMessageId(id);
      return identity?.companyId === companyId ? [identity.deliveryId] : [];
    });
    const deliveries = await this.db.query<BouncePlan['delivery']>(DELIVERIES, [companyId, numbers]);
    const isOf = (recipient: string) => ids.some((id) => this.tokens.verifyMessageId(id, recipient) !== null);
    return deliveries.find(({ recipient }) => isOf(recipient)) ?? null;
  }

  /** Notes it in the open transaction. An address that does not exist gets no more mail. */
  async apply(em: EntityManager, { company, report, delivery }: BouncePlan): Promise<void> {
    if (!report.isFinal) return;
    const words = [report.status, report.diagnostic].filter((word) => word !== null).join(' ') || 'It came back';
    await rows(em, NOTE, [company.id, delivery.id, words]);
    if (!report.isBadAddress) return;
    const [suppressed] = await rows<{ id: number }>(em, SUPPRESS, [company.id, delivery.recipient, words]);
    if (!suppressed) return;
    const actor = systemActor(mailVisitor(this.env, company), 'system');
    const suppression = await presentOne(em, actor, EMAIL_SUPPRESSIONS, suppressed.id);
    const event = { companyId: company.id, actor: eventActor(actor), data: { suppression } };
    await record(em, { ...event, type: 'email_suppression.created' });
  }
}
