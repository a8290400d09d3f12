import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ENV, type Env } from '../../config/env.js';

const KEY = /^[\w-]+(\/[\w-]+)*(\.\w+)?$/;
const STAGED = /^[\w-]+\.part$/;

/** No key can name it, since keys hold no leading dot. */
const STAGING_FOLDER = '.staging';

/** The first and the last byte that are wanted, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Files under DATA_DIR/attachments. Keys are made here and never hold anything that a client wrote. A file comes in two steps: its
 * bytes are staged, however long that takes, and published under a key at once. So a key names all of a file or nothing, and
 * whatever a crash leaves behind lies in one folder.
 */
@Injectable()
export class DiskStorage {
  private readonly root: string;

  constructor(@Inject(ENV) env: Env) {
    this.root = resolve(env.DATA_DIR, 'attachments');
  }

  /** A new key under `prefix`, spread over folders so that none grows too large. */
  newKey(prefix: string): string {
    const id = randomUUID();
    return `${prefix}/${id.slice(0, 2)}/${id}`;
  }

  /** Writes the whole stream to the disk, through `filter` when one is given, and answers its staged name. Leaves nothing when the stream fails. */
  async stage(content: Readable, filter?: Transform): Promise<string> {
    const staged = `${randomUUID()}.part`;
    const path = this.stagedPath(staged);
    await makeFolder(dirname(path));
    try {
      const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
      await (filter ? pipeline(content, filter, file) : pipeline(content, file));
      return staged;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Puts staged bytes under their key, in place of what was there. */
  async publish(staged: string, key: string): Promise<void> {
    const path = this.pathOf(key);
    await makeFolder(dirname(path));
    await rename(this.stagedPath(staged), path);
    await syncFolder(dirname(path));
  }

  /** Both steps; several may put the same key at once, and the last one wins. */
  async put(key: string, content: Readable): Promise<void> {
    const staged = await this.stage(content);
    try {
      await this.publish(staged, key);
    } catch (error) {
      await this.discard(staged);
      throw error;
    }
  }

  /** The size of a file; null when there is none. */
  async size(key: string): Promise<number | null> {
    try {
      return (await stat(this.pathOf(key))).size;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** Opens a file, or a part of it; throws when there is none. The stream closes it when it ends or is destroyed. */
  async read(key: string, range?: ByteRange): Promise<Readable> {
    const file = await open(this.pathOf(key), 'r');
    return file.createReadStream(range);
  }

  /** Removing what is not there is no error. */
  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  /** The same for bytes that have not been published. */
  async discard(staged: string): Promise<void> {
    await rm(this.stagedPath(staged), { force: true });
  }

  /** Discards what was staged, last written before `time`, and never published: its writer is dead. Answers how many files that were. */
  async discardStagedBefore(time: Date): Promise<number> {
    const names = await readdir(join(this.root, STAGING_FOLDER)).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    let discarded = 0;
    for (const name of names.filter((candidate) => STAGED.test(candidate))) {
      const modified = await stat(this.stagedPath(name)).catch(() => null);
      if (modified === null || modified.mtime >= time) continue;
      await this.discard(name);
      discarded++;
    }
    return discarded;
  }

  private pathOf(key: string): string {
    if (!KEY.test(key)) throw new Error(`not a storage key: ${key}`);
    return join(this.root, key);
  }

  private stagedPath(staged: string): string {
    if (!STAGED.test(staged)) throw new Error(`not a staged file: ${staged}`);
    return join(this.root, STAGING_FOLDER, staged);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

// Without this a crash of the machine could forget the name of a file whose bytes are safe.
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
