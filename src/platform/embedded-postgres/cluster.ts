import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lchown, mkdir, open, readFile, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.js';
import { nameFromInside, spawnOptions, type Installation } from './installation.js';
import { unlessMissing } from './system-errors.js';

const STAGE = 'postgres-init-';

/** Makes the cluster unless it is there. Whatever moment a desk is killed at, `clusterDir` is a whole cluster or none. */
export async function ensureCluster(
  installation: Installation,
  password: string,
  { sync }: { sync: boolean },
  log: (line: string) => void,
): Promise<void> {
  const { layout, account, binaries } = installation;
  await removeLeftovers(layout.dataDir);
  const major = await unlessMissing(readFile(join(layout.clusterDir, 'PG_VERSION'), 'utf8'));
  if (major === null) {
    await refuseToOverwrite(layout.clusterDir);
    log(`creating a Postgres cluster in ${layout.clusterDir}`);
    return createCluster(installation, password, sync);
  }
  if (major.trim() !== binaries.major) {
    throw new Error(
      `${layout.clusterDir} is a cluster of Postgres ${major.trim()}, this desk brings Postgres ${binaries.major}: dump and restore it.`,
    );
  }
  // Root has copied it here, from a backup for instance.
  if (account && (await stat(layout.clusterDir)).uid === 0) await giveTo(account, layout.clusterDir);
}

/** An initdb that outlived its desk may still be writing there: it gives up when its directory is gone. */
async function removeLeftovers(dataDir: string): Promise<void> {
  const stages = (await readdir(dataDir)).filter((name) => name.startsWith(STAGE));
  await Promise.all(stages.map((name) => rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 5 })));
}

/** An empty directory may be a fresh mount point's or a careful operator's; anything else is not ours to remove. */
async function refuseToOverwrite(clusterDir: string): Promise<void> {
  const files = await unlessMissing(readdir(clusterDir));
  if (files === null) return;
  if (files.length > 0) throw new Error(`${clusterDir} is not a Postgres cluster, and not empty. Move it away.`);
  await rmdir(clusterDir);
}

async function createCluster(installation: Installation, password: string, sync: boolean): Promise<void> {
  const { account, layout } = installation;
  const stage = join(layout.dataDir, `${STAGE}${randomBytes(4).toString('hex')}`);
  const directory = join(stage, 'cluster');
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(join(stage, 'password'), `${password}\n`, { mode: 0o600 });
    if (account) await giveTo(account, stage);
    await initdb(installation, directory, sync);
    await rename(directory, layout.clusterDir);
    if (sync) await syncDirectory(layout.dataDir);
  } finally {
    await rm(stage, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function initdb(installation: Installation, directory: string, sync: boolean): Promise<void> {
  const args = [
    `--pgdata=${nameFromInside(directory, installation)}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    // Relative, so that it is found without walking to it.
    `--pwfile=${join('..', 'password')}`,
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(sync ? [] : ['--no-sync']),
  ];
  try {
    await promisify(execFile)(installation.binaries.initdb, args, spawnOptions(directory, installation));
  } catch (error) {
    const said = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr).trim() : '';
    const account = installation.account ? ` as uid ${installation.account.uid}` : '';
    throw new Error(`Could not create the Postgres cluster${account}: ${said || String(error)}`, { cause: error });
  }
}

async function giveTo(account: Account, path: string): Promise<void> {
  await lchown(path, account.uid, account.gid);
  const entries = (await stat(path)).isDirectory() ? await readdir(path, { recursive: true }) : [];
  for (const entry of entries) await lchown(join(path, entry), account.uid, account.gid);
}

/** A rename is on disk only when its directory is. Windows has no such call and needs none. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}
