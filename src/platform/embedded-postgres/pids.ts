import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { codeOf } from './system-errors.js';

/** Pids are given out again, also across reboots: only together with its start time does one name a process. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque; `unknown` where the system does not tell. */
  startedAt: string;
}

const UNKNOWN = 'unknown';

export function identify(pid: number): ProcessIdentity {
  const started = startTime(pid);
  return { pid, startedAt: started === null ? UNKNOWN : createHash('sha256').update(started).digest('hex').slice(0, 12) };
}

/** Whether this very process, and not a later one with its pid, still runs. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  if (!pidIsAlive(pid)) return false;
  const now = identify(pid).startedAt;
  return now === UNKNOWN || startedAt === UNKNOWN || now === startedAt;
}

/** Cheap enough to poll. A zombie counts as dead: in a container whose first process reaps nobody it would stay for ever. */
export function pidIsAlive(pid: number): boolean {
  return pidExists(pid) && !['Z', 'X'].includes(linuxStat(pid)?.[0] ?? '');
}

export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** The name of the program that the process runs, or null where the system does not tell. */
export function programName(pid: number): string | null {
  if (process.platform === 'linux') return attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8'));
  if (process.platform === 'win32') return powershell(`(Get-Process -Id ${pid}).ProcessName`);
  return ps('comm', pid)?.split('/').at(-1) ?? null;
}

/** The uid under which the process runs, or null where the system does not tell. */
export function ownerOf(pid: number): number | null {
  if (process.platform === 'linux') return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? null;
  const uid = process.platform === 'win32' ? null : ps('uid', pid);
  return uid === null ? null : Number(uid);
}

/** The directory the process works in, or null where the system does not tell. */
export function workingDirectory(pid: number): string | null {
  return attempt(() => readlinkSync(`/proc/${pid}/cwd`));
}

function startTime(pid: number): string | null {
  if (process.platform === 'win32') return powershell(`(Get-Process -Id ${pid}).StartTime.Ticks`);
  if (process.platform !== 'linux') return ps('lstart', pid);
  // Field 22 of the line: clock ticks since boot, hence the boot's id beside it.
  const ticks = linuxStat(pid)?.[19];
  return ticks === undefined ? null : `${attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))} ${ticks}`;
}

/** The fields of /proc/<pid>/stat from the third on: the second, the program's name, may contain anything. */
function linuxStat(pid: number): string[] | null {
  const line = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return line === null ? null : line.slice(line.lastIndexOf(')') + 2).split(' ');
}

function ps(column: string, pid: number): string | null {
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return attempt(() => execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8', env, stdio: 'pipe' }));
}

function powershell(expression: string): string | null {
  const args = ['-NoProfile', '-NonInteractive', '-Command', expression];
  return attempt(() => execFileSync('powershell', args, { encoding: 'utf8', stdio: 'pipe', windowsHide: true }));
}

function attempt(ask: () => string): string | null {
  try {
    return ask().trim() || null;
  } catch {
    return null;
  }
}
