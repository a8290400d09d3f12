import type { RowQueue } from './catalogue.js';

/** What tells one table of due rows from another. */
interface Choice {
  table: string;
  queue: RowQueue;
  /** How many rows of one company may be with the workers at a time. The rest waits in Postgres, so that nobody's backlog fills the queue. */
  width: number;
  jobId: (d: string) => string;
}

/** Chooses due rows, as many of each company as there is room for. Companies are found by skipping from one to the next in the index: a backlog costs nothing. */
export const chooseByCompany = ({ table, queue, width, jobId }: Choice): string => `
  with recursive busy as (
    (select company_id from ${table} where state = 'pending' and queued_at is null order by company_id limit 1)
    union all
    select following.company_id from busy cross join lateral (
      select d.company_id from ${table} d where d.state = 'pending' and d.queued_at is null and d.company_id > busy.company_id
      order by d.company_id limit 1) following
  ), chosen as (
    select d.company_id, d.id from busy cross join lateral (
      select d.company_id, d.id from ${table} d
      where d.company_id = busy.company_id and d.state = 'pending' and d.queued_at is null and d.due_at <= now()
      order by d.due_at, d.id
      limit greatest(0, ${width} - (select count(*) from ${table} f
        where f.company_id = busy.company_id and f.state = 'pending' and f.queued_at is not null))
      for update skip locked) d
  )
  update ${table} d set queued_at = now(), round = d.round + 1, leased_until = null
  from chosen where d.company_id = chosen.company_id and d.id = chosen.id
  returning d.company_id as "companyId", d.id, d.round, ${jobId('d')} as "jobId", '${queue}' as queue`;
