import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unlessMissing } from './system-errors.js';

/** Postgres refuses to run as root: then it gets the rights of this user. */
export interface Account {
  uid: number;
  gid: number;
}

const NOBODY: Account = { uid: 65534, gid: 65534 };

/** Null when this process may run Postgres itself. A cluster that belongs to an ordinary user stays theirs. */
export async function accountFor(clusterDir: string): Promise<Account | null> {
  const owner = await unlessMissing(stat(clusterDir));
  const uid = process.getuid?.();
  if (uid !== 0) {
    if (owner === null || uid === undefined || owner.uid === uid) return null;
    throw new Error(`${clusterDir} belongs to uid ${owner.uid}, this desk runs as uid ${uid}. Start it as that user or as root.`);
  }
  return owner === null || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
}

/** The first directory on the way to and into `directory` that the account may not pass, or null. */
export async function barrierTo(directory: string, account: Account): Promise<string | null> {
  const real = await realpath(directory);
  const way = [real];
  for (let parent = dirname(real); parent !== way[0]; parent = dirname(parent)) way.unshift(parent);
  for (const step of way) {
    if (!(await may(account, 'x', step))) return step;
  }
  return null;
}

/**
 * By the mode bits: trying it out would take a process of that account, and changing this process's own would change it for
 * whatever else the desk does meanwhile. Where an access list says more than the bits, Postgres' own message will tell.
 */
export async function may(account: Account, right: 'r' | 'x', path: string): Promise<boolean> {
  const { uid, gid, mode } = await stat(path);
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  return ((mode >> shift) & (right === 'r' ? 4 : 1)) !== 0;
}
