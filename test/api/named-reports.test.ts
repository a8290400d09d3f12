import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REPORT_NAMES } from '../../src/reports/named/catalogue.js';
import type { Answer, Client } from '../support/client.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { expectedRows, readRawRows, type RawRows, type Window } from '../support/named-report-facts.js';
import { addReportRows } from '../support/named-report-rows.js';
import { ok, rpc } from '../support/rpc.js';
import { ask } from '../support/send.js';

let desk: TestDesk;
let admin: Client;
let rows: RawRows;
beforeAll(async () => {
  desk = await startDesk();
  admin = desk.as(desk.acme.admin);
  await ok(desk, 'save-articles', { articles: [{ id: 'art1', title: '<b>Printers & fire</b>', content: 'x' }] });
  await addReportRows(desk.db, desk.acme.id);
  rows = await readRawRows(desk.db, desk.acme.id);
  for (const one of rows.counts) if (one.value === 'art1' && one.name === 'articles-views') one.value = '<b>Printers & fire</b>';
}, 60_000);
afterAll(() => desk.stop());

const WINDOWS: Window[] = [
  { since: '2026-03-15', until: '2026-04-10', zone: 'Europe/Berlin' },
  { since: '2026-03-01', until: '2026-03-31', zone: 'America/St_Johns' },
  { since: '2026-02-25', until: '2026-04-15', zone: 'Asia/Kathmandu' },
  { since: '2026-03-29', until: '2026-03-29', zone: 'Europe/Berlin' },
];

const queryOf = ({ since, until, zone }: Window) => `since=${since}&until=${until}&time_zone=${encodeURIComponent(zone)}`;
const report = (name: string, query: string, as: Client = admin): Promise<Answer> => as.get(`/reports/${name}?${query}`);
const raw = (path: string, accept: string) =>
  ask(desk.url, { method: 'GET', path, headers: { accept, authorization: `Bearer ${desk.acme.admin.token}` } });

interface Row {
  label: string;
  values: (number | null)[];
}
const tableOf = (body: { report: { rows: Row[] } }) =>
  Object.fromEntries(body.report.rows.map(({ label, values }) => [label, values]));

