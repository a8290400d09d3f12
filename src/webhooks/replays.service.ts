import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { Database, only, rows, tellAfterCommit } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { readCursor } from '../platform/events/feed.js';
import { holdEnabled } from './deliveries.service.js';
import { REPLAY_SQL } from './replay.view.js';

// Ends before the first transaction of the future: everything that has been recorded, also what the feed still withholds, stands before it.
const BEGIN = `insert into web_hook_replays as r (company_id, web_hook_id, after, position, until)
  values ($1, $2, $3, $3, pg_snapshot_xmax(pg_current_snapshot()) || '-0') returning (${REPLAY_SQL})::text as view`;

const SHOW = `select (${REPLAY_SQL})::text as view from web_hook_replays r where r.company_id = $1 and r.web_hook_id = $2 and r.id = $3`;

/** Wishes to be told again; {@link Replays} carries them out. */
@Injectable()
export class WebHookReplays {
  constructor(private readonly db: Database) {}

  /**
   * Has everything behind a cursor that the webhook wants delivered again, up to what has been recorded by now. Throws `NotFound`; `Invalid`
   * for what is no cursor; `Conflict` when the webhook is disabled or a replay of it is under way.
   */
  async begin(actor: Actor, webHookId: number, after: string): Promise<string> {
    const { tx, id } = readCursor('after', after);
    return this.db.tx(async (em) => {
      await holdEnabled(em, actor.companyId, webHookId);
      const { view } = only(await rows<{ view: string }>(em, BEGIN, [actor.companyId, webHookId, `${tx}-${id}`]));
      tellAfterCommit(em);
      return view;
    });
  }

  /** How far it is. Throws `NotFound`. */
  async show(actor: Actor, webHookId: number, id: number): Promise<string> {
    const [found] = await this.db.query<{ view: string }>(SHOW, [actor.companyId, webHookId, id]);
    if (!found) throw new NotFound('Replay', id);
    return found.view;
  }
}
