import { Injectable } from '@nestjs/common';
import { isStaff, type Actor } from '../access/actor.js';
import { timeSql } from '../access/view.js';
import { Database, only, REPEATABLE_SQL, rows } from '../platform/database/database.js';
import { Invalid, NotFound } from '../platform/errors/app-errors.js';

/** Who has been seen so lately counts as online; programs are to report him again within that time. */
export const ONLINE_SECONDS = 30;

const MOST_CHARACTERS = 2048;

/** Whether the row `p` of user_presences tells of somebody who is online. */
export const onlineSql = (p: string): string => `${p}.seen_at > now() - interval '${ONLINE_SECONDS} seconds'`;

const IS_PERSON = `u.company_id = $1 and u.id = $2 and u.kind not in ('customer_group', 'bot')`;

// A page that reports all the time writes once in a few seconds. The person is held, so that he is not deleted meanwhile.
const NOTE = `
  with person as materialized (select u.company_id, u.id from users u where ${IS_PERSON} for key share),
    written as (
      insert into user_presences as p (company_id, user_id, seen_at, current_url)
      select company_id, id, now(), coalesce($3, '') from person
      where not exists (select 1 from user_presences fresh where fresh.company_id = $1 and fresh.user_id = $2
        and fresh.seen_at > now() - interval '5 seconds' and ($3::text is null or fresh.current_url = $3))
      on conflict (company_id, user_id) do update set seen_at = now(), current_url = coalesce($3, p.current_url))
  select ${REPEATABLE_SQL}, exists (select 1 from person) as is_known`;

const IS_ONLINE = `exists (select 1 from user_presences p where p.company_id = $1 and p.user_id = $2 and ${onlineSql('p')}) as online`;

/** When people are at the desk, and where. It stands in the database, so that all processes know it, and is no event. */
@Injectable()
export class Presence {
  constructor(private readonly db: Database) {}

  /** Notes that a person is at the desk now, at this page if it is known. Throws `NotFound`, and `Invalid` for no address of a page. */
  async note(actor: Actor, userId: number, url: string | null): Promise<void> {
    if (url !== null) refuseUnlessPage(url);
    const [noted] = await this.db.tx((em) => rows<{ is_known: boolean }>(em, NOTE, [actor.companyId, userId, url]));
    if (noted?.is_known !== true) throw new NotFound('User', userId);
  }

  /** Whether the person is online; false for whom nobody knows. */
  async isOnline(actor: Actor, userId: number): Promise<boolean> {
    return only(await this.db.query<{ online: boolean }>(`select ${IS_ONLINE}`, [actor.companyId, userId])).online;
  }

  /** Whether any of the staff is online. */
  async isStaffOnline(actor: Actor): Promise<boolean> {
    const sql = `select exists (select 1 from user_presences p join users u on u.company_id = p.company_id and u.id = p.user_id
      where p.company_id = $1 and ${onlineSql('p')} and u.role <> 'customer' and u.kind <> 'bot') as online`;
    return only(await this.db.query<{ online: boolean }>(sql, [actor.companyId])).online;
  }

  /** The page at which the person is or was last; null when none is known. */
  async currentUrl(actor: Actor, userId: number): Promise<string | null> {
    const sql = `select nullif(p.current_url, '') as url from user_presences p where p.company_id = $1 and p.user_id = $2`;
    const [found] = await this.db.query<{ url: string | null }>(sql, [actor.companyId, userId]);
    return found?.url ?? null;
  }

  /** A `PresenceView` as JSON text. Customers see their own only; throws `NotFound` otherwise. */
  async show(actor: Actor, userId: number): Promise<string> {
    const sql = `select json_build_object('online', coalesce(${onlineSql('p')}, false), 'last_seen_at', ${timeSql('p.seen_at')},
        'current_url', nullif(p.current_url, ''))::text as view
      from users u left join user_presences p on p.company_id = u.company_id and p.user_id = u.id
      where ${IS_PERSON} and ($3 or u.id = $4)`;
    const [found] = await this.db.query<{ view: string }>(sql, [actor.companyId, userId, isStaff(actor), actor.userId]);
    if (!found) throw new NotFound('User', userId);
    return found.view;
  }
}

function refuseUnlessPage(url: string): void {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw Invalid.field('current_url', 'must begin with http:// or https://');
  if (url.length > MOST_CHARACTERS) throw Invalid.field('current_url', `must have at most ${MOST_CHARACTERS} characters`);
}
