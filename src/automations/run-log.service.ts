import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { VIEW_PARAMS_SQL, viewParams } from '../access/view.js';
import { Database, only } from '../platform/database/database.js';
import { Invalid, NotFound } from '../platform/errors/app-errors.js';
import { JsonText } from '../platform/http/json-text.js';
import { Queues } from '../platform/queue/queues.js';
import { runSql } from './run.view.js';

/** Which runs, newest first; a cursor goes on behind the run that it names. */
export interface RunSlice {
  userId?: number;
  perPage: number;
  cursor?: string;
}

const CURSOR = /^\d{1,15}$/;
const HOUR_MS = 3_600_000;
const KEPT_DAYS = 90;
const BATCH = 2000;

const PAGE = `
  with page as (
    select r.* from automation_runs r where r.company_id = $1 and r.automation_id = $5 and r.id < coalesce($7::bigint, 9223372036854775807)
      and ($8::bigint is null or r.user_id = $8) order by r.id desc limit $6::integer + 1
  ), presented as (
    select r.id, ${runSql('r')} as view from (select * from page order by id desc limit $6) r where ${VIEW_PARAMS_SQL}
  )
  select exists (select 1 from automations a where a.company_id = $1 and a.id = $5) as is_known,
    coalesce(json_agg(view order by id desc), '[]')::text as runs, case when (select count(*) from page) > $6 then min(id) end as next
  from presented`;

// Without a repetition a run is what keeps the automation from running again.
const FORGET = `delete from automation_runs r using (select company_id, id from automation_runs
    where repeat_window <> '' and ran_at < now() - interval '${KEPT_DAYS} days' limit ${BATCH} for update skip locked) old
  where r.company_id = old.company_id and r.id = old.id returning 1`;

/** For whom automations have run. */
@Injectable()
export class RunLog implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
  ) {}

  onModuleInit(): void {
    this.queues.schedule('sweep-automation-runs', HOUR_MS, () => this.sweep());
  }

  /** One page, newest first. Throws `NotFound` for the automation, `Invalid` for a cursor that is none. */
  async list(actor: Actor, automationId: number, { userId, perPage, cursor }: RunSlice): Promise<JsonText> {
    if (cursor !== undefined && !CURSOR.test(cursor)) throw Invalid.field('cursor', 'is not a cursor of this list');
    const params = [...viewParams(actor), automationId, perPage, cursor ?? null, userId ?? null];
    const found = await this.db.query<{ is_known: boolean; runs: string; next: number | null }>(PAGE, params);
    const { is_known: isKnown, runs, next } = only(found);
    if (!isKnown) throw new NotFound('Automation', automationId);
    const head = `{"has_more":${next !== null},"next_cursor":${next === null ? 'null' : `"${next}"`}`;
    return new JsonText(`${head},"runs":${runs}}`);
  }

  /** Removes runs of repetitions that are long past; several may run at once. */
  async sweep(): Promise<void> {
    for (let gone = BATCH; gone === BATCH;) gone = (await this.db.query(FORGET)).length;
  }
}
