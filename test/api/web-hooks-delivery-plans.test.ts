import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { DELIVERY_PAGE } from '../../src/webhooks/deliveries.service.js';
import { createDatabase } from '../support/database.js';

/** 60,000 deliveries of one webhook, of which the oldest three have failed and the newest three are pending; each was attempted twice. */
const VOLUME = `
  insert into companies (subdomain, name) values ('large', 'Large');
  insert into web_hooks (company_id, url, secret) values (1, 'https://example.com', ''), (1, 'https://example.org', '');
  insert into events (company_id, type, actor, data) select 1, 'label.created', '{}', '{}' from generate_series(1, 60000);
  insert into web_hook_deliveries (company_id, web_hook_id, event_id, state)
    select 1, 1, id, case when id <= 3 then 'failed' when id > 59997 then 'pending' else 'succeeded' end from events order by id;
  insert into web_hook_attempts (company_id, delivery_id, number) select 1, id, n from web_hook_deliveries, generate_series(1, 2) n`;

const LARGE = ['web_hook_deliveries', 'web_hook_attempts', 'events'];

let client: pg.Client;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createDatabase();
  drop = database.drop;
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(VOLUME);
  for (const table of LARGE) await client.query(`vacuum analyze ${table}`);
}, 60_000);
afterAll(async () => {
  await client.end();
  await drop();
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

const PER_PAGE = 50;
const STATES = ['pending', 'succeeded', 'failed'];

it.each([
  ['of all states', STATES, null, 50],
  ['from the middle on', STATES, 30_000, 50],
  ['of the rare state among the oldest', ['failed'], null, 3],
  ['of the rare state among the newest', ['pending'], null, 3],
  ['of the common state', ['succeeded'], null, 50],
  ['of nothing', ['pending'], 100, 0],
])('a page %s looks at no more than it shows', async (_, states, cursor, count) => {
  const values = [1, 1, states, cursor, PER_PAGE];
  const { rows: found } = await client.query<{ deliveries: string }>(DELIVERY_PAGE, values);
  expect(JSON.parse(found[0]?.deliveries ?? '')).toHaveLength(count);
  const explained = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (analyze, format json) ${DELIVERY_PAGE}`,
    values,
  );
  const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  const visits = explained.rows
    .flatMap(({ 'QUERY PLAN': [{ Plan }] }) => nodes(Plan))
    .filter((node) => LARGE.includes(node['Relation Name'] ?? ''));
  expect(visits.length).toBeGreaterThan(0);
  expect(visits.filter((node) => !/^Index (Only )?Scan/.test(node['Node Type']))).toEqual([]);
  const looked = visits.map((node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']);
  // One more of each state tells whether there is another page.
  expect(looked.filter((rows) => rows > states.length * (PER_PAGE + 1))).toEqual([]);
});
