import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createDatabase } from '../support/database.js';
import { insertNonsense, keepOnly } from '../support/probe-rows.js';
import { LOOSE_REFERENCES, readTables, tenancyProblems, type ForeignKey, type Table } from '../support/tenancy.js';

let client: pg.Client;
let drop: () => Promise<void>;
let tables: Table[];

beforeAll(async () => {
  const database = await createDatabase();
  drop = database.drop;
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  tables = await readTables(client);
});
afterAll(async () => {
  await client.end();
  await drop();
});

/** Runs the work in a transaction that leaves nothing behind. */
async function undone<Result>(work: () => Promise<Result>): Promise<Result> {
  await client.query('begin');
  try {
    return await work();
  } finally {
    await client.query('rollback');
  }
}

describe('the schema', () => {
  it('keeps every row inside its company', () => {
    expect(tables.length).toBeGreaterThan(10);
    expect(tenancyProblems(tables)).toEqual([]);
  });

  it('needs each of the documented exceptions', () => {
    const loose = tables.flatMap(({ name: table, columns, foreignKeys }) =>
      columns
        .filter(({ name }) => name.endsWith('_id') && !foreignKeys.some((key) => key.columns.includes(name)))
        .map(({ name }) => `${table}.${name}`),
    );
    expect(loose).toEqual(expect.arrayContaining(Object.keys(LOOSE_REFERENCES)));
  });
});

const GOOD = 'company_id bigint not null references companies (id), id bigint generated always as identity';
const KEY = 'primary key (company_id, id)';

describe('a table that breaks the tenancy rule', () => {
  it.each([
    ['has no company at all', `(id bigint primary key)`, ['bad has no company_id']],
    [
      'has a key of its own',
      `(${GOOD}, primary key (id))`,
      ['bad: the primary key does not begin with company_id', 'bad: bad_pkey does not begin with company_id'],
    ],
    ['has no key', `(${GOOD})`, ['bad: the primary key does not begin with company_id']],
    ['has a wider key', `(${GOOD}, n int, primary key (company_id, id, n))`, ['bad: the primary key is not (company_id, id)']],
    [
      'counts something that does not exist',
      `(company_id bigint not null references companies (id), number bigint, primary key (company_id, number))`,
      ['bad: number of the primary key refers to nothing'],
    ],
    ['may belong to no company', `(company_id bigint, id bigint, ${KEY})`, ['bad: company_id is tied to no company']],
    [
      'belongs to a company only now and then',
      `(company_id bigint, id bigint, user_id bigint, ${KEY}, foreign key (company_id, user_id) references users (company_id, id))`,
      ['bad: company_id is tied to no company'],
    ],
    ['names a row without a foreign key', `(${GOOD}, user_id bigint, ${KEY})`, ['bad: user_id has no foreign key']],
    [
      'refers by the id alone',
      `(${GOOD}, label_id bigint, ${KEY}, constraint k foreign key (label_id) references labels (lonely))`,
      ['bad: k is not composite', 'labels: labels_lonely_key does not begin with company_id'],
    ],
    [
      'pairs the company with something else',
      `(${GOOD}, team_id bigint, ${KEY}, constraint k foreign key (team_id, company_id) references users (company_id, id))`,
      ['bad: k pairs company_id with id'],
    ],
    [
      'forgets the company with the reference',
      `(${GOOD}, user_id bigint, ${KEY}, constraint k foreign key (company_id, user_id) references users (company_id, id) on delete set null)`,
      ['bad: k clears company_id'],
    ],
    [
      'has names that are unique among all companies',
      `(${GOOD}, name text constraint bad_name unique, ${KEY})`,
      ['bad: bad_name does not begin with company_id'],
    ],
    [
      'refers to a table that is nobody’s',
      `(${GOOD}, n bigint constraint k references companies (id), ${KEY})`,
      ['bad: k refers to companies'],
    ],
  ])('is noticed when it %s', async (_, definition, problems) => {
    const found = await undone(async () => {
      if (definition.includes('lonely'))
        await client.query('alter table labels add lonely bigint constraint labels_lonely_key unique');
      await client.query(`create table bad ${definition}`);
      return tenancyProblems(await readTables(client));
    });
    expect(found.sort()).toEqual(problems.sort());
  });

  it('is noticed when a foreign key was never checked', async () => {
    const found = await undone(async () => {
      await client.query(`create table bad (${GOOD}, user_id bigint, ${KEY})`);
      await client.query(
        'alter table bad add constraint k foreign key (company_id, user_id) references users (company_id, id) not valid',
      );
      return tenancyProblems(await readTables(client));
    });
    expect(found).toEqual(['bad: k is not validated']);
  });

  it('is not suspected when it keeps the rule', async () => {
    const found = await undone(async () => {
      await client.query(`create table good (${GOOD}, user_id bigint, name text, ${KEY}, unique (company_id, name),
        foreign key (company_id, user_id) references users (company_id, id) on delete set null (user_id))`);
      return tenancyProblems(await readTables(client));
    });
    expect(found).toEqual([]);
  });
});

const OURS = { company: 9001, row: 9101 };
const THEIRS = { company: 9002, row: 9102 };

/** A row of ours may name ours; what happens when it names theirs? */
async function tryToCross({ table, name, columns, target, targetColumns }: ForeignKey & { table: string }): Promise<string> {
  const values = (keys: string[], company: number, row: number) =>
    Object.fromEntries(keys.map((column) => [column, column === 'company_id' ? company : row]));
  await keepOnly(client, table, name);
  for (const { company, row } of [OURS, THEIRS]) await insertNonsense(client, target, values(targetColumns, company, row));
  await insertNonsense(client, table, values(columns, OURS.company, OURS.row));
  try {
    await insertNonsense(client, table, values(columns, OURS.company, THEIRS.row));
    return 'taken';
  } catch (error) {
    return error instanceof pg.DatabaseError && error.code === '23503' ? `refused by ${error.constraint}` : String(error);
  }
}

describe('a reference into another company', () => {
  it('is refused by every foreign key, while one inside the company is taken', async () => {
    const keys = tables.flatMap(({ name, foreignKeys }) =>
      foreignKeys.filter(({ target }) => target !== 'companies').map((key) => ({ table: name, ...key })),
    );
    expect(keys.length).toBeGreaterThan(20);
    const outcomes: Record<string, string> = {};
    for (const key of keys) outcomes[`${key.table}.${key.name}`] = await undone(() => tryToCross(key));
    expect(outcomes).toEqual(Object.fromEntries(keys.map(({ table, name }) => [`${table}.${name}`, `refused by ${name}`])));
  });

  it('would be taken without the foreign key', async () => {
    await undone(async () => {
      await keepOnly(client, 'messages', 'none of them');
      await expect(
        insertNonsense(client, 'messages', { company_id: OURS.company, ticket_id: THEIRS.row }),
      ).resolves.toBeUndefined();
    });
  });
});
