import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DataDirInUse,
  runningPostgresUrl,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../../src/platform/embedded-postgres/launcher.js';
import { checkOut, endAll, postmasterPid, query, removeScratches, runDesk, scratch, until } from './desks.js';

const isRoot = process.getuid?.() === 0;

let launcher: string;
/** The data directory of a desk that was stopped in order; tests that leave it so may share it. */
let used: string;
const started: EmbeddedPostgres[] = [];

beforeAll(async () => {
  launcher = await checkOut(join(await scratch(), 'checkout'), { ownBinaries: false });
  used = await newDataDir();
  const { url, stop } = await start(used);
  await query(url, 'CREATE TABLE notes (note uuid)');
  await stop();
});

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ stop }) => stop()));
  await endAll();
});

afterAll(removeScratches);

const newDataDir = async () => join(await scratch(), 'data');

/** Starts in this process; stopped after the test at the latest. Without fsync: nothing here has to survive the machine. */
async function start(dataDir: string, options: Partial<EmbeddedPostgresOptions> = {}) {
  const lines: string[] = [];
  const settings = { fsync: 'off', ...options.settings };
  const postgres = await startEmbeddedPostgres({ log: (line) => lines.push(line), ...options, dataDir, settings });
  started.push(postgres);
  return { ...postgres, lines };
}

/** Writes something and answers it. */
async function takeNote(url: string): Promise<unknown> {
  const [row] = await query(url, 'INSERT INTO notes SELECT gen_random_uuid() RETURNING note');
  return row?.['note'];
}

const notes = async (url: string) => (await query(url, 'SELECT note FROM notes')).map(({ note }) => note);

/** Leaves the Postgres of a desk that was killed after it had taken a note. */
async function abandon(dataDir: string) {
  const desk = runDesk(launcher, { dataDir });
  const note = await takeNote(await desk.says(/^url (.*)$/m));
  desk.child.kill('SIGKILL');
  await desk.ended();
  return { note, pid: await postmasterPid(dataDir) };
}

const AT_REST = ['postgres', 'postgres-password', 'postgres.log'];
const filesOf = async (dataDir: string) => (await readdir(dataDir)).sort();

describe('a first start', () => {
  it('serves a database polydesk to an ordinary role that knows the password', async () => {
    const { url } = await start(await newDataDir(), { settings: { work_mem: '7MB' }, maxConnections: 40 });
    const sql = `SELECT current_database() AS db, rolname, rolsuper, rolcreatedb, current_setting('work_mem') AS work_mem,
      current_setting('listen_addresses') AS host FROM pg_roles WHERE rolname = current_user`;
    const answer = {
      db: 'polydesk',
      rolname: 'polydesk',
      rolsuper: false,
      rolcreatedb: true,
      work_mem: '7MB',
      host: '127.0.0.1',
    };
    expect(await query(url, sql)).toEqual([answer]);
    await expect(query(url.replace(/:[^:@]*@/, ':guessed@'), 'SELECT')).rejects.toThrow('password authentication failed');
    await query(url, 'CREATE EXTENSION pg_trgm; CREATE EXTENSION citext; CREATE EXTENSION unaccent; CREATE SCHEMA bullmq');
  });

  it('never runs Postgres as root, and shows the password to the owner only', async () => {
    const dataDir = await newDataDir();
    await start(dataDir);
    expect((await stat(join(dataDir, 'postgres/PG_VERSION'))).uid).toBe(isRoot ? 65534 : process.getuid?.());
    expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['the desk', false],
    ['the desk and initdb', true],
  ])('makes up for an earlier one during which %s got a kill -9', async (_who, wholeGroup) => {
    const dataDir = await newDataDir();
    const { child, ended } = runDesk(launcher, { dataDir });
    const stage = async () => (await readdir(dataDir).catch(() => [])).find((name) => name.startsWith('postgres-init-'));
    await until('initdb is at work', async () => existsSync(join(dataDir, (await stage()) ?? '', 'cluster/global')));
    process.kill(wholeGroup ? -Number(child.pid) : Number(child.pid), 'SIGKILL');
    await ended();
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);

    const { url, stop } = await start(dataDir);
    await query(url, 'CREATE TABLE works ()');
    await stop();
    expect(await filesOf(dataDir)).toEqual(AT_REST);
  });

  it('refuses a folder that holds something else, and leaves it alone', async () => {
    const dataDir = await newDataDir();
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await writeFile(join(dataDir, 'postgres/thesis.txt'), 'years of work');
    await expect(start(dataDir)).rejects.toThrow('is not a Postgres cluster, and not empty');
    expect(await filesOf(join(dataDir, 'postgres'))).toEqual(['thesis.txt']);
  });
});