describe.each(REPORT_NAMES)('the report %s', (name) => {
  it('tells what every row tells, by the days of the time zone', async () => {
    for (const window of WINDOWS) {
      const { status, body } = await report(name, queryOf(window));
      expect(status).toBe(200);
      const expected = expectedRows(name, rows, window);
      expect({ window, rows: tableOf(body) }).toEqual({ window, rows: expected });
      if (window === WINDOWS[0]) expect(Object.values(expected).flat().filter(Boolean)).not.toEqual([]);
    }
  });

  it('tells the same by RPC', async () => {
    const { since, until, zone } = WINDOWS[2] as Window;
    const answered = await rpc(desk, 'reports', {
      name,
      date_start: since.split('-').reverse().join('/'),
      date_end: until,
      timezone: zone,
    });
    const { body } = await report(name, queryOf({ since, until, zone }));
    const { title, description, columns, chart_type: chart, rows: told } = body.report;
    expect(answered.body.response).toMatchObject({
      title,
      description,
      table: columns,
      chart_type: chart,
      'table-inverse': chart === 'line',
    });
    const first = (values: unknown[]) => (body.report.kind === 'seconds' ? values.slice(0, 1) : values);
    const data = Object.fromEntries(
      Object.entries(answered.body.response.data as Record<string, unknown[]>).map(([label, values]) => [label, first(values)]),
    );
    const written = (label: string) => (chart === 'line' ? label.split('-').reverse().join('/') : label);
    expect(data).toEqual(
      Object.fromEntries(told.map(({ label, values }: Row) => [written(label), values.map((value) => value ?? 0)])),
    );
    expect(answered.body.title).toBe(title);
  });

  it('tells another company nothing', async () => {
    const { body } = await report(name, queryOf(WINDOWS[0] as Window), desk.as(desk.globex.admin));
    expect(body.report.rows.flatMap(({ values }: Row) => values).filter(Boolean)).toEqual([]);
  });

  it('is a picture and a table too', async () => {
    const path = `/reports/${name}?${queryOf(WINDOWS[0] as Window)}`;
    const picture = await raw(path, 'image/svg+xml');
    expect([picture.status, picture.headers['content-type']]).toEqual([200, 'image/svg+xml; charset=utf-8']);
    expect(picture.text).toMatch(/^<svg [^>]+role="img"[^>]*>\n<title id="title">[^<]+<\/title>/);
    expect(picture.text).not.toMatch(/<b>|NaN|undefined|&(?!(amp|lt|gt|quot|#39);)/);
    const { headers, text } = await raw(path, 'text/csv');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    const { body } = await report(name, queryOf(WINDOWS[0] as Window));
    const labels = body.report.rows as Row[];
    expect(text.trimEnd().split('\r\n')).toHaveLength(labels.length + 1);
  });
});

describe('the reports', () => {
  it('are listed with their titles', async () => {
    const { body } = await admin.get('/reports');
    expect(body.reports.map(({ name }: { name: string }) => name)).toEqual(REPORT_NAMES);
    expect(REPORT_NAMES).toHaveLength(27);
  });

  it('are for admins whose token may read reports', async () => {
    const { agent, collaborator, customer } = desk.acme;
    for (const member of [agent, collaborator, customer, undefined])
      for (const path of ['/reports', '/reports/conversations']) expect((await desk.as(member).get(path)).status).toBe(403);
    const { body } = await admin.post('/api_tokens', { api_token: { name: 'one', scopes: ['tickets:read'] } });
    const limited = desk.as({ ...desk.acme.admin, token: body.api_token.token });
    expect((await limited.get('/reports/conversations')).status).toBe(403);
  });

  it('are answered as `format` says, whatever is accepted, and not as something else', async () => {
    const type = async (query: string, accept: string) => {
      const { status, headers } = await raw(`/reports/conversations?${query}`, accept);
      return status === 200 ? headers['content-type']?.split(';')[0] : status;
    };
    expect(await type('', '*/*')).toBe('application/json');
    expect(await type('', 'text/html, image/svg+xml;q=0.9')).toBe('image/svg+xml');
    expect(await type('format=svg', 'application/json')).toBe('image/svg+xml');
    expect(await type('format=csv', 'text/html')).toBe('text/csv');
    expect(await type('', 'text/html')).toBe(406);
    expect(await type('format=pdf', '*/*')).toBe(400);
    const known = await raw('/reports/conversations?until=2026-04-01', 'text/csv');
    expect(known.headers['etag']).toMatch(/"/);
  });

  it.each([
    ['a time zone that is none', 'time_zone=Mars/Base', 'time_zone must be the name of a time zone such as Europe/London'],
    ['an offset for a time zone', 'time_zone=%2B02:00', 'time_zone must be the name of a time zone such as Europe/London'],
    ['a day that does not exist', 'since=2026-02-30', 'since must be a day such as 2026-03-29'],
    ['an end before the beginning', 'since=2026-03-02&until=2026-03-01', 'until must not be before since'],
    ['more than ten years', 'since=2000-01-01&until=2026-03-01', 'since must be at most 10 years before the end'],
  ])('refuse %s', async (_, query, text) => {
    const { status, body } = await report('conversations', query);
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
  });

  it('are not those that nobody knows', async () => {
    expect((await report('profits', '')).status).toBe(404);
    expect((await rpc(desk, 'reports', { name: 'profits' })).body.response).toBe('invalid-arguments');
  });

  it('hold no formula as a table, and tell two people of one name apart', async () => {
    const { agent, admin: boss } = desk.acme;
    await desk.db.query(`update users set first_name = '=1+1', last_name = '' where id in ($1, $2)`, [agent.id, boss.id]);
    const { text } = await raw(`/reports/agents-conversations?${queryOf(WINDOWS[0] as Window)}`, 'text/csv');
    const labels = text
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',')[0]);
    expect(labels.sort()).toEqual([agent.id, boss.id].map((id) => `'=1+1 #${id}`).sort());
  });
});

describe('what programs tell', () => {
  const today = (name: string, by = desk.acme.admin) =>
    ok(desk, 'reports', { name, date_start: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10) }, { by });

  it('is counted, by what it is about where that matters', async () => {
    const told = [
      ['articles-searches', ' 42 '],
      ['articles-searches', '42'],
      ['articles-searches', 'ink'],
      ['articles-views', 'art1'],
      ['articles-views-single', 'art1'],
      ['direct-sms', 'x'],
    ];
    for (const [name, value] of told)
      expect(await ok(desk, 'reports-update', { name, value, external_id: 'e-1', extra: 'more' })).toBe(true);
    expect((await today('articles-searches')).data).toEqual({ 42: [2], ink: [1] });
    expect((await today('articles-views-single')).data).toEqual({ '<b>Printers & fire</b>': [2] });
    const sum = async (name: string, by = desk.acme.admin) =>
      Object.values<number[]>((await today(name, by)).data as Record<string, number[]>)
        .flat()
        .reduce((a, b) => a + b, 0);
    expect([await sum('articles-views'), await sum('direct-sms')]).toEqual([2, 1]);
    expect(await sum('direct-sms', desk.globex.admin)).toBe(0);
    const events = await desk.db.query(`select data from events where company_id = $1 and type = 'report.counted'`, [
      desk.acme.id,
    ]);
    expect(events).toHaveLength(told.length);
  });

  it('stands beside what the desk counts when it happens: messages to people directly', async () => {
    const { id: companyId, customer } = desk.globex;
    const counted = async () => {
      const sql = `select coalesce(sum(count), 0)::bigint as count from report_counts where company_id = $1 and name = 'direct-messages'`;
      return (await desk.db.query<{ count: number }>(sql, [companyId]))[0]?.count;
    };
    const options = { by: desk.globex.admin };
    const other = (await ok(desk, 'add-user', {}, options)) as number;
    await ok(desk, 'direct-message', { user_ids: [customer.id, other], message: 'We move.' }, options);
    expect(await counted()).toBe(2);
    const refused = await rpc(desk, 'direct-message', { user_ids: [other, desk.acme.customer.id], message: 'We move.' }, options);
    expect(refused.body.success).toBe(false);
    expect(await counted()).toBe(2);
  });

  it('is refused of what the desk knows itself, and changes nothing', async () => {
    const kept = () => desk.db.query('select count(*), sum(count) from report_counts');
    const before = await kept();
    const { body } = await rpc(desk, 'reports-update', { name: 'conversations', value: '5' });
    expect(body).toMatchObject({ success: false, response: 'report-is-computed' });
    expect(await kept()).toEqual(before);
  });

  it('is counted without its words when there are too many of them', async () => {
    await desk.db.query(
      `insert into report_counts (company_id, name, counted_at, value, count)
       select $1, 'articles-searches', date_bin('15 minutes', now() + make_interval(mins => m), 'epoch'), 'word ' || n, 1
       from generate_series(1, 200) n, unnest(array[0, 15]) m`,
      [desk.globex.id],
    );
    await ok(desk, 'reports-update', { name: 'articles-searches', value: 'one more' }, { by: desk.globex.admin });
    const [found] = await desk.db.query(`select count from report_counts where company_id = $1 and value = ''`, [desk.globex.id]);
    expect(found).toEqual({ count: 1 });
  });
});
