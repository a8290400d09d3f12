import { Injectable } from '@nestjs/common';
import { eventActor, type Actor } from '../../access/actor.js';
import { NotFound } from '../../platform/errors/app-errors.js';
import { Database, only, rows } from '../../platform/database/database.js';
import { record, type EventActor } from '../../platform/events/record.js';
import type { EndableKind } from './mail-kinds.js';
import { MailTokens, type Unsubscription } from './mail-tokens.js';
import { notificationSettingsSql } from './notification-settings.view.js';

/** What is to be told from now on; what is undefined stays. */
export type NotificationChange = Partial<Record<EndableKind, boolean>>;

const SHOW = `select (${notificationSettingsSql('n')})::text as view from (select $1::bigint as company_id, $2::bigint as user_id) me
  left join notification_settings n on n.company_id = me.company_id and n.user_id = me.user_id`;

const CHANGE = `
  insert into notification_settings as n (company_id, user_id, assignment, team_assignment, customer_reply, mention, automation)
  values ($1, $2, coalesce($3, true), coalesce($4, true), coalesce($5, true), coalesce($6, true), coalesce($7, true))
  on conflict (company_id, user_id) do update set assignment = coalesce($3, n.assignment), team_assignment = coalesce($4, n.team_assignment),
    customer_reply = coalesce($5, n.customer_reply), mention = coalesce($6, n.mention),
    automation = coalesce($7, n.automation), updated_at = now()
  returning (${notificationSettingsSql('n')})::text as view`;

/** Of what each member of the staff is told by mail, and whether a customer wants what automations send. */
@Injectable()
export class NotificationSettingsService {
  constructor(
    private readonly db: Database,
    private readonly tokens: MailTokens,
  ) {}

  /** Those of the actor; all are on until he says otherwise. */
  async show(actor: Actor): Promise<string> {
    return only(await this.db.query<{ view: string }>(SHOW, [actor.companyId, actor.userId])).view;
  }

  /** Changes what is given, for mails of later events. */
  async update(actor: Actor, change: NotificationChange): Promise<string> {
    return this.change(actor.companyId, actor.userId, eventActor(actor), change);
  }

  /** What a token of a mail would switch off. Throws `NotFound` for a token that the desk has not made. */
  subscriptionOf(token: string): Unsubscription {
    const of = this.tokens.verifyUnsubscribeToken(token);
    if (!of) throw new NotFound('Subscription', token);
    return of;
  }

  /** Switches off what a token of a mail says, for its recipient. Throws as {@link subscriptionOf}. */
  async unsubscribe(token: string): Promise<Unsubscription> {
    const of = this.subscriptionOf(token);
    const { companyId, userId, kind } = of;
    await this.change(companyId, userId, { id: userId, role: 'anonymous' }, { [kind]: false });
    return of;
  }

  private async change(companyId: number, userId: number, by: EventActor, change: NotificationChange): Promise<string> {
    const {
      assignment = null,
      team_assignment: team = null,
      customer_reply: reply = null,
      mention = null,
      automation = null,
    } = change;
    return this.db.tx(async (em) => {
      const { view } = only(
        await rows<{ view: string }>(em, CHANGE, [companyId, userId, assignment, team, reply, mention, automation]),
      );
      const event = { companyId, actor: by, data: { notification_settings: view } };
      await record(em, { ...event, type: 'notification_settings.updated' });
      return view;
    });
  }
}
