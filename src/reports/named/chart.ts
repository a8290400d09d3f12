import type { MadeReport, ReportRow } from './named-reports.service.js';
import { isoDay } from './calendar.js';
import { valueText } from './presentation.js';

const WIDTH = 800;
const HEIGHT = 400;
const TOP = 84;
const LEFT = 80;
const RIGHT = 30;
const BOTTOM = 50;
const MOST_BARS = 15;
const MOST_SLICES = 9;
const BAR_HEIGHT = 26;
const MOST_MARKS = 12;
const LETTERS = 28;
const COLORS = ['#1f6feb', '#2da44e', '#bf8700', '#cf222e', '#8250df', '#1b7c83', '#e16f24', '#bf3989', '#57606a', '#8c959f'];
const [BLUE = '', GREEN = '', , RED = ''] = COLORS;
const GRID = '#d0d7de';
const INK = '#24292f';

/** A picture of the report, which is a whole SVG document. What it says is escaped, and it has nothing that would run. */
export function drawChart(report: MadeReport): string {
  const draw = { line: drawLine, bar: drawBars, pie: drawPie }[report.chart];
  const { height, body } = report.rows.length === 0 ? { height: HEIGHT, body: nothing() } : draw(report);
  const { first, last, zone } = report.span;
  const days = `${isoDay(first)} to ${isoDay(last)}, ${zone}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="12" fill="${INK}">`,
    `<title id="title">${escaped(report.title)}</title><desc id="desc">${escaped(`${report.description} ${days}`)}</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(20, 28, report.title, 'font-size="18" font-weight="bold"') + text(20, 48, days, 'fill="#57606a"'),
    `${body}</svg>\n`,
  ].join('\n');
}

interface Drawing {
  height: number;
  body: string;
}

const nothing = () => text(WIDTH / 2, HEIGHT / 2, 'Nothing happened in these days.', 'text-anchor="middle" fill="#57606a"');

/** Over time: a point for each day or month; a line leaves out those without an average. */
function drawLine(report: MadeReport): Drawing {
  const { rows, columns } = report;
  const most = scaleOf(Math.max(...rows.map(({ values }) => values[0] ?? 0)), report);
  const step = (WIDTH - LEFT - RIGHT) / Math.max(rows.length - 1, 1);
  const y = (value: number) => HEIGHT - BOTTOM - (value / most) * (HEIGHT - TOP - BOTTOM);
  const places = rows.flatMap(({ label, values: [value = null] }, index) =>
    value === null ? [] : [{ label, value, x: LEFT + index * step }],
  );
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * most).filter((value) => Number.isInteger(value));
  const grid = ticks.map(
    (value) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="${GRID}"/>` +
      text(LEFT - 8, y(value) + 4, valueText(report, value), 'text-anchor="end"'),
  );
  const every = Math.ceil(rows.length / MOST_MARKS);
  const marks = rows.map(({ label }, index) =>
    index % every === 0
      ? text(LEFT + index * step, HEIGHT - BOTTOM + 20, label.length > 7 ? label.slice(5) : label, 'text-anchor="middle"')
      : '',
  );
  const line = `<polyline fill="none" stroke="${BLUE}" stroke-width="2" points="${places.map(({ x, value }) => `${round(x)},${round(y(value))}`).join(' ')}"/>`;
  const points = places.map(
    ({ label, value, x }) =>
      `<circle cx="${round(x)}" cy="${round(y(value))}" r="3" fill="${BLUE}"><title>${escaped(`${label}: ${valueText(report, value)}`)}</title></circle>`,
  );
  const axes = text(WIDTH / 2, HEIGHT - 8, columns[0] ?? '', 'text-anchor="middle"') + text(20, TOP - 8, columns[1] ?? '');
  return { height: HEIGHT, body: [...grid, ...marks, line, ...points, axes].join('\n') };
}

