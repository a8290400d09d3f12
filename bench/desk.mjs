// A built desk on an embedded Postgres in a temporary folder, for the benchmarks.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ensureBuilt } from '../scripts/build.mjs';

const TOKEN = 'token-of-the-benchmark-admin';
const PORT = '3977';

/** Calls `measure` with a {@link Bench}, and clears up whatever comes of it. `settings` go to every process of the desk. */
export async function withDesk(settings, measure) {
  await ensureBuilt();
  const { startEmbeddedPostgres } = await import('../dist/platform/embedded-postgres/launcher.js');
  const dataDir = await mkdtemp(join(tmpdir(), 'polydesk-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir });
  const bench = new Bench(postgres.url, {
    ...{ DATA_DIR: dataDir, DATABASE_URL: postgres.url, BOOTSTRAP_ADMIN_TOKEN: TOKEN },
    ...{ APP_SECRET: 'a secret that only this benchmark uses', RATE_LIMITS: 'off', LOG_LEVEL: 'info' },
    ...settings,
  });
  try {
    await measure(bench);
  } finally {
    await bench.stop();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

class Bench {
  constructor(databaseUrl, settings) {
    this.databaseUrl = databaseUrl;
    this.settings = settings;
    this.processes = [];
  }

  /** Starts a process of the desk and waits until it is ready. */
  async start(roles) {
    const child = spawn(process.execPath, ['scripts/run.mjs', 'main'], {
      env: { PATH: process.env.PATH, PORT, ...this.settings, ROLES: roles },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.processes.push(child);
    await new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error('the desk did not start')));
      child.stdout.on('data', (chunk) => String(chunk).includes('"ready"') && resolve());
    });
    return child;
  }

  async post(path, json) {
    const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, { method: 'POST', headers, body: JSON.stringify(json) });
    if (answer.status !== 201) throw new Error(`POST ${path} → ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  async query(sql, params) {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      return (await client.query(sql, params)).rows;
    } finally {
      await client.end();
    }
  }

  async stop() {
    for (const child of this.processes) {
      if (child.exitCode !== null) continue;
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
    }
  }
}

/** Counts what comes: `came()` when something has, `until(n)` waits for the n-th, `seconds()` lie between the first and the last. */
export function counter() {
  let [count, first, last] = [0, 0, 0];
  const waiting = [];
  return {
    came() {
      last = performance.now();
      first ||= last;
      count++;
      waiting.filter(({ wanted }) => count >= wanted).forEach(({ resolve }) => resolve());
    },
    until: (wanted) => new Promise((resolve) => (count >= wanted ? resolve() : waiting.push({ wanted, resolve }))),
    seconds: () => (last - first) / 1000,
  };
}

/** Does the work for each number below `count`, so many at a time. */
export async function inParallel(count, width, work) {
  let next = 0;
  const lanes = Array.from({ length: width }, async () => {
    for (let n = next++; n < count; n = next++) await work(n);
  });
  await Promise.all(lanes);
}
