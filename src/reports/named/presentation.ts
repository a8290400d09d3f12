import { csvLine } from '../../exports/csv.js';
import type { MadeReport, ReportRow } from './named-reports.service.js';

/** `01:05:09`; hours may be many. */
export function durationText(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** A value for people to read. */
export function valueText({ kind }: Pick<MadeReport, 'kind'>, value: number): string {
  return kind === 'seconds' ? durationText(value) : value.toLocaleString('en');
}

/** The report as a table, whose first line names the columns; durations are in seconds. */
export function presentCsv({ columns, kind, rows }: MadeReport): string {
  const [over, ...values] = columns;
  const heads = [over ?? '', ...values.map((value) => (kind === 'seconds' ? `${value} (s)` : value))];
  const lineOf = ({ label, values: told }: ReportRow) =>
    csvLine([label, ...told.map((value) => (value === null ? '' : String(value)))]);
  return csvLine(heads) + rows.map(lineOf).join('');
}
