import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { presentOne } from '../access/collection.js';
import { Database, only, rows, tellAfterCommit } from '../platform/database/database.js';
import { Conflict, Invalid, NotFound } from '../platform/errors/app-errors.js';
import type { LoggedEvent } from '../platform/events/logged-event.js';
import { record } from '../platform/events/record.js';
import { JsonText } from '../platform/http/json-text.js';
import { DELIVERY_JOINS, DELIVERY_SQL, DELIVERY_STATES, DELIVERY_WITH_ATTEMPTS_SQL } from './delivery.view.js';
import { FORMATS, type FormatName } from './formats/formats.js';
import { WEB_HOOKS } from './web-hook.view.js';

/** Which deliveries of a webhook, newest first; a cursor goes on behind the delivery that it names. */
export interface DeliverySlice {
  state?: (typeof DELIVERY_STATES)[number];
  perPage: number;
  cursor?: string;
}

const NOUN = 'Delivery';
const CURSOR = /^\d{1,15}$/;

// Each state is read off the index by itself and no further than a page, so that the rarest among a million is found as quickly as any.
export const DELIVERY_PAGE = `
  with page as (
    select d.* from unnest($3::text[]) as wanted (state) cross join lateral (
      select * from web_hook_deliveries
      where company_id = $1 and web_hook_id = $2 and state = wanted.state and id < coalesce($4::bigint, 9223372036854775807)
      order by id desc limit $5::integer + 1
    ) d order by d.id desc limit $5::integer + 1
  ), presented as (
    select d.id, ${DELIVERY_SQL} as view from (select * from page order by id desc limit $5) d ${DELIVERY_JOINS}
  )
  select coalesce(json_agg(view order by id desc), '[]')::text as deliveries,
    case when (select count(*) from page) > $5 then min(id) end as next
  from presented`;

const SHOW = `select (${DELIVERY_WITH_ATTEMPTS_SQL})::text as view from web_hook_deliveries d ${DELIVERY_JOINS}
  where d.company_id = $1 and d.web_hook_id = $2 and d.id = $3`;

const PRESENT = `select (${DELIVERY_SQL})::text as view from web_hook_deliveries d ${DELIVERY_JOINS} where d.company_id = $1 and d.id = $2`;

// What is with a worker at this moment stays with him.
const BEGIN_ANEW = `
  update web_hook_deliveries set state = 'pending', due_at = now(), finished_at = null,
    failures = case when state = 'pending' then failures else 0 end,
    queued_at = case when state = 'pending' then queued_at end, leased_until = case when state = 'pending' then leased_until end
  where company_id = $1 and web_hook_id = $2 and id = $3 returning 1`;

/** What webhooks are told, and what came of it. */
@Injectable()
export class Deliveries {
  constructor(private readonly db: Database) {}

  /**
   * One page, newest first. There may be millions, which nobody can count while somebody waits: it is told whether there are more, and
   * not how many. Throws `NotFound`, and `Invalid` for a cursor that is none.
   */
  async list(actor: Actor, webHookId: number, { state, perPage, cursor }: DeliverySlice): Promise<JsonText> {
    if (cursor !== undefined && !CURSOR.test(cursor)) throw Invalid.field('cursor', 'is not a cursor of this list');
    const known = await this.db.query(`select 1 from web_hooks where company_id = $1 and id = $2`, [actor.companyId, webHookId]);
    if (known.length === 0) throw new NotFound(WEB_HOOKS.noun, webHookId);
    const states = state === undefined ? DELIVERY_STATES : [state];
    const params = [actor.companyId, webHookId, states, cursor ?? null, perPage];
    const { deliveries, next } = only(await this.db.query<{ deliveries: string; next: number | null }>(DELIVERY_PAGE, params));
    const cursorText = next === null ? 'null' : `"${next}"`;
    return new JsonText(`{"has_more":${next !== null},"next_cursor":${cursorText},"deliveries":${deliveries}}`);
  }

  /** With its attempts. Throws `NotFound`. */
  async show(actor: Actor, webHookId: number, id: number): Promise<string> {
    const [found] = await this.db.query<{ view: string }>(SHOW, [actor.companyId, webHookId, id]);
    if (!found) throw new NotFound(NOUN, id);
    return found.view;
  }

  /** Has a delivery made again at once, under the same message id; one that waits waits no longer. Throws `NotFound`, `Conflict`. */
  async replay(actor: Actor, webHookId: number, id: number): Promise<string> {
    return this.db.tx(async (em) => {
      await holdEnabled(em, actor.companyId, webHookId);
      if ((await rows(em, BEGIN_ANEW, [actor.companyId, webHookId, id])).length === 0) throw new NotFound(NOUN, id);
      tellAfterCommit(em);
      return present(em, actor, id);
    });
  }

  /** Has a webhook told of a test, whatever events it wants. Throws `NotFound`, and `Conflict` when it is disabled. */
  async test(actor: Actor, webHookId: number): Promise<string> {
    return this.db.tx(async (em) => {
      const format = await holdEnabled(em, actor.companyId, webHookId);
      const event = { companyId: actor.companyId, type: 'web_hook.tested', actor: eventActor(actor) } as const;
      const data = { web_hook: await presentOne(em, actor, WEB_HOOKS, webHookId) };
      const eventId = await record(em, { ...event, data });
      const logged = { ...event, id: eventId, ticketId: null, ticketSequence: null, data: {}, createdAt: new Date() };
      return present(em, actor, await insert(em, actor.companyId, webHookId, partOf(format, logged), eventId));
    });
  }
}

/** Holds a webhook against its deletion and answers its format. Throws `NotFound`, and `Conflict` when it is disabled. */
export async function holdEnabled(em: EntityManager, companyId: number, webHookId: number): Promise<FormatName> {
  const sql = `select format, is_enabled as "isEnabled" from web_hooks where company_id = $1 and id = $2 for key share`;
  const [found] = await rows<{ format: FormatName; isEnabled: boolean }>(em, sql, [companyId, webHookId]);
  if (!found) throw new NotFound(WEB_HOOKS.noun, webHookId);
  if (!found.isEnabled) throw new Conflict('The webhook is disabled');
  return found.format;
}

function partOf(format: FormatName, event: LoggedEvent): string {
  return FORMATS[format].partsOf(event, null)[0] ?? '';
}

async function insert(em: EntityManager, companyId: number, webHookId: number, part: string, eventId: number): Promise<number> {
  const sql = `insert into web_hook_deliveries (company_id, web_hook_id, part, event_id) values ($1, $2, $3, $4) returning id`;
  return only(await rows<{ id: number }>(em, sql, [companyId, webHookId, part, eventId])).id;
}

async function present(em: EntityManager, actor: Actor, id: number): Promise<string> {
  return only(await rows<{ view: string }>(em, PRESENT, [actor.companyId, id])).view;
}
