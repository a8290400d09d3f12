import { existsSync } from 'node:fs';
import { accountFor, barrierTo, type Account } from './account.js';
import { binariesFor, type Binaries } from './binaries.js';
import type { Layout } from './layout.js';

/** What it takes to run the server of one data directory. */
export interface Installation {
  layout: Layout;
  /** Whose rights the server gets; null: those of this process. */
  account: Account | null;
  binaries: Binaries;
  /** Whether the account cannot walk to the data directory. */
  sealed: boolean;
}

export async function install(layout: Layout, cache: string | undefined, log: (line: string) => void): Promise<Installation> {
  const account = await accountFor(layout.clusterDir);
  const barrier = account && (await barrierTo(layout.dataDir, account));
  if (account && barrier) {
    if (!existsSync('/proc/self/cwd')) {
      throw new Error(
        `Postgres cannot run as root, and as uid ${account.uid} it may not pass ${barrier}. ` +
          'Start the desk as another user, or set DATA_DIR to a directory that every user can reach.',
      );
    }
    log(`uid ${account.uid} may not pass ${barrier}: Postgres reaches its files through its working directory`);
  }
  const sealed = barrier !== null;
  return { layout, account, sealed, binaries: await binariesFor({ layout, account, sealed, cache, log }) };
}

/**
 * How Postgres shall name a directory that it is started in.
 *
 * Below a directory that is closed to its account, such as /root, every path fails, but a working directory stays open to a
 * process that was put there before it gave up root's rights, and on Linux /proc/self/cwd names it without the way to it.
 * So the data stays where the operator wants it: elsewhere it would miss the volume or the backup that was meant for it, and
 * opening the operator's directories is not ours to do.
 */
export function nameFromInside(directory: string, { sealed }: Installation): string {
  return sealed ? '/proc/self/cwd' : directory;
}

/** How to start a program of the installation in a directory. */
export function spawnOptions(cwd: string, { account }: Installation) {
  // The desk's own environment holds secrets that are none of Postgres' business, and perhaps PG… names that would mislead it.
  // Windows programs do not start without theirs.
  const env = process.platform === 'win32' ? undefined : { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return { cwd, env, windowsHide: true, ...account };
}
