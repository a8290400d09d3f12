import { Injectable, type OnModuleInit } from '@nestjs/common';
import { eventActor, type Actor } from '../../access/actor.js';
import { Database, rows } from '../../platform/database/database.js';
import { record } from '../../platform/events/record.js';
import { countOccurrences } from '../../platform/occurrences/occurrences.js';
import { Queues } from '../../platform/queue/queues.js';
import { MOST_YEARS } from './calendar.js';
import { FED, type FedName } from './catalogue.js';

const DAY_MS = 86_400_000;
const BATCH = 5000;

const MOST_CHARACTERS = 255;

/** Of these it matters what was counted. */
const BY_VALUE: ReadonlySet<string> = new Set(['articles-searches', 'articles-views']);

// Over all companies, like every sweep.
const SWEEP = `
  with past as materialized (
    select ctid from report_counts where counted_at < now() - make_interval(years => ${2 * MOST_YEARS}) limit ${BATCH} for update skip locked)
  delete from report_counts where ctid = any (array(select ctid from past)) returning 1`;

/** What happened elsewhere, counted for the reports that no row of the desk could tell. */
@Injectable()
export class ReportCounts implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
  ) {}

  onModuleInit(): void {
    this.queues.schedule('sweep-report-counts', DAY_MS, () => this.sweep());
  }

  /** Counts one more of it. `value` says of what, an article or the words of a search; elsewhere it does not matter. */
  async add(actor: Actor, report: FedName, value: string): Promise<void> {
    await this.db.tx(async (em) => {
      const name = FED[report];
      const counted = BY_VALUE.has(name) ? value.trim().slice(0, MOST_CHARACTERS) : '';
      await countOccurrences(em, actor.companyId, name, { value: counted });
      const data = { report: JSON.stringify(report) };
      await record(em, { companyId: actor.companyId, type: 'report.counted', actor: eventActor(actor), data });
    });
  }

  /** Removes what is older than any report reaches. */
  async sweep(): Promise<void> {
    for (let gone = BATCH; gone === BATCH;) gone = (await this.db.tx((em) => rows(em, SWEEP))).length;
  }
}
