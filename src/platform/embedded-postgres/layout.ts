import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the launcher keeps what belongs to one data directory. */
export interface Layout {
  dataDir: string;
  /** Postgres' own data directory. */
  clusterDir: string;
  passwordFile: string;
  logFile: string;
}

/** Expects a real path: two names of one directory must not look like two directories. */
export function layoutOf(dataDir: string): Layout {
  return {
    dataDir,
    clusterDir: join(dataDir, 'postgres'),
    passwordFile: join(dataDir, 'postgres-password'),
    logFile: join(dataDir, 'postgres.log'),
  };
}

/**
 * As root, Postgres' account must be able to walk through the data directory; 0711 lets it pass without showing it the desk's
 * files. Only a directory that is made here gets a mode: an existing one is the operator's.
 */
export async function makeDataDir(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  return realpath(dataDir);
}
