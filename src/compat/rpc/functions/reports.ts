import { FED_NAMES, REPORT_NAMES } from '../../../reports/named/catalogue.js';
import type { MadeReport, ReportRow } from '../../../reports/named/named-reports.service.js';
import { durationText } from '../../../reports/named/presentation.js';
import { oneOf, optional, required, text, type Parser } from '../arguments.js';
import { fn, RpcRefusal, Written, type RpcFunction } from '../function.js';

const reportName = oneOf(REPORT_NAMES);

/** A text, or `false` for none. */
const textOrNone: Parser<string | undefined> = {
  read: (given) => {
    const written = text.read(given).trim();
    return given === false || ['false', '0'].includes(written.toLowerCase()) ? undefined : written;
  },
  schema: { anyOf: [{ type: 'string' }, { type: 'boolean', enum: [false] }] },
};

const NAMES = { since: 'date_start', until: 'date_end', zone: 'timezone' } as const;

/** 1 counts, 2 durations, each in seconds and as text, 3 good and bad ratings, 4 parts of a whole. */
const LABEL_TYPES = { count: 1, seconds: 2, ratings: 3, share: 4 } as const;

// Written by hand: an object would bring labels that are numbers, such as searches, to its beginning.
function presentReport(report: MadeReport): Written {
  const { title, description, columns: table, kind, chart, rows } = report;
  const isOverTime = chart === 'line';
  const data = rows.map(
    (row) => `${JSON.stringify(isOverTime ? plainDay(row.label) : row.label)}:${JSON.stringify(valuesOf(report, row))}`,
  );
  const rest = { table, 'table-inverse': isOverTime, label_type: LABEL_TYPES[kind], chart_type: chart };
  const head = JSON.stringify({ title, description }).slice(0, -1);
  return new Written(`${head},"data":{${data.join(',')}},${JSON.stringify(rest).slice(1)}`);
}

/** `29/03/2026` or `03/2026` */
const plainDay = (label: string): string => label.split('-').reverse().join('/');

function valuesOf({ kind }: MadeReport, { values }: ReportRow): (number | string)[] {
  const told = values.map((value) => value ?? 0);
  return kind === 'seconds' ? told.flatMap((seconds) => [seconds, durationText(seconds)]) : told;
}

/** The group "reports" of reference/rpc-functions.json. */
export const REPORTS = {
  reports: fn({
    scope: 'reports:read',
    rest: 'GET /reports/{report_name}',
    isBare: true,
    args: {
      name: required(reportName),
      date_start: optional(textOrNone, undefined),
      date_end: optional(textOrNone, undefined),
      timezone: optional(textOrNone, undefined),
    },
    run: async ({ actor, desk }, { name, date_start: since, date_end: until, timezone: zone }) =>
      presentReport(await desk.house.upkeep.reports.named.make(actor, name, { since, until, zone }, NAMES)),
  }),
  'reports-update': fn({
    scope: 'reports:write',
    rest: 'none; refuses the reports that the desk computes from its own rows',
    args: {
      name: required(reportName),
      value: optional(textOrNone, undefined),
      external_id: optional(textOrNone, undefined),
      extra: optional(textOrNone, undefined),
    },
    run: async ({ actor, desk }, { name, value = '' }) => {
      const fed = FED_NAMES.find((known) => known === name);
      if (fed === undefined) throw new RpcRefusal('report-is-computed', `name must be one of ${FED_NAMES.join(', ')}`);
      await desk.house.upkeep.reports.counts.add(actor, fed, value);
      return true;
    },
  }),
} satisfies Record<string, RpcFunction>;
