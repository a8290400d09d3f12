import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../../src/entities.js';
import { buildDataSource, databaseOptions, migrate } from '../../src/platform/database/data-source.js';
import { MIGRATIONS } from '../../src/platform/database/migrations/index.js';
import { createDatabase } from '../support/database.js';
import { drift, dumpSchema, WITHOUT_PROPERTY } from '../support/schema.js';

let database: { url: string; drop: () => Promise<void> };
let client: pg.Client;

beforeAll(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('the entities', () => {
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await buildDataSource({ url: database.url, entities: ENTITIES }).initialize();
  });
  afterAll(() => dataSource.destroy());

  it('are the tables: columns, types, nulls, defaults and keys', async () => {
    expect(dataSource.entityMetadatas.length).toBe(ENTITIES.length);
    expect(await drift(client, dataSource)).toEqual([]);
  });

  it('lack the documented columns, which exist', async () => {
    const sql = `select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public'`;
    const { rows } = await client.query<{ name: string }>(sql);
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(WITHOUT_PROPERTY)));
  });

  it.each([
    ['a table', 'create table strays (id bigint)', ['strays has no entity']],
    ['a column', 'alter table labels add stray text', ['labels.stray is not in the entity']],
    ['a column less', 'alter table labels drop color', ['labels.color is only in the entity']],
    ['a null more', 'alter table teams alter name drop not null', ['teams.name may be null, unlike its entity']],
    ['a null less', 'alter table tickets alter subject set not null', ['tickets.subject may not be null, unlike its entity']],
    [
      'another type',
      'alter table teams alter name type varchar(9)',
      ['teams.name is character varying(9), its entity says text'],
    ],
    ['another default', `alter table labels alter color set default 'red'`, [`labels.color has the default 'red'::text`]],
    ['no default', 'alter table labels alter color drop default', ['labels.color has the default null']],
    [
      'another key',
      'alter table stars drop constraint stars_pkey',
      ['stars has the key (), its entity (company_id,ticket_id,user_id)'],
    ],
    ['ids of our own making', 'alter table labels alter id drop identity', ['labels.id is not made by the database']],
  ])('are caught when the database has %s', async (_, change, problems) => {
    await client.query('begin');
    try {
      await client.query(change);
      expect(await drift(client, dataSource)).toEqual(problems);
    } finally {
      await client.query('rollback');
    }
  });
});

describe('the migrations', () => {
  const migrated = async (count: number, work: (dataSource: DataSource) => Promise<unknown>) => {
    const options = databaseOptions({ url: database.url, entities: ENTITIES });
    const dataSource = await new DataSource({ ...options, migrations: MIGRATIONS.slice(0, count) }).initialize();
    try {
      await work(dataSource);
      return await dumpSchema(client);
    } finally {
      await dataSource.destroy();
    }
  };
  const up = (count: number) => migrated(count, migrate);
  const down = (count: number) => migrated(count, (dataSource) => dataSource.undoLastMigration());

  it('are all named, in the order of their files', () => {
    const folder = new URL('../../src/platform/database/migrations/', import.meta.url);
    const files = readdirSync(folder).filter((name) => /^\d+-.*\.ts$/.test(name));
    const stamps = files.map((name) => name.split('-')[0]).sort();
    expect(MIGRATIONS.map(({ name }) => /\d+$/.exec(name)?.[0])).toEqual(stamps);
  });

  it('go down one by one to what was there before, and up again to the same schema', async () => {
    const published = await dumpSchema(client);
    expect(published.length).toBeGreaterThan(200);
    await client.query('drop schema public cascade; create schema public');

    const levels: string[][] = [await up(0)];
    expect(levels[0]?.length).toBeLessThan(20);
    for (let count = 1; count <= MIGRATIONS.length; count++) levels.push(await up(count));
    expect(levels.at(-1)).toEqual(published);

    for (let count = MIGRATIONS.length; count > 0; count--) expect(await down(count)).toEqual(levels[count - 1]);
    expect(await up(MIGRATIONS.length)).toEqual(published);
  });

  it('do nothing when there is nothing to do', async () => {
    const before = await dumpSchema(client);
    expect(await up(MIGRATIONS.length)).toEqual(before);
  });
});
