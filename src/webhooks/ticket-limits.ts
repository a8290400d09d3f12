import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/database.js';
import { Invalid } from '../platform/errors/app-errors.js';

/** What the tickets of a webhook may be limited to. */
interface Limit {
  field: string;
  /** The table of what is named, held against its deletion. */
  hold: string;
  table: string;
  column: string;
  flag: string;
  refusal: string;
}

const TEAMS: Limit = {
  field: 'team_ids',
  hold: `select 1 from teams where company_id = $1 and id = any ($2::bigint[]) and deleted_at is null order by id for key share`,
  table: 'web_hook_teams',
  column: 'team_id',
  flag: 'of_teams',
  refusal: 'must be teams of this company',
};

const LABELS: Limit = {
  field: 'label_ids',
  hold: `select 1 from labels where company_id = $1 and id = any ($2::bigint[]) order by id for key share`,
  table: 'web_hook_labels',
  column: 'label_id',
  flag: 'of_labels',
  refusal: 'must be labels of this company',
};

/** Limits a webhook to tickets of these teams; of none: lifts the limit. Throws `Invalid`. */
export const limitToTeams = (em: EntityManager, companyId: number, webHookId: number, ids: number[]): Promise<void> =>
  limit(em, TEAMS, companyId, webHookId, ids);

/** The same with labels. */
export const limitToLabels = (em: EntityManager, companyId: number, webHookId: number, ids: number[]): Promise<void> =>
  limit(em, LABELS, companyId, webHookId, ids);

// The flag tells a limit of which nothing is left, and which nothing meets, from none.
async function limit(
  em: EntityManager,
  { field, hold, table, column, flag, refusal }: Limit,
  companyId: number,
  webHookId: number,
  ids: number[],
): Promise<void> {
  const distinct = [...new Set(ids)];
  const found = await rows(em, hold, [companyId, distinct]);
  if (found.length !== distinct.length) throw Invalid.field(field, refusal);
  await rows(em, `delete from ${table} where company_id = $1 and web_hook_id = $2`, [companyId, webHookId]);
  const add = `insert into ${table} (company_id, web_hook_id, ${column}) select $1, $2, id from unnest($3::bigint[]) as given (id)`;
  await rows(em, add, [companyId, webHookId, distinct]);
  await rows(em, `update web_hooks set ${flag} = $3 where company_id = $1 and id = $2`, [
    companyId,
    webHookId,
    distinct.length > 0,
  ]);
}
