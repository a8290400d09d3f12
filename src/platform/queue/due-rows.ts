import { Injectable } from '@nestjs/common';
import { Database, REPEATABLE_SQL, rows } from '../database/database.js';
import { isAbsentSql } from '../database/notifications.js';
import type { RowJob, RowQueue } from './catalogue.js';
import { Pump, type WorkSource } from './pump.js';
import { Queues } from './queues.js';

/**
 * A table whose rows are work. It has the columns company_id, id, state (`pending` until it is done), due_at, queued_at (since when a job
 * stands for the row), round (which job is the newest), leased_until and leased_by (who is at it), attempts_count and finished_at.
 */
export interface DueRows {
  name: string;
  table: string;
  /** The queues in which a job of it may be. */
  queues: readonly RowQueue[];
  /** The key of the advisory lock under which rows are chosen. */
  lock: number;
  /** Marks rows that are due as queued, and answers {@link Chosen}. */
  choose: string;
  /** The id of the job of the row `d`. */
  jobId: (d: string) => string;
  leaseSeconds: number;
  /** How long a worker that is cut off from Postgres has to come back. */
  graceSeconds: number;
  /** What else is set on a row `d` whose worker has died: one that kills its workers must be given up at last. */
  whenAbandoned: string;
  /** A change elsewhere that goes with rows whose worker has died, which are `abandoned`. */
  noteAbandoned?: string;
}

/** A row that is to be queued, and in which queue. */
export interface Chosen extends RowJob {
  queue: RowQueue;
  jobId: string;
}

/** Keeps rows of work and the queue in step: the rows are the truth, the queue only says whose turn it is. */
@Injectable()
export class DueWork {
  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
    private readonly pump: Pump,
  ) {}

  /** Has the rows of a table queued when they are due, and again when they were lost. Said before the start; answers how to have them looked at now. */
  add(due: DueRows): () => void {
    const dispatch = new Dispatch(due, this.db, this.queues);
    const wake = () => this.pump.wake(dispatch);
    this.pump.add(dispatch);
    this.pump.add(new LostRows(due, this.db, this.queues, wake));
    return wake;
  }
}

/** Puts rows that are due into their queues. */
class Dispatch implements WorkSource {
  readonly name: string;

  constructor(
    private readonly due: DueRows,
    private readonly db: Database,
    private readonly queues: Queues,
  ) {
    this.name = due.name;
  }

  async pull(): Promise<boolean> {
    const chosen = await this.choose();
    for (const queue of this.due.queues) {
      const jobs = chosen.filter((row) => row.queue === queue);
      if (jobs.length > 0)
        await this.queues.add(
          queue,
          jobs.map(({ jobId, companyId, id, round }) => ({ id: jobId, payload: { companyId, id, round } })),
        );
    }
    return chosen.length > 0;
  }

  // One at a time: two that count at once would both fill the same room.
  private choose(): Promise<Chosen[]> {
    return this.db.tx(async (em) => {
      await rows(em, `select pg_advisory_xact_lock($1), ${REPEATABLE_SQL}`, [this.due.lock]);
      return rows<Chosen>(em, this.due.choose);
    });
  }
}

const LOOK_EVERY_MS = 2_000;
const BATCH = 50;
/** A job is looked for when it should have been begun by now. */
const BEGUN_WITHIN = `interval '5 seconds'`;

/** Finds rows that a dead worker or a queue without memory has left behind, and lets them be queued again. */
class LostRows implements WorkSource {
  readonly name: string;
  private nextLook = 0;

  constructor(
    private readonly due: DueRows,
    private readonly db: Database,
    private readonly queues: Queues,
    private readonly wake: () => void,
  ) {
    this.name = `lost ${due.name}`;
  }

  async pull(): Promise<boolean> {
    if (performance.now() < this.nextLook) return false;
    const abandoned = await this.db.query(freeAbandoned(this.due));
    const overdue = await this.db.query<Overdue>(overdueSql(this.due));
    const lost = await this.lostOf(overdue);
    if (lost.length > 0) await this.queueAgain(lost);
    if (abandoned.length + lost.length > 0) this.wake();
    const hasMore = overdue.length === BATCH && lost.length === BATCH;
    if (!hasMore) this.nextLook = performance.now() + LOOK_EVERY_MS;
    return hasMore;
  }

  /** A job that waits is only late; one that is gone, or that a dead worker holds, is lost. */
  private async lostOf(overdue: Overdue[]): Promise<Overdue[]> {
    const lost: Overdue[] = [];
    for (const row of overdue) if (!(await this.isLate(row))) lost.push(row);
    return lost;
  }

  private async isLate({ jobId }: Overdue): Promise<boolean> {
    for (const queue of this.due.queues) if (await this.queues.isWaiting(queue, jobId)) return true;
    return false;
  }

  private async queueAgain(lost: Overdue[]): Promise<void> {
    const sql = `update ${this.due.table} d set queued_at = null
      from unnest($1::bigint[], $2::bigint[], $3::integer[]) as lost (company_id, id, round)
      where d.company_id = lost.company_id and d.id = lost.id and d.round = lost.round and d.state = 'pending' and d.leased_until is null`;
    await this.db.query(sql, [lost.map(({ companyId }) => companyId), lost.map(({ id }) => id), lost.map(({ round }) => round)]);
  }
}

interface Overdue extends RowJob {
  jobId: string;
}

// What a worker that has died was doing may be done, and is done again. One that is only cut off from Postgres has a few seconds to come
// back; one that hangs is taken for dead when its lease ends.
function freeAbandoned({ table, leaseSeconds, graceSeconds, whenAbandoned, noteAbandoned }: DueRows): string {
  return `
    with abandoned as (
      select company_id, id, attempts_count from ${table}
      where state = 'pending' and queued_at is not null and (leased_until < now()
        or leased_until < now() + interval '${leaseSeconds - graceSeconds} seconds' and ${isAbsentSql('leased_by')})
      limit 500 for update skip locked
    )${noteAbandoned === undefined ? '' : `, noted as (${noteAbandoned})`}
    update ${table} d set queued_at = null, leased_until = null, ${whenAbandoned}
    from abandoned where d.company_id = abandoned.company_id and d.id = abandoned.id returning 1`;
}

// Any of them, and others the next time: those that are only late must not hide those that are lost.
function overdueSql({ table, jobId }: DueRows): string {
  return `
    select d.company_id as "companyId", d.id, d.round, ${jobId('d')} as "jobId" from ${table} d
    where d.state = 'pending' and d.queued_at < now() - ${BEGUN_WITHIN} and d.leased_until is null order by random() limit ${BATCH}`;
}
