import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packagedBinaries } from './binaries.js';
import { isAlive, pidIsAlive } from './pids.js';
import type { Running } from './postmaster.js';

const FAST_MS = 8000;
// Postgres itself kills what does not end within five seconds of an immediate shutdown.
const IMMEDIATE_MS = 10_000;

/** Ends the server and waits until it is gone: first in order, then without writing a checkpoint, which recovery makes good. */
export async function shutDown(running: Running): Promise<void> {
  if (!isAlive(running)) return;
  await signal(running.pid, 'SIGINT');
  if (await isGone(running.pid, FAST_MS)) return;
  await signal(running.pid, 'SIGQUIT');
  if (await isGone(running.pid, IMMEDIATE_MS)) return;
  throw new Error(`Postgres (pid ${running.pid}) does not end`);
}

async function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  // Windows has no signals, and what Node does in their place kills; pg_ctl speaks Postgres' own emulation.
  if (process.platform === 'win32') {
    const { pgCtl } = await packagedBinaries();
    await promisify(execFile)(pgCtl, ['kill', name.slice('SIG'.length), String(pid)], { windowsHide: true });
    return;
  }
  try {
    process.kill(pid, name);
  } catch (error) {
    if (pidIsAlive(pid)) throw error;
  }
}

async function isGone(pid: number, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if (!pidIsAlive(pid)) return true;
    await delay(5);
  }
  return false;
}
