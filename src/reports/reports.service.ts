import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { Database } from '../platform/database/database.js';
import { daysOf, windowOf, type DayWindow } from './day-window.js';
import { SERIES, seriesSql, type DayValue, type ReportFilter, type SeriesName } from './reports.queries.js';
import type { DataPointView } from './reports.dto.js';

export interface ReportRequest extends ReportFilter {
  since?: Date;
  until?: Date;
}

/** The daily series. They are counted from the tickets and messages themselves, so that they are right at any moment. */
@Injectable()
export class Reports {
  constructor(private readonly db: Database) {}

  /**
   * The points of a series, oldest first, one for each UTC day of the window. A person, team or label that the company does not have
   * matches nothing. Throws `Invalid` when `until` lies before `since`.
   */
  async series(actor: Actor, name: SeriesName, { since, until, ...filter }: ReportRequest): Promise<DataPointView[]> {
    const window = windowOf(since, until, new Date());
    const { sql, values } = seriesSql(name, actor.companyId, window, filter);
    return presentPoints(window, await this.db.query<DayValue>(sql, values), SERIES[name].empty);
  }
}

function presentPoints(window: DayWindow, found: DayValue[], empty: string | null): DataPointView[] {
  const values = new Map(found.map(({ day, value }) => [day, value]));
  return daysOf(window).flatMap((day) => {
    const value = values.get(day) ?? empty;
    return value === null ? [] : [{ value, timestamp: String(day) }];
  });
}
