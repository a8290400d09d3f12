import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureDeskDatabase } from './connection.js';
import { nameFromInside, spawnOptions, type Installation } from './installation.js';
import { identify, isAlive } from './pids.js';
import { dropStaleFile, READY_LIMIT_MS, readPostmasterFile, type Running } from './postmaster.js';
import { shutDown } from './shutdown.js';
import { unlessMissing } from './system-errors.js';

export interface ServerOptions {
  password: string;
  maxConnections: number;
  settings: Record<string, string>;
}

const ATTEMPTS = 5;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
const RESERVED_CONNECTIONS = 3;
// Another program took the port first; or processes of a server that was killed are about to notice and end.
const PASSING_TROUBLE = /could not create any TCP\/IP sockets|could not bind|pre-existing shared memory block/;

/** Starts the server on a free port of the loopback interface; resolves when the desk's database accepts connections. */
export async function startServer(
  installation: Installation,
  options: ServerOptions,
  log: (line: string) => void,
): Promise<Running> {
  const { layout } = installation;
  await rotateLog(layout.logFile);
  await dropStaleFile(layout);
  for (let attempt = 1; ; attempt++) {
    const logStart = (await unlessMissing(stat(layout.logFile)))?.size ?? 0;
    const port = await freePort();
    const child = await spawnServer(installation, port, options);
    if (await isReady(child, installation)) return opened(child, port, options, log);
    const said = (await readFile(layout.logFile)).subarray(logStart).toString();
    if (attempt === ATTEMPTS || !PASSING_TROUBLE.test(said)) {
      throw new Error(`Postgres did not start. The end of ${layout.logFile}:\n${said.trim().split('\n').slice(-20).join('\n')}`);
    }
    await delay(attempt * 100);
  }
}

/** Tells when the server ends by itself; the answered function ends the watch. Keeps no process alive. */
export function watchServer(running: Running, log: (line: string) => void): () => void {
  const tell = (how: string) => log(`Postgres (pid ${running.pid}) ended by itself${how}; its log tells more`);
  const { child } = running;
  if (child) {
    const onExit = (code: number | null, signal: string | null) => tell(` with ${signal ?? `code ${code}`}`);
    child.once('exit', onExit);
    return () => child.off('exit', onExit);
  }
  const timer = setInterval(() => {
    if (isAlive(running)) return;
    clearInterval(timer);
    tell('');
  }, 2000).unref();
  return () => clearInterval(timer);
}

async function rotateLog(logFile: string): Promise<void> {
  const log = await unlessMissing(stat(logFile));
  if (log && log.size > LOG_LIMIT_BYTES) await rename(logFile, `${logFile}.1`);
}

/** Free for now: whoever takes it before Postgres does costs an attempt. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/**
 * A process group of its own keeps Ctrl-C in the desk's terminal from reaching Postgres before the desk has finished with it;
 * a log file instead of a pipe lets it outlive the desk.
 */
async function spawnServer(installation: Installation, port: number, options: ServerOptions): Promise<ChildProcess> {
  const { layout, binaries } = installation;
  const settings = Object.entries({ ...serverSettings(port, options.maxConnections), ...options.settings });
  const args = [
    '-D',
    nameFromInside(layout.clusterDir, installation),
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const logHandle = await open(layout.logFile, 'a', 0o600);
  try {
    const stdio = ['ignore' as const, logHandle.fd, logHandle.fd];
    const child = spawn(binaries.postgres, args, { ...spawnOptions(layout.clusterDir, installation), detached: true, stdio });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return child;
  } finally {
    await logHandle.close();
  }
}

/** For a small machine that runs the desk as well. What protects the data stays as Postgres has it. */
function serverSettings(port: number, maxConnections: number): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    max_connections: String(maxConnections + RESERVED_CONNECTIONS),
    superuser_reserved_connections: String(RESERVED_CONNECTIONS),
    shared_buffers: '128MB',
    effective_cache_size: '512MB',
    // Solid-state disks, and short queries that compiling would only delay.
    random_page_cost: '1.1',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
  };
}

/** False when the server ended instead. Postgres announces readiness in postmaster.pid, sooner than any client could try. */
async function isReady(child: ChildProcess, { layout }: Installation): Promise<boolean> {
  const deadline = Date.now() + READY_LIMIT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const file = await readPostmasterFile(layout);
    if (file?.ready && file.pid === child.pid) return true;
    await delay(3);
  }
  child.kill('SIGQUIT');
  throw new Error(`Postgres was not ready after ${READY_LIMIT_MS / 1000} s; see ${layout.logFile}`);
}

async function opened(child: ChildProcess, port: number, options: ServerOptions, log: (line: string) => void): Promise<Running> {
  const endpoint = { port, password: options.password };
  const running = { ...identify(child.pid ?? 0), endpoint, maxConnections: options.maxConnections, child };
  try {
    await ensureDeskDatabase(endpoint);
  } catch (error) {
    await shutDown(running);
    throw error;
  }
  log(`Postgres is ready (pid ${running.pid}, port ${port})`);
  return running;
}
