import { randomBytes } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './pids.js';
import { unlessMissing } from './system-errors.js';

// Every desk announces itself in a file of its own, `postgres-desk.<pid>.<start time>.<nonce>`, and then looks who else is
// there. One shared lock file would have to be replaced when its owner died, and of two desks that find it stale the slower one
// would remove the lock that the faster one has just made; a dead desk's own file can be removed by anybody at any time.
const FILE_NAME = /^postgres-desk\.(\d+)\.(\w+)\.\w+$/;
const CLAIM_LIMIT_MS = 10_000;

export class DataDirInUse extends Error {
  constructor(
    dataDir: string,
    readonly pid: number,
  ) {
    super(`Another desk (pid ${pid}) uses the data directory ${dataDir}. Stop it, or set DATA_DIR to another directory.`);
    this.name = 'DataDirInUse';
  }
}

/** Makes this process the one desk of the data directory until the answered function is called; throws `DataDirInUse`. */
export async function claimDataDir(dataDir: string): Promise<() => Promise<void>> {
  const deadline = Date.now() + CLAIM_LIMIT_MS;
  for (;;) {
    const mine = await announce(dataDir);
    // Announcing comes before looking, so of two desks at least one sees the other: never can both find themselves alone.
    const rivals = (await livingDesks(dataDir)).filter(({ file }) => file !== mine);
    const [first] = rivals;
    if (first === undefined) {
      await writeFile(mine, `The desk with pid ${process.pid} owns this data directory.\n`);
      return () => rm(mine, { force: true });
    }
    await rm(mine, { force: true });
    const owner = rivals.find(({ owns }) => owns);
    if (owner || Date.now() > deadline) throw new DataDirInUse(dataDir, (owner ?? first).pid);
    // Both were starting: step back for different times, so that one finds itself alone.
    await delay(Math.random() * 50);
  }
}

/** The living desk that owns the data directory, or null. */
export async function livingOwner(dataDir: string): Promise<ProcessIdentity | null> {
  return (await livingDesks(dataDir)).find(({ owns }) => owns) ?? null;
}

interface Desk extends ProcessIdentity {
  file: string;
  /** False while the desk is still looking whether it is alone. */
  owns: boolean;
}

/** Everything that names the desk is in the file's name: it is there at once, a reader never meets half of it. */
async function announce(dataDir: string): Promise<string> {
  const { pid, startedAt } = identify(process.pid);
  const file = join(dataDir, `postgres-desk.${pid}.${startedAt}.${randomBytes(4).toString('hex')}`);
  await writeFile(file, '', { flag: 'wx' });
  return file;
}

async function livingDesks(dataDir: string): Promise<Desk[]> {
  const desks: Desk[] = [];
  for (const name of await readdir(dataDir)) {
    const [, pid, startedAt] = FILE_NAME.exec(name) ?? [];
    if (pid === undefined || startedAt === undefined) continue;
    const file = join(dataDir, name);
    const desk = { pid: Number(pid), startedAt };
    if (isAlive(desk)) {
      const found = await unlessMissing(stat(file));
      if (found) desks.push({ ...desk, file, owns: found.size > 0 });
    } else {
      // Operators who may only look must not fail here.
      await rm(file, { force: true }).catch(() => undefined);
    }
  }
  return desks;
}
