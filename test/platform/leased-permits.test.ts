import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildDataSource } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.js';
import { LeasedPermits } from '../../src/platform/rate-limits/leased-permits.js';
import { PostgresCounter } from '../../src/platform/rate-limits/postgres-counter.js';
import { createDatabase } from '../support/database.js';

const POLICY = { name: 'probe', quota: 200, windowSeconds: 60 };

let db: Database;
let drop: () => Promise<void>;
let questions: number;
let now: number;
let subject: string;

class CountingCounter extends PostgresCounter {
  override take(...args: Parameters<PostgresCounter['take']>): ReturnType<PostgresCounter['take']> {
    questions++;
    return super.take(...args);
  }
}

beforeAll(async () => {
  const database = await createDatabase();
  ({ drop } = database);
  db = new Database(await buildDataSource({ url: database.url, entities: [] }).initialize());
});
afterAll(async () => {
  await db.dataSource.destroy();
  await drop();
});
beforeEach(() => {
  [questions, now] = [0, 0];
  subject = `subject ${Math.random()}`;
});

const processOf = () => new LeasedPermits(new CountingCounter(db), POLICY, () => now);

async function spend(permits: LeasedPermits, count: number): Promise<number> {
  const verdicts = await Promise.all(Array.from({ length: count }, async () => permits.take(subject)));
  return verdicts.filter(({ isAllowed }) => isAllowed).length;
}

describe('permits taken in blocks', () => {
  it('are as many as the quota when one process spends them, with few questions to the counter', async () => {
    const permits = processOf();
    for (let round = 0; round < 150; round++) expect(await spend(permits, 1)).toBe(1);
    expect(questions).toBeLessThan(30);
    expect(await spend(permits, 100)).toBe(50);
  });

  it('are never more when several processes spend them at once', async () => {
    const processes = [processOf(), processOf(), processOf(), processOf()];
    const spent = await Promise.all(processes.map((permits) => spend(permits, 100)));
    const total = spent.reduce((sum, count) => sum + count);
    expect(total).toBeLessThanOrEqual(POLICY.quota);
    // What one holds and has not needed is spent by nobody else.
    const left = await Promise.all(processes.map((permits) => spend(permits, 100)));
    expect(left.reduce((sum, count) => sum + count, total)).toBe(POLICY.quota);
  });

  it('are refused without a question once the window is known to be empty', async () => {
    const permits = processOf();
    await spend(permits, 300);
    const before = questions;
    expect(await spend(permits, 1000)).toBe(0);
    expect(questions).toBe(before);
  });

  it('are known at once, nearly always', async () => {
    const permits = processOf();
    await permits.take(subject);
    let waited = 0;
    for (let round = 0; round < 100; round++) {
      const verdict = permits.take(subject);
      if (verdict instanceof Promise) waited++;
      await verdict;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(waited).toBeLessThan(10);
  });

  it('of one window are void in the next', async () => {
    const permits = processOf();
    await spend(permits, 1);
    await db.query(`update rate_windows set ends_at = ends_at - interval '2 minutes'`);
    now += 60_001;
    expect(await spend(permits, 300)).toBe(POLICY.quota);
    expect(await permits.take(subject)).toMatchObject({ isAllowed: false, remaining: 0 });
  });

  it('are not given when the counter fails, and are given again when it works', async () => {
    const counter = new PostgresCounter(db);
    let isBroken = true;
    const permits = new LeasedPermits(
      { take: (...args) => (isBroken ? Promise.reject(new Error('away')) : counter.take(...args)) },
      POLICY,
      () => now,
    );
    await expect(permits.take(subject)).rejects.toThrow('away');
    isBroken = false;
    expect(await spend(permits, 1)).toBe(1);
  });
});
