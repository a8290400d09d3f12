import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { AnsweredTransaction } from '../../src/platform/database/answered-transaction.js';
import { buildDataSource } from '../../src/platform/database/data-source.js';
import { Database, only, rows } from '../../src/platform/database/database.js';
import { createDatabase } from '../support/database.js';

let db: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createDatabase();
  ({ drop } = database);
  db = new Database(await buildDataSource({ url: database.url, entities: [] }).initialize());
  await db.query('create table steps (name text not null, tx xid8 not null default pg_current_xact_id())');
});
afterAll(async () => {
  await db.dataSource.destroy();
  await drop();
});
beforeEach(() => db.query('truncate steps'));

const write = (name: string) => async (em: EntityManager) => {
  await rows(em, 'insert into steps (name) values ($1)', [name]);
};
const names = async () => (await db.query<{ name: string }>('select name from steps order by tx, name')).map(({ name }) => name);
const transactions = async () => (await db.query<{ n: number }>('select count(distinct tx) as n from steps'))[0]?.n;
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

/** What a request does that claims first, is handled, and ends with its answer. */
async function answered(handler: () => Promise<unknown>): Promise<string> {
  const transaction = new AnsweredTransaction(write('1 claim'));
  try {
    await transaction.during(handler);
    return await transaction.finish(write('3 answer'));
  } catch (error) {
    const isCommitted = await transaction.abandon();
    return `${error instanceof Error ? error.message : ''}, ${isCommitted ? 'committed' : 'rolled back'}`;
  }
}

describe('the transaction of an answered request', () => {
  it('begins with the claim and ends with the answer, in one commit', async () => {
    expect(await answered(() => db.tx(write('2 change')))).toBe('taken');
    expect(await names()).toEqual(['1 claim', '2 change', '3 answer']);
    expect(await transactions()).toBe(1);
  });

  it('is rolled back when the handler fails after it', async () => {
    const handler = async () => {
      await db.tx(write('2 change'));
      throw new Error('presenting failed');
    };
    expect(await answered(handler)).toBe('presenting failed, rolled back');
    expect(await names()).toEqual([]);
  });

  it('is rolled back when the answer cannot be written', async () => {
    const transaction = new AnsweredTransaction(write('1 claim'));
    await transaction.during(() => db.tx(write('2 change')));
    await expect(transaction.finish((em) => rows(em, 'insert into nowhere values (1)').then())).rejects.toThrow('nowhere');
    expect(await names()).toEqual([]);
  });

  it('is not there for a handler that changes nothing', async () => {
    expect(await answered(() => db.query('select 1'))).toBe('none');
    expect(await names()).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['waits for something else', soon],
    ['reads', names],
    ['reads by a prepared statement', () => db.prepared('probe', 'select name from steps', [])],
  ])('is committed before the handler %s', async (_, next) => {
    const handler = async () => {
      await db.tx(write('2 change'));
      await next();
      expect(await names()).toEqual(['1 claim', '2 change']);
    };
    expect(await answered(handler)).toBe('committed');
  });

  it('stays when the handler fails after it has waited', async () => {
    const handler = async () => {
      await db.tx(write('2 change'));
      await soon();
      throw new Error('the mail failed');
    };
    expect(await answered(handler)).toBe('the mail failed, committed');
    expect(await names()).toEqual(['1 claim', '2 change']);
  });

  it('is the first of several; the others stand alone', async () => {
    const handler = async () => {
      await db.tx(write('2 change'));
      await db.tx(write('4 later'));
      await Promise.all([db.tx(write('5 later')), db.tx(write('5 later'))]);
    };
    expect(await answered(handler)).toBe('committed');
    expect(await names()).toEqual(['1 claim', '2 change', '4 later', '5 later', '5 later']);
    expect(await transactions()).toBe(4);
  });

  it('is the first that succeeds', async () => {
    const handler = async () => {
      const failing = async (em: EntityManager) => {
        await write('0 failed')(em);
        throw new Error('refused');
      };
      await db.tx(failing).catch(() => undefined);
      await db.tx(write('2 change'));
      await db.tx(failing).catch(() => undefined);
    };
    expect(await answered(handler)).toBe('committed');
    expect(await names()).toEqual(['1 claim', '2 change']);
  });

  it('fails a handler that goes on when it could not be committed', async () => {
    await db.query(`create function refuse() returns trigger language plpgsql as 'begin raise exception ''no commit''; end'`);
    await db.query(`create constraint trigger refusal after insert on steps deferrable initially deferred
      for each row when (new.name = '2 refused') execute function refuse()`);
    const handler = async () => {
      await db.tx(write('2 refused'));
      await soon();
      await db.tx(write('4 later'));
    };
    expect(await answered(handler)).toBe('no commit, rolled back');
    expect(await answered(() => db.tx(write('2 refused')))).toBe('no commit, rolled back');
    expect(await names()).toEqual([]);
  });

  it('runs again as a whole after a deadlock, and answers once', async () => {
    let attempts = 0;
    const handler = () =>
      db.tx(async (em) => {
        await write(`2 change ${++attempts}`)(em);
        if (attempts === 1) await rows(em, `do $$ begin raise exception using errcode = '40P01'; end $$`);
        return attempts;
      });
    expect(await answered(async () => expect(await handler()).toBe(2))).toBe('taken');
    expect(await names()).toEqual(['1 claim', '2 change 2', '3 answer']);
  });

  it('lets its own work use other connections', async () => {
    const handler = () =>
      db.tx(async (em) => {
        await write('2 change')(em);
        expect(await names()).toEqual([]);
        await db.tx(write('0 beside'));
        return only(await rows<{ n: number }>(em, 'select count(*) as n from steps'));
      });
    expect(await answered(handler)).toBe('taken');
    expect((await names()).sort()).toEqual(['0 beside', '1 claim', '2 change', '3 answer']);
  });

  it('is one for each request', async () => {
    await Promise.all(Array.from({ length: 8 }, () => answered(() => db.tx(write('2 change')))));
    expect(await names()).toHaveLength(24);
    expect(await transactions()).toBe(8);
  });
});
