import { access, readFile, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { inspectServer, type Endpoint, type ServerFacts } from './connection.js';
import type { Layout } from './layout.js';
import { identify, ownerOf, pidExists, pidIsAlive, programName, workingDirectory, type ProcessIdentity } from './pids.js';
import { codeOf, unlessMissing } from './system-errors.js';

/** A server that accepts connections. */
export interface Running extends ProcessIdentity {
  endpoint: Endpoint;
  maxConnections: number;
  /** Null when an earlier desk started it. */
  child: ChildProcess | null;
}

/** As long as crash recovery of a desk's database may reasonably take. */
export const READY_LIMIT_MS = 300_000;

/** What Postgres writes into postmaster.pid, line by line while it starts. */
export interface PostmasterFile {
  /** Null as long as the file is empty. */
  pid: number | null;
  port: number;
  ready: boolean;
}

/** The server of this data directory, once it accepts connections, or null. Waits for one that starts or shuts down. */
export async function findRunning(layout: Layout, password: string, log?: (line: string) => void): Promise<Running | null> {
  const deadline = Date.now() + READY_LIMIT_MS;
  for (let round = 0; Date.now() < deadline; round++) {
    const file = await readPostmasterFile(layout);
    // A server that is just starting fills its file a moment after it has made it.
    if (file === null || (file.pid === null && round > 50)) return null;
    if (file.pid !== null) {
      const running = await serverOf(file.pid, file, layout, password);
      if (running !== 'not answering') return running;
    }
    if (round === 50) log?.(`waiting for the Postgres of an earlier desk (pid ${file.pid}), which is starting or shutting down`);
    await delay(20);
  }
  throw new Error(`A Postgres that seems to use ${layout.clusterDir} does not answer. End it, or remove its postmaster.pid.`);
}

export async function readPostmasterFile({ clusterDir }: Layout): Promise<PostmasterFile | null> {
  const text = await unlessMissing(readFile(join(clusterDir, 'postmaster.pid'), 'utf8'));
  if (text === null) return null;
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  return { pid: pid > 0 ? pid : null, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/**
 * For an owner who has found no server running. Postgres itself overlooks a file whose pid is free, but it refuses to start
 * while any process, even a zombie, has that pid, or when the file is empty.
 */
export async function dropStaleFile(layout: Layout): Promise<void> {
  const file = await readPostmasterFile(layout);
  if (file && (file.pid === null || pidExists(file.pid))) await rm(join(layout.clusterDir, 'postmaster.pid'), { force: true });
}

async function serverOf(
  pid: number,
  file: PostmasterFile,
  layout: Layout,
  password: string,
): Promise<Running | 'not answering' | null> {
  const belongs = await belonging(pid, layout);
  if (belongs === 'no') return null;
  const endpoint = { port: file.port, password };
  const facts = file.ready ? await answerOf(endpoint, layout) : null;
  if (facts === null) return 'not answering';
  if (belongs === 'unknown' && facts.dataDirectory !== layout.clusterDir) {
    // A directory that is gone may be this one under its former name; one that exists is the original of this copy.
    return (await unlessMissing(access(facts.dataDirectory))) === null ? 'not answering' : null;
  }
  return { ...identify(pid), endpoint, maxConnections: facts.maxConnections, child: null };
}

/** Whether the process is the server of this directory: a copied directory, or a pid given out again, names another one. */
async function belonging(pid: number, { clusterDir }: Layout): Promise<'yes' | 'no' | 'unknown'> {
  if (!pidIsAlive(pid)) return 'no';
  if (!/^postgres(\.exe)?$/i.test(programName(pid) ?? 'postgres')) return 'no';
  const { uid } = await stat(clusterDir);
  if ((ownerOf(pid) ?? uid) !== uid) return 'no';
  // The server works in its data directory, so this holds even when the directory has been moved under it.
  const directory = workingDirectory(pid);
  if (directory === null) return 'unknown';
  return directory === (await realpath(clusterDir)) ? 'yes' : 'no';
}

async function answerOf(endpoint: Endpoint, { clusterDir, passwordFile }: Layout): Promise<ServerFacts | null> {
  try {
    return await inspectServer(endpoint);
  } catch (error) {
    if (codeOf(error) !== '28P01') return null;
    throw new Error(`The Postgres of ${clusterDir} refuses the password in ${passwordFile}.`, { cause: error });
  }
}