describe('a later start', () => {
  it('finds the data of the one before', async () => {
    const first = await start(used);
    const note = await takeNote(first.url);
    await first.stop();
    expect(await notes((await start(used)).url)).toContain(note);
  });

  it.each([
    ['of a dead process', () => spawnSync(process.execPath, ['--version']).pid],
    ['whose pid another program has by now', () => process.pid],
    ['that is empty', () => null],
  ])('is not hindered by a postmaster.pid %s', async (_what, pidOf) => {
    const pid = pidOf();
    const lines = [pid, join(used, 'postgres'), 1700000000, 5432, '', '127.0.0.1', '5432001 0', 'ready'];
    await writeFile(join(used, 'postgres/postmaster.pid'), pid === null ? '' : `${lines.join('\n')}\n`);
    const { url } = await start(used);
    await takeNote(url);
  });

  it('does not mistake the living Postgres of the directory that this one was copied from for its own', async () => {
    const copy = await newDataDir();
    cpSync(used, copy, { recursive: true });
    const original = await start(used);
    cpSync(join(used, 'postgres/postmaster.pid'), join(copy, 'postgres/postmaster.pid'));
    const note = await takeNote((await start(copy)).url);
    expect(await notes(original.url)).not.toContain(note);
  });

  it('tells the last log lines when Postgres does not come up, and does not stand in the way of the next', async () => {
    await expect(start(used, { settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      'invalid value for parameter "shared_buffers"',
    );
    await start(used);
  });

  it('refuses the cluster of another major version', async () => {
    const dataDir = await newDataDir();
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await writeFile(join(dataDir, 'postgres/PG_VERSION'), '17\n');
    await writeFile(join(dataDir, 'postgres-password'), 'secret\n');
    await expect(start(dataDir)).rejects.toThrow('is a cluster of Postgres 17, this desk brings Postgres 18');
  });

  it('begins a new log when the old one has grown large', async () => {
    const [log, former] = [join(used, 'postgres.log'), join(used, 'postgres.log.1')];
    await truncate(log, 11 * 1024 * 1024);
    await start(used);
    expect((await stat(former)).size).toBe(11 * 1024 * 1024);
    expect(await readFile(log, 'utf8')).toMatch(/^\S+ \S+ UTC \[\d+\] LOG: {2}starting PostgreSQL/);
    await rm(former);
  });
});

describe('after a kill -9 of the desk', () => {
  it('the next one takes over the Postgres that is still running, with all that was written', async () => {
    const { pid, note } = await abandon(used);
    const { url, stop } = await start(used);
    expect(await postmasterPid(used)).toBe(pid);
    expect(await notes(url)).toContain(note);
    await stop();
    expect(await filesOf(used)).toEqual(AT_REST);
    expect(await readFile(join(used, 'postgres.log'), 'utf8')).toMatch(/database system is shut down\n$/);
  });

  it('the next one restarts that Postgres when it accepts fewer connections than wanted', async () => {
    const { pid, note } = await abandon(used);
    const { url } = await start(used, { maxConnections: 150 });
    expect(await postmasterPid(used)).not.toBe(pid);
    expect(await notes(url)).toContain(note);
  });

  it('the next one tells when the Postgres taken over ends by itself', async () => {
    const { pid } = await abandon(used);
    const { lines } = await start(used);
    process.kill(Number(pid), 'SIGINT');
    await until('the end is told', () => lines.some((line) => line.includes(`(pid ${pid}) ended by itself`)));
  });

  it('operator commands do not find the Postgres that nobody owns', async () => {
    await abandon(used);
    expect(await runningPostgresUrl(used)).toBeNull();
  });
});

describe('the owner of a data directory', () => {
  it('is one of many desks that start at once; the others are told its pid', async () => {
    const dataDir = await newDataDir();
    const desks = [1, 2, 3, 4].map(() => runDesk(launcher, { dataDir }));
    const outcomes = await Promise.all(desks.map(({ says }) => says(/^(url|refused DataDirInUse: .*)/m)));
    const winner = desks[outcomes.indexOf('url')];
    const refusal = `refused DataDirInUse: Another desk (pid ${winner?.child.pid}) uses the data directory ${dataDir}.`;
    expect(outcomes.filter((outcome) => outcome.startsWith(refusal))).toHaveLength(3);
    winner?.child.kill('SIGTERM');
    await Promise.all(desks.map(({ ended }) => ended()));
    expect(await filesOf(dataDir)).toEqual(AT_REST);
  });

  it('is one of two desks in the same process', async () => {
    const outcomes = await Promise.allSettled([start(used), start(used)]);
    const [refused, ...more] = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toBeInstanceOf(DataDirInUse);
    expect(refused.pid).toBe(process.pid);
    expect(more).toEqual([]);
  });

  it('is no desk that is gone, even when another process has its pid by now', async () => {
    await writeFile(join(used, `postgres-desk.${process.pid}.0123456789ab.00000000`), 'owner\n');
    await start(used);
    expect((await readdir(used)).filter((name) => name.startsWith('postgres-desk.'))).toHaveLength(1);
  });

  it('lets operator commands find its Postgres until it stops', async () => {
    expect(await runningPostgresUrl(await newDataDir())).toBeNull();
    const { url, stop } = await start(used);
    expect(await runningPostgresUrl(used)).toBe(url);
    await stop();
    expect(await runningPostgresUrl(used)).toBeNull();
  });
});

describe('the end', () => {
  it('is in order: Postgres shuts down, the directory is free, and stopping again does nothing', async () => {
    const { stop } = await start(used);
    await Promise.all([stop(), stop()]);
    const log = await readFile(join(used, 'postgres.log'), 'utf8');
    expect(log).toMatch(/received fast shutdown request[^]*database system is shut down\n$/);
    expect(await filesOf(used)).toEqual(AT_REST);
    expect(await postmasterPid(used)).toBeNull();
    await stop();
  });

  it('does not come by Ctrl-C in the terminal before the desk itself stops Postgres', async () => {
    const desk = runDesk(launcher, { dataDir: used });
    const url = await desk.says(/^url (.*)$/m);
    process.kill(-Number(desk.child.pid), 'SIGINT');
    await desk.says(/^interrupted \((SIGINT)\)$/m);
    await takeNote(url);
    desk.child.kill('SIGTERM');
    await desk.ended();
    expect(await postmasterPid(used)).toBeNull();
  });

  it('of a desk is never put off by its Postgres', async () => {
    const desk = runDesk(launcher, { dataDir: used, leave: true });
    await desk.ended();
    expect(desk.child.exitCode).toBe(0);
  });

  it('of Postgres is told when nobody asked for it', async () => {
    const { lines, stop } = await start(used);
    process.kill(Number(await postmasterPid(used)), 'SIGINT');
    await until('the end is told', () => lines.some((line) => line.includes('ended by itself with code 0')));
    await stop();
  });
});

// Root hands Postgres to an account that a 0700 folder of root shuts out; for everybody else such a folder is like any other.
describe('below a 0700 folder', () => {
  let closed: string;
  let launcherBelow: string;
  beforeAll(async () => {
    closed = await scratch(0o700);
    launcherBelow = await checkOut(join(closed, 'checkout'), { ownBinaries: true });
  });

  it('a checkout runs from a copy of the binaries, made once', async () => {
    const dataDir = await newDataDir();
    const copies = async () => (await filesOf(dataDir)).filter((name) => name.startsWith('postgres-bin-')).length;
    for (const copying of [isRoot, false]) {
      const desk = runDesk(launcherBelow, { dataDir });
      expect(await query(await desk.says(/^url (.*)$/m), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(desk.output().includes('copying the binaries')).toBe(copying);
      expect(await copies()).toBe(isRoot ? 1 : 0);
      desk.child.kill('SIGTERM');
      await desk.ended();
    }
  });

  it('a checkout and its data directory work like any other, and the data lies where it was wanted', async () => {
    const dataDir = join(closed, 'data');
    const binariesCache = join(await scratch(), 'cache');
    const desk = runDesk(launcherBelow, { dataDir, binariesCache });
    await query(await desk.says(/^url (.*)$/m), 'CREATE TABLE notes (note uuid)');
    desk.child.kill('SIGKILL');
    await desk.ended();
    expect(existsSync(binariesCache)).toBe(isRoot);

    const pid = await postmasterPid(dataDir);
    const { url, stop } = await start(dataDir, { binariesCache });
    expect(await postmasterPid(dataDir)).toBe(pid);
    expect(await runningPostgresUrl(dataDir)).toBe(url);
    const note = await takeNote(url);
    await stop();
    expect(await notes((await start(dataDir, { binariesCache })).url)).toContain(note);
    expect(existsSync(join(dataDir, 'postgres/PG_VERSION'))).toBe(true);
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
  });
});
