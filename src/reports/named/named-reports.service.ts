import { Injectable } from '@nestjs/common';
import type { Actor } from '../../access/actor.js';
import { Database } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors/app-errors.js';
import { bucketsOf, dayAfter, isoDay, spanOf, type AskedSpan, type Span, type SpanNames } from './calendar.js';
import { NAMED_REPORTS, REPORT_NAMES, type NamedReport, type ReportName } from './catalogue.js';

export interface ReportRow {
  /** `2026-03-29` for a day, `2026-03` for a month, else what it is about. */
  label: string;
  /** Null where there is nothing to take an average of. */
  values: (number | null)[];
}

export interface MadeReport extends NamedReport {
  name: ReportName;
  span: Span;
  rows: ReportRow[];
}

interface FoundRow {
  label: string;
  values: number[];
}

/** The reports by name, computed whenever they are asked for. */
@Injectable()
export class NamedReports {
  constructor(private readonly db: Database) {}

  /** A report of the days that are asked for. Throws `NotFound` for a name that is none, and `Invalid` for days; see {@link spanOf}. */
  async make(actor: Actor, given: string, asked: AskedSpan, names: SpanNames): Promise<MadeReport> {
    const name = REPORT_NAMES.find((known) => known === given);
    if (name === undefined) throw new NotFound('Report', given.slice(0, 100));
    const span = spanOf(asked, names, new Date());
    const report: NamedReport = NAMED_REPORTS[name];
    const params = [actor.companyId, isoDay(span.first), isoDay(dayAfter(span.last)), span.zone, span.unit];
    const found = await this.db.query<FoundRow>(report.sql, params);
    return { ...report, name, span, rows: report.chart === 'line' ? overTime(span, report, found) : found };
  }
}

function overTime(span: Span, { kind }: NamedReport, found: FoundRow[]): ReportRow[] {
  const values = new Map(found.map((row) => [row.label, row.values]));
  const empty = kind === 'seconds' ? null : 0;
  return bucketsOf(span).map((bucket) => {
    const begins = isoDay(bucket);
    return { label: span.unit === 'day' ? begins : begins.slice(0, 7), values: values.get(begins) ?? [empty] };
  });
}
