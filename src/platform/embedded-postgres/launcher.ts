import { realpath } from 'node:fs/promises';
import { ensureCluster } from './cluster.js';
import { deskUrl, ensureDeskDatabase } from './connection.js';
import { install } from './installation.js';
import { layoutOf, makeDataDir, type Layout } from './layout.js';
import { claimDataDir, livingOwner } from './ownership.js';
import { passwordOf, readPassword } from './password.js';
import { findRunning, type Running } from './postmaster.js';
import { startServer, watchServer } from './server.js';
import { shutDown } from './shutdown.js';
import { unlessMissing } from './system-errors.js';

export { DataDirInUse } from './ownership.js';

export interface EmbeddedPostgres {
  /** Of the database and role `polydesk`: an ordinary role that may create databases, as a hosted Postgres would grant. */
  url: string;
  /** Fast shutdown; resolves when the server is gone and the data directory is free. May be called again. */
  stop: () => Promise<void>;
}

export interface EmbeddedPostgresOptions {
  dataDir: string;
  /** Extra server settings, as in postgresql.conf; they win over the launcher's own. */
  settings?: Record<string, string>;
  /** Connections that the desk may open (100); the launcher adds the few that Postgres reserves for superusers. */
  maxConnections?: number;
  log?: (line: string) => void;
  /** Where root keeps a copy of the binaries when Postgres' account can reach neither checkout nor data directory. */
  binariesCache?: string;
}

/**
 * Starts the Postgres of this data directory, or takes over the one that a killed desk left running, and owns it until `stop`.
 * Throws `DataDirInUse`, which names the pid, when another living desk owns it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const layout = layoutOf(await makeDataDir(options.dataDir));
  const release = await claimDataDir(layout.dataDir);
  try {
    const running = await takeOverOrStart(layout, options, log);
    const stopWatching = watchServer(running, log);
    let stopping: Promise<void> | undefined;
    const stop = async () => {
      stopWatching();
      await shutDown(running).finally(release);
    };
    return { url: deskUrl(running.endpoint), stop: () => (stopping ??= stop()) };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The URL of the Postgres that a living desk runs in `dataDir`, or null: for operator commands beside a running desk. */
export async function runningPostgresUrl(dataDir: string): Promise<string | null> {
  const existing = await unlessMissing(realpath(dataDir));
  if (existing === null || (await livingOwner(existing)) === null) return null;
  const layout = layoutOf(existing);
  const password = await readPassword(layout);
  const running = password === null ? null : await findRunning(layout, password);
  return running && deskUrl(running.endpoint);
}

async function takeOverOrStart(layout: Layout, options: EmbeddedPostgresOptions, log: (line: string) => void): Promise<Running> {
  const { settings = {}, maxConnections = 100 } = options;
  const password = await passwordOf(layout);
  const left = await findRunning(layout, password, log);
  if (left && left.maxConnections >= maxConnections) {
    log(`took over the Postgres that an earlier desk left running (pid ${left.pid}, port ${left.endpoint.port})`);
    // The earlier desk may have been killed before it had made them.
    await ensureDeskDatabase(left.endpoint);
    return left;
  }
  if (left) {
    log(`restarting the Postgres that an earlier desk left running: it accepts only ${left.maxConnections} connections`);
    await shutDown(left);
  }
  const installation = await install(layout, options.binariesCache, log);
  await ensureCluster(installation, password, { sync: settings['fsync'] !== 'off' }, log);
  return startServer(installation, { password, maxConnections, settings }, log);
}
