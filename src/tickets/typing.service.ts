import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { ticketVisibleSql } from '../access/visibility.js';
import { VIEW_PARAMS_SQL, viewParams } from '../access/view.js';
import { Database, only, REPEATABLE_SQL, rows } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { Queues } from '../platform/queue/queues.js';
import { shortUserSql } from '../users/user.view.js';

/** How long somebody counts as typing after he was last reported. */
const TYPING_SECONDS = 10;
const HOUR_MS = 3_600_000;
const BATCH = 5000;
const MOST_TYPING = 100;

const TYPES = `y.typed_at > now() - interval '${TYPING_SECONDS} seconds'`;

// A page that reports every key writes once in a few seconds. Ticket and person are held, so that neither is deleted meanwhile.
const noteSql = (actor: Actor) => `
  with ticket as materialized (
      select t.id from tickets t where t.company_id = $1 and t.id = $3 and ${ticketVisibleSql(actor, 't')} for key share),
    person as materialized (
      select u.id from users u where u.company_id = $1 and u.id = $4 and u.kind not in ('customer_group', 'bot') for key share),
    written as (
      insert into typings as y (company_id, ticket_id, user_id, typed_at)
      select $1, ticket.id, person.id, now() from ticket, person
      where not exists (select 1 from typings fresh where fresh.company_id = $1 and fresh.ticket_id = $3 and fresh.user_id = $4
        and fresh.typed_at > now() - interval '3 seconds')
      on conflict (company_id, ticket_id, user_id) do update set typed_at = now())
  select ${REPEATABLE_SQL}, $2::bigint as by, exists (select 1 from ticket) as has_ticket, exists (select 1 from person) as has_person`;

// Rows of the past lie together nowhere: the table is small, since it is swept.
const SWEEP = `
  with past as materialized (
      select ctid from typings where typed_at < now() - interval '1 minute' limit ${BATCH} for update skip locked),
    gone as (delete from typings where ctid = any (array(select ctid from past)) returning 1)
  select count(*) as gone from gone`;

/** Who is typing on which ticket. It stands in the database, so that all processes know it, and is no event. */
@Injectable()
export class TypingOnTickets implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
  ) {}

  onModuleInit(): void {
    this.queues.schedule('sweep-typings', HOUR_MS, () => this.sweep());
  }

  /** Notes that a person is typing on a ticket that the actor may see. Throws `NotFound` for either. */
  async note(actor: Actor, ticketId: number, userId: number): Promise<void> {
    const params = [actor.companyId, actor.userId, ticketId, userId];
    const noted = await this.db.tx((em) => rows<{ has_ticket: boolean; has_person: boolean }>(em, noteSql(actor), params));
    const { has_ticket: hasTicket, has_person: hasPerson } = only(noted);
    if (!hasTicket) throw new NotFound('Ticket', ticketId);
    if (!hasPerson) throw new NotFound('User', userId);
  }

  /** Whether this person is typing on the ticket; false where either is unknown. */
  async isTyping(actor: Actor, ticketId: number, userId: number): Promise<boolean> {
    const sql = `select exists (select 1 from typings y where y.company_id = $1 and y.ticket_id = $2 and y.user_id = $3 and ${TYPES}) as typing`;
    return only(await this.db.query<{ typing: boolean }>(sql, [actor.companyId, ticketId, userId])).typing;
  }

  /** The people who are typing on a ticket, short forms in a JSON list, who typed last first. Throws `NotFound`. */
  async list(actor: Actor, ticketId: number): Promise<string> {
    const sql = `select coalesce((select json_agg(${shortUserSql('u')} order by y.typed_at desc, u.id)
        from (select * from typings y where y.company_id = $1 and y.ticket_id = $5 and ${TYPES} order by y.typed_at desc limit ${MOST_TYPING}) y
        join users u on u.company_id = y.company_id and u.id = y.user_id), '[]')::text as view
      from tickets t where t.company_id = $1 and t.id = $5 and ${VIEW_PARAMS_SQL} and ${ticketVisibleSql(actor, 't')}`;
    const [found] = await this.db.query<{ view: string }>(sql, [...viewParams(actor), ticketId]);
    if (!found) throw new NotFound('Ticket', ticketId);
    return found.view;
  }

  /** The member of the staff who was typing last on the ticket; null for nobody. */
  async agentTyping(actor: Actor, ticketId: number): Promise<number | null> {
    const sql = `select y.user_id as id from typings y join users u on u.company_id = y.company_id and u.id = y.user_id
      where y.company_id = $1 and y.ticket_id = $2 and ${TYPES} and u.role <> 'customer' order by y.typed_at desc, u.id limit 1`;
    const [found] = await this.db.query<{ id: number }>(sql, [actor.companyId, ticketId]);
    return found?.id ?? null;
  }

  /** Removes what tells nothing any more. */
  async sweep(): Promise<void> {
    for (let gone = BATCH; gone === BATCH;) ({ gone } = only(await this.db.query<{ gone: number }>(SWEEP)));
  }
}
