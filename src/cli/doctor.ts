import { readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEnv, type Env } from '../config/env.js';
import { joinDatabase } from '../open-database.js';
import { only } from '../platform/database/database.js';
import { makeDataDir } from '../platform/embedded-postgres/layout.js';
import { Queues } from '../platform/queue/queues.js';
import { Failure, reasonOf } from './failure.js';
import { schemaState } from './schema.js';
import { connected, loggerFor, placeOf, type Desk, type SessionOptions } from './session.js';

const OLDEST_POSTGRES = 15;
const LEAST_FREE_BYTES = 1_000_000_000;
const QUEUE_TIMEOUT_MS = 3_000;
const CLOSE_TIMEOUT_MS = 1_000;
const SECRET_FILE = 'app-secret';
const LEAST_SECRET_LENGTH = 32;
const OLDEST_EVENT_S = 60;

/** One line of the table; a check that fails throws what is wrong. */
interface Check {
  name: string;
  run: () => Promise<string>;
}

interface Verdict {
  name: string;
  isWell: boolean;
  text: string;
}

/** `desk doctor`: looks at everything that a desk needs, prints a table, and exits with 1 when something is missing. No secret is printed. */
export async function runDoctor(options: SessionOptions): Promise<void> {
  const verdicts = await examine(options);
  const width = Math.max(...verdicts.map(({ name }) => name.length));
  for (const { name, isWell, text } of verdicts) console.log(`${isWell ? '✓' : '✗'} ${name.padEnd(width)}  ${text}`);
  const ill = verdicts.filter(({ isWell }) => !isWell).length;
  console.log(ill === 0 ? '\nAll is well.' : `\n${ill} of ${verdicts.length} checks failed.`);
  if (ill === 0) return;
  process.exitCode = 1;
  // What does not answer may be called again and again for ever: that must not keep the process alive.
  setTimeout(() => process.exit(), CLOSE_TIMEOUT_MS).unref();
}

async function examine(options: SessionOptions): Promise<Verdict[]> {
  const verdicts = await judge([
    { name: 'Node.js', run: checkNode },
    { name: 'environment', run: checkEnvironment },
  ]);
  if (verdicts.some(({ name, isWell }) => name === 'environment' && !isWell)) return verdicts;
  const env = readEnv();
  verdicts.push(
    ...(await judge([
      { name: 'DATA_DIR', run: () => checkDataDir(env) },
      { name: 'disk space', run: () => checkDiskSpace(env) },
      { name: 'APP_SECRET', run: () => checkSecret(env) },
    ])),
  );
  return [...verdicts, ...(await examineDatabase(env, options))];
}

async function examineDatabase(env: Env, options: SessionOptions): Promise<Verdict[]> {
  const logger = loggerFor(env, options);
  try {
    const opened = await joinDatabase(env, logger);
    try {
      return await connected(opened.env, logger, (desk) => judge(databaseChecks(desk, env.DATABASE_URL === undefined)));
    } finally {
      await opened.close();
    }
  } catch (error) {
    return [{ name: 'database', isWell: false, text: reasonOf(error) }];
  }
}

function databaseChecks(desk: Desk, isEmbedded: boolean): Check[] {
  return [
    { name: 'database', run: () => checkDatabase(desk, isEmbedded) },
    { name: 'migrations', run: () => checkMigrations(desk) },
    { name: 'queue store', run: () => checkQueue(desk) },
    { name: 'events', run: () => checkEvents(desk) },
  ];
}

async function judge(checks: Check[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { name, run } of checks) {
    verdicts.push(
      await run().then(
        (text) => ({ name, isWell: true, text }),
        (error: unknown) => ({ name, isWell: false, text: reasonOf(error) }),
      ),
    );
  }
  return verdicts;
}