/** Of each thing: bars from the top down, two where good and bad are told. */
function drawBars(report: MadeReport): Drawing {
  const { rows, kind, columns } = report;
  const shown = rows.slice(0, MOST_BARS);
  const left = 230;
  const most = scaleOf(Math.max(...shown.map(({ values }) => sumOf(values))), report);
  const wide = (value: number) => (value / most) * (WIDTH - left - 110);
  const bars = shown.map(({ label, values }, index) => {
    const top = TOP + 20 + index * BAR_HEIGHT;
    const colors = kind === 'ratings' ? [GREEN, RED] : [BLUE];
    const pieces = values.map((value, at) => {
      const x = left + wide(sumOf(values.slice(0, at)));
      return `<rect x="${round(x)}" y="${top}" width="${round(wide(value ?? 0))}" height="18" fill="${colors[at] ?? BLUE}"/>`;
    });
    const told = values.map((value) => valueText(report, value ?? 0)).join(' / ');
    const said =
      text(left - 8, top + 14, shortened(label), 'text-anchor="end"') + text(left + wide(sumOf(values)) + 6, top + 14, told);
    return `<g><title>${escaped(`${label}: ${told}`)}</title>${pieces.join('')}${said}</g>`;
  });
  const more = rows.length - shown.length;
  const bottom = TOP + 20 + shown.length * BAR_HEIGHT;
  const rest = more > 0 ? text(left, bottom + 14, `and ${more} more`, 'fill="#57606a"') : '';
  const heads =
    text(left - 8, TOP + 8, columns[0] ?? '', 'text-anchor="end"') + text(left, TOP + 8, columns.slice(1).join(' / '));
  return { height: bottom + 30, body: [heads, ...bars, rest].join('\n') };
}

/** Of a whole: the largest parts, and the others as one. */
function drawPie({ rows, columns }: MadeReport): Drawing {
  const rest = rows.slice(MOST_SLICES);
  const others = rest.length > 0 ? [{ label: 'Others', values: [sumOf(rest.map(({ values }) => values[0] ?? 0))] }] : [];
  const slices = [...rows.slice(0, MOST_SLICES), ...others];
  const whole = sumOf(slices.map(({ values }) => values[0] ?? 0));
  const drawn = slices.map((row, index) => slice(row, index, slices, whole));
  const head = text(430, TOP + 20, columns.join(', '), 'font-weight="bold"');
  return { height: HEIGHT, body: [head, ...drawn].join('\n') };
}

function slice({ label, values }: ReportRow, index: number, all: ReportRow[], whole: number): string {
  const [x, y, radius] = [210, 230, 140];
  const value = values[0] ?? 0;
  const before = sumOf(all.slice(0, index).map((row) => row.values[0] ?? 0));
  const at = (part: number) => {
    const angle = (part / whole) * 2 * Math.PI;
    return `${round(x + radius * Math.sin(angle))} ${round(y - radius * Math.cos(angle))}`;
  };
  const color = COLORS[index] ?? GRID;
  const isWhole = value === whole;
  const piece = isWhole
    ? `<circle cx="${x}" cy="${y}" r="${radius}" fill="${color}"/>`
    : `<path d="M${x} ${y}L${at(before)}A${radius} ${radius} 0 ${value / whole > 0.5 ? 1 : 0} 1 ${at(before + value)}Z" fill="${color}" stroke="#fff"/>`;
  const told = `${label}: ${value.toLocaleString('en')} (${((value / whole) * 100).toFixed(1)} %)`;
  const top = TOP + 36 + index * 26;
  const legend = `<rect x="430" y="${top}" width="14" height="14" fill="${color}"/>${text(452, top + 12, `${shortened(label)}: ${told.slice(label.length + 2)}`)}`;
  return `<g><title>${escaped(told)}</title>${piece}${legend}</g>`;
}

function text(x: number, y: number, said: string, more = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" ${more}>${escaped(said)}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
const sumOf = (values: (number | null)[]): number => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
const shortened = (label: string): string =>
  [...label].length > LETTERS ? `${[...label].slice(0, LETTERS - 1).join('')}…` : label;

/** The next number up that quarters well, of durations in whole minutes or hours. */
function scaleOf(most: number, { kind }: MadeReport): number {
  const unit = kind !== 'seconds' || most < 240 ? 1 : most < 14_400 ? 60 : 3600;
  const units = most / unit;
  if (units <= 4) return 4 * unit;
  const power = 10 ** Math.floor(Math.log10(units));
  return ([1, 2, 4, 5, 8, 10].find((factor) => factor * power >= units) ?? 10) * power * unit;
}

// Characters that no XML may hold are dropped.
function escaped(said: string): string {
  // eslint-disable-next-line no-control-regex
  const clean = said.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
  const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return clean.replace(/[&<>"']/g, (sign) => signs[sign] ?? '');
}
