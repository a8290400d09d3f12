import type { EntityManager } from 'typeorm';
import { rows } from '../database/database.js';

/** Beyond so many different things in a quarter of an hour what is new is counted, but no longer by itself. */
const MOST_VALUES = 200;

const COUNT = `
  insert into report_counts as c (company_id, name, counted_at, value, count)
  select $1, $2, slot.at, case when known.others < ${MOST_VALUES} then $3 else '' end, $4::bigint
  from (select date_bin('15 minutes', now(), timestamptz 'epoch') as at) slot,
    lateral (select count(*) as others from report_counts o where o.company_id = $1 and o.name = $2 and o.counted_at = slot.at and o.value <> $3) known
  on conflict (company_id, name, counted_at, value) do update set count = c.count + excluded.count`;

interface Occurrence {
  /** What it happened to, up to 255 characters. */
  value?: string;
  times?: number;
}

/**
 * Notes for the reports that something happened, in the open transaction. It holds the count of the quarter of an hour until the end, and
 * so comes last.
 */
export async function countOccurrences(
  em: EntityManager,
  companyId: number,
  name: string,
  { value = '', times = 1 }: Occurrence = {},
): Promise<void> {
  await rows(em, COUNT, [companyId, name, value, times]);
}