async function checkNode(): Promise<string> {
  const file = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { engines } = JSON.parse(file) as { engines: { node: string } };
  const [least, ours] = [numbersOf(engines.node), numbersOf(process.versions.node)];
  const differs = least.findIndex((part, place) => part !== ours[place]);
  if (differs >= 0 && (ours[differs] ?? 0) < (least[differs] ?? 0))
    throw new Failure(`${process.versions.node}; needed is ${engines.node}`);
  return process.versions.node;
}

function numbersOf(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}

// eslint-disable-next-line @typescript-eslint/require-await -- a check answers later, whether it must or not
async function checkEnvironment(): Promise<string> {
  readEnv();
  return 'every setting is usable';
}

async function checkDataDir(env: Env): Promise<string> {
  const path = await makeDataDir(env.DATA_DIR);
  const probe = join(path, `.doctor-${process.pid}`);
  await writeFile(probe, 'The doctor was here.', { flag: 'wx' });
  await rm(probe, { force: true });
  return `${path} is writable`;
}

async function checkDiskSpace(env: Env): Promise<string> {
  const { bavail, bsize } = await statfs(env.DATA_DIR);
  const free = bavail * bsize;
  const text = `${(free / 1e9).toFixed(1)} GB are free in DATA_DIR`;
  if (free < LEAST_FREE_BYTES) throw new Failure(`only ${text}`);
  return text;
}

async function checkSecret(env: Env): Promise<string> {
  if (env.APP_SECRET !== undefined) return 'is set in the environment';
  const path = join(env.DATA_DIR, SECRET_FILE);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return `will be made in DATA_DIR at the first start`;
  if (text.trim().length < LEAST_SECRET_LENGTH) throw new Failure(`${path} is too short to be a secret`);
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
    throw new Failure(`${path} can be read by others: chmod 600 it`);
  return `is kept in ${path}`;
}

async function checkDatabase({ db, env }: Desk, isEmbedded: boolean): Promise<string> {
  const sql = `select current_setting('server_version_num')::int as number, current_setting('server_version') as name`;
  const { number, name } = only(await db.query<{ number: number; name: string }>(sql));
  const where = isEmbedded ? 'embedded' : `at ${placeOf(env.DATABASE_URL)}`;
  if (number < OLDEST_POSTGRES * 10_000) throw new Failure(`PostgreSQL ${name} ${where}; needed is ${OLDEST_POSTGRES} or later`);
  return `PostgreSQL ${name} ${where}`;
}

async function checkMigrations({ db }: Desk): Promise<string> {
  const { pending } = await schemaState(db);
  if (pending.length > 0) throw new Failure(`${pending.join(', ')} pending: npm run desk -- migrate`);
  return 'the schema is up to date';
}

async function checkQueue({ env, logger }: Desk): Promise<string> {
  const store = env.REDIS_URL === undefined ? 'PostgreSQL' : `Redis at ${new URL(env.REDIS_URL).host}`;
  const queues = new Queues(env, logger);
  try {
    await within(QUEUE_TIMEOUT_MS, queues.ping(), `${store} does not answer`);
    return `${store} answers`;
  } finally {
    // A store that cannot be reached cannot be left in order either.
    await within(CLOSE_TIMEOUT_MS, queues.onApplicationShutdown(), 'left open').catch(() => undefined);
  }
}

async function checkEvents({ db }: Desk): Promise<string> {
  const { migrated } = only(await db.query<{ migrated: boolean }>(`select to_regclass('event_outbox') is not null as migrated`));
  if (!migrated) return 'there are none yet';
  const sql = `select coalesce(extract(epoch from now() - min(e.created_at)), 0)::float8 as seconds
    from (select company_id, event_id from event_outbox order by due_at, event_id limit 1) o
    join events e on e.company_id = o.company_id and e.id = o.event_id`;
  const { seconds } = only(await db.query<{ seconds: number }>(sql));
  if (seconds > OLDEST_EVENT_S)
    throw new Failure(`one has waited for ${Math.round(seconds)} s: does a process with the role worker run?`);
  return 'all have been passed on to webhooks and mail';
}

async function within<Result>(limitMs: number, answer: Promise<Result>, otherwise: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Failure(otherwise)), limitMs);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
