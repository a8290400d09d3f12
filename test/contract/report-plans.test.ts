import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { windowOf } from '../../src/reports/day-window.js';
import { NAMED_REPORTS, REPORT_NAMES } from '../../src/reports/named/catalogue.js';
import { SERIES, seriesSql, type ReportFilter, type SeriesName } from '../../src/reports/reports.queries.js';
import { createDatabase } from '../support/database.js';

/** 50,000 tickets of two years, each with an answer; one of eight teams, one of 20 labels. The triggers would only cost time here. */
const VOLUME = `
  insert into companies (subdomain, name) values ('large', 'Large'), ('small', 'Small');
  insert into users (company_id, role, email) select 1, 'agent', n || '@large.test' from generate_series(1, 20) n;
  insert into users (company_id, kind, created_at) select 1, (array['visitor', 'lead', 'user'])[1 + n % 3], now() - n * interval '52 minutes'
  from generate_series(1, 20000) n;
  insert into user_details (company_id, user_id, slug, name, value)
  select 1, id, slug, slug, slug || id % 7 from users, unnest(array['country', 'language', 'browser', 'os']) slug where role = 'customer';
  insert into report_counts (company_id, name, counted_at, value, count)
  select 1, name, date_bin('15 minutes', now() - n * interval '52 minutes', 'epoch'), 'v' || n % 5, 1
  from generate_series(1, 20000) n, unnest(array['articles-views', 'articles-searches', 'direct-sms']) name;
  insert into teams (company_id, name) select 1, 'Team ' || n from generate_series(1, 8) n;
  insert into labels (company_id, name) select 1, 'label ' || n from generate_series(1, 20) n;
  alter table tickets disable trigger user;
  alter table messages disable trigger user;
  insert into tickets (company_id, requester_id, user_assignee_id, team_assignee_id, agent_replies_count, first_agent_reply_at, first_responder_id, created_at)
  select 1, 21 + n % 20000, 1 + n % 20, 1 + n % 8, 1, at + interval '1 hour', 1 + n % 20, at
  from generate_series(1, 50000) n, lateral (select now() - n * interval '21 minutes' as at) t order by at;
  insert into messages (company_id, ticket_id, kind, author_id, author_is_agent, text, summary, created_at)
  select 1, id, 'reply', first_responder_id, true, repeat('word ', 20), 'word', first_agent_reply_at from tickets;
  insert into ticket_labels (company_id, ticket_id, label_id) select 1, id, 1 + id % 20 from tickets;
  alter table tickets enable trigger user;
  alter table messages enable trigger user`;

const LARGE = ['tickets', 'messages', 'ticket_labels', 'users', 'user_details', 'report_counts'];

let client: pg.Client;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createDatabase();
  drop = database.drop;
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(VOLUME);
  for (const table of LARGE) await client.query(`vacuum analyze ${table}`);
});
afterAll(async () => {
  await client.end();
  await drop();
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

interface Visit {
  how: string;
  looked: number;
}

function visits(name: SeriesName, filter: ReportFilter): Promise<Visit[]> {
  const { sql, values } = seriesSql(name, 1, windowOf(undefined, undefined, new Date()), filter);
  return visitsOf(sql, values);
}

/** Every visit of a large table, as `how table by index`, and how many rows it looked at. */
async function visitsOf(sql: string, values: unknown[]): Promise<Visit[]> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (analyze, format json) ${sql}`, values);
  const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  return rows
    .flatMap(({ 'QUERY PLAN': [{ Plan }] }) => nodes(Plan))
    .filter((node) => LARGE.includes(node['Relation Name'] ?? ''))
    .map((node) => ({
      how: `${node['Node Type']} ${node['Relation Name'] ?? ''} by ${node['Index Name'] ?? 'nothing'}`,
      looked: (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    }));
}

const FACTS: Record<SeriesName, string> = {
  tickets_count: 'Index Only Scan tickets by tickets_created',
  replies_count: 'Index Only Scan messages by messages_agent_replies',
  avg_first_response_time: 'Index Only Scan tickets by tickets_created',
};

/** The days of one person are read by themselves. */
const FACTS_OF_RESPONDER = 'Index Only Scan tickets by tickets_first_responder';

const FILTERS: [title: string, filter: ReportFilter][] = [
  ['of all', {}],
  ['of a person', { userId: 3 }],
  ['of a team', { teamId: 3 }],
  ['with a label', { label: 'label 7' }],
  ['with a label that nobody knows', { label: 'nothing' }],
  ['with the built-in label', { label: 'unanswered' }],
  ['of a person and a team, with a label', { userId: 3, teamId: 3, label: 'label 7' }],
];

const cases = (Object.keys(SERIES) as SeriesName[]).flatMap((name) =>
  FILTERS.map(([title, filter]) => ({ name, title, filter })),
);

it.each(cases)('$name $title reads its days from an index, and elsewhere only what belongs to them', async ({ name, filter }) => {
  const found = await visits(name, filter);
  const isOfResponder = name === 'avg_first_response_time' && filter.userId !== undefined;
  expect(found.map(({ how }) => how)).toContain(isOfResponder ? FACTS_OF_RESPONDER : FACTS[name]);
  expect(found.filter(({ how }) => !/^Index (Only )?Scan/.test(how))).toEqual([]);
  // Of two years, 30 days hold 2,057 tickets, and 103 of each of the 20 who respond.
  expect(found.filter(({ looked }) => looked > (isOfResponder ? 110 : 2100))).toEqual([]);
});

it.each(REPORT_NAMES)('%s by name looks at its days and no more', async (name) => {
  const dayAt = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const found = await visitsOf(NAMED_REPORTS[name].sql, [1, dayAt(29), dayAt(-1), 'Europe/Berlin', 'day']);
  expect(found.filter(({ how }) => !/^(Index (Only )?Scan|Bitmap)/.test(how))).toEqual([]);
  // Three kinds of counts stand beside each other for every day.
  expect(found.filter(({ looked }) => looked > 2500)).toEqual([]);
});
