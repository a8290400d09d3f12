import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { timeSql, VIEW_PARAMS_SQL, viewParams } from '../access/view.js';
import { ticketVisibleSql } from '../access/visibility.js';
import { Database, only, rows } from '../platform/database/database.js';
import { offsetOf, pageHead, type Page } from '../platform/database/page.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { JsonText } from '../platform/http/json-text.js';
import { subjectSql } from '../tickets/ticket.view.js';
import { shortUserSql, teamSql } from '../users/user.view.js';
import { candidateSql, isOnlineSql } from './choice.js';
import { readRules, type RoutingRules } from './rules.js';

/** Where a ticket stands. */
export interface QueuePlace {
  waiting: boolean;
  position: number | null;
  wait_seconds: number | null;
}

const MOST_LOOKED_AT = 200;

// $5: whether each department has its own row. The queue is as long as it is, and whoever stands in it is counted each time.
const PLACES = `places as (
  select t.id, t.queued_at, case when $5::boolean then t.team_assignee_id end as scope,
    row_number() over (partition by case when $5::boolean then t.team_assignee_id end order by t.queued_at, t.id) as position
  from tickets t where t.company_id = $1 and t.queued_at is not null)`;

// How long the latest conversations of the company lasted, in the middle; $6 while none has been closed.
const HANDLING = `handling as (
  select coalesce(percentile_cont(0.5) within group (order by extract(epoch from closed.archived_at - begun.created_at)), $6::integer) as seconds
  from (select * from tickets t where t.company_id = $1 and t.archived_at is not null and t.spam_at is null and t.trashed_at is null
    order by t.last_activity_at desc, t.id desc limit ${MOST_LOOKED_AT}) closed
  cross join lateral (select a.created_at from assignments a where a.company_id = closed.company_id and a.ticket_id = closed.id and a.user_id is not null
    order by a.id desc limit 1) begun
  where closed.user_assignee_id is not null and begun.created_at < closed.archived_at)`;

// $7: how many conversations an agent has at a time.
const SCOPES = `scopes as (
  select s.scope, (select count(*) from users u where u.company_id = $1 and ${candidateSql('u', 's.scope')} and ${isOnlineSql('u')}) * $7::integer as places
  from (select distinct scope from places) s)`;

const FACTS = `with ${PLACES}, ${HANDLING}, ${SCOPES}`;
const WAIT = `case when s.places > 0 then ceil(p.position * (select seconds from handling) / s.places)::integer end`;
const JOINS = `left join places p on p.id = t.id left join scopes s on s.scope is not distinct from p.scope`;
const PLACE_FIELDS = `'waiting', p.id is not null, 'position', p.position, 'wait_seconds', ${WAIT}, 'queued_at', ${timeSql('p.queued_at')}`;

/** Who waits for an agent, and for how long it may be. */
@Injectable()
export class TicketQueue {
  constructor(private readonly db: Database) {}

  /** The JSON text of a `QueuePlaceView`. Throws `NotFound`. */
  async show(actor: Actor, ticketId: number): Promise<string> {
    const sql = `${FACTS} select json_build_object(${PLACE_FIELDS})::text as view from tickets t ${JOINS}
      where t.company_id = $1 and ${VIEW_PARAMS_SQL} and t.id = $8 and ${ticketVisibleSql(actor, 't')}`;
    const [found] = await this.ask<{ view: string }>(actor, sql, [ticketId]);
    if (!found) throw new NotFound('Ticket', ticketId);
    return found.view;
  }

  /** {@link show} for those who go by it. */
  async placeOf(actor: Actor, ticketId: number): Promise<QueuePlace> {
    return JSON.parse(await this.show(actor, ticketId)) as QueuePlace;
  }

  /** One page of the whole queue, who came first first; positions count also those whom the actor may not see. */
  async list(actor: Actor, page: Page): Promise<JsonText> {
    const sql = `${FACTS}, seen as (select t.* from tickets t where t.company_id = $1 and ${VIEW_PARAMS_SQL} and t.queued_at is not null
        and t.id in (select id from places) and ${ticketVisibleSql(actor, 't')})
      select (select count(*) from seen) as total, coalesce(json_agg(json_build_object(${PLACE_FIELDS}, 'ticket',
        json_build_object('id', t.id, 'subject', ${subjectSql('t')}, 'requester', ${shortUserSql('req')},
          'team', case when tm.id is not null then ${teamSql('tm')} end)) order by t.queued_at, t.id), '[]')::text as view
      from (select * from seen order by queued_at, id limit $8 offset $9) t ${JOINS}
      join users req on req.company_id = t.company_id and req.id = t.requester_id
      left join teams tm on tm.company_id = t.company_id and tm.id = t.team_assignee_id`;
    const { total, view } = only(await this.ask<{ total: number; view: string }>(actor, sql, [page.perPage, offsetOf(page)]));
    return new JsonText(`${pageHead(total, page)},"queue_places":${view}}`);
  }

  private ask<Row>(actor: Actor, sql: string, params: unknown[]): Promise<Row[]> {
    return this.db.tx(async (em) =>
      rows<Row>(em, sql, [...viewParams(actor), ...estimates(await readRules(em, actor.companyId)), ...params]),
    );
  }
}

function estimates(rules: RoutingRules | null): [boolean, number, number] {
  return [rules?.isByTeam ?? false, rules?.assumedSeconds ?? 0, Math.max(rules?.mostOpen ?? 1, 1)];
}
