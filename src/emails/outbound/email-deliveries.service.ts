import { Injectable } from '@nestjs/common';
import type { Actor } from '../../access/actor.js';
import { ticketVisibleSql } from '../../access/visibility.js';
import { Database, only } from '../../platform/database/database.js';
import { Invalid } from '../../platform/errors/app-errors.js';
import { JsonText } from '../../platform/http/json-text.js';
import { EMAIL_STATES, type EmailState } from '../../replies/reply.view.js';
import { emailDeliverySql } from './email-delivery.view.js';

/** Which mails, newest first; a cursor goes on behind the mail that it names. */
export interface EmailDeliverySlice {
  state?: EmailState;
  ticketId?: number;
  recipient?: string;
  perPage: number;
  cursor?: string;
}

const CURSOR = /^\d{1,15}$/;

// Each state is read off the index by itself and no further than a page, so that the rarest among a million is found as quickly as any.
const pageSql = (actor: Actor): string => `
  with page as (
    select d.* from unnest($3::text[]) as wanted (state) cross join lateral (
      select d.* from email_deliveries d left join tickets t on t.company_id = d.company_id and t.id = d.ticket_id
      where d.company_id = $1 and d.state = wanted.state and d.id < coalesce($4::bigint, 9223372036854775807)
        and ($6::bigint is null or d.ticket_id = $6) and ($7::text is null or lower(d.recipient) = lower($7))
        and case when d.ticket_id is null then $8 or d.user_id = $2::bigint else ${ticketVisibleSql(actor, 't')} end
      order by d.id desc limit $5::integer + 1
    ) d order by d.id desc limit $5::integer + 1
  ), presented as (
    select d.id, ${emailDeliverySql('d')} as view from (select * from page order by id desc limit $5) d
  )
  select coalesce(json_agg(view order by id desc), '[]')::text as deliveries,
    case when (select count(*) from page) > $5 then min(id) end as next
  from presented`;

/** The mails that were sent, or are to be. */
@Injectable()
export class EmailDeliveries {
  constructor(private readonly db: Database) {}

  /**
   * One page, newest first: of tickets that the actor may see; what belongs to no ticket is shown to admins and to its recipient.
   * They are not counted, for there may be millions. Throws `Invalid` for a cursor that is none.
   */
  async list(actor: Actor, { state, ticketId, recipient, perPage, cursor }: EmailDeliverySlice): Promise<JsonText> {
    if (cursor !== undefined && !CURSOR.test(cursor)) throw Invalid.field('cursor', 'is not a cursor of this list');
    const states = state === undefined ? EMAIL_STATES : [state];
    const isAdmin = actor.role === 'admin';
    const params = [actor.companyId, actor.userId, states, cursor ?? null, perPage, ticketId ?? null, recipient ?? null, isAdmin];
    const { deliveries, next } = only(await this.db.query<{ deliveries: string; next: number | null }>(pageSql(actor), params));
    const cursorText = next === null ? 'null' : `"${next}"`;
    return new JsonText(`{"has_more":${next !== null},"next_cursor":${cursorText},"deliveries":${deliveries}}`);
  }
}
