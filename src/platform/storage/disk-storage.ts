import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ENV, type Env } from '../../config/env.js';

const KEY = /^[\w-]+(\/[\w-]+)*(\.[\w]+)?$/;

/** Files under DATA_DIR/attachments. Keys are made here and never hold anything that a client wrote. */
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

  /** Writes the whole stream; the file exists under its key only when every byte is on the disk. Whoever reads the stream ends it by an error. */
  async put(key: string, content: Readable): Promise<void> {
    const path = this.pathOf(key);
    const partial = `${path}.part`;
    await mkdir(dirname(path), { recursive: true });
    try {
      await pipeline(content, createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }));
      await rename(partial, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  async exists(key: string): Promise<boolean> {
    return stat(this.pathOf(key)).then(
      () => true,
      () => false,
    );
  }

  read(key: string): Readable {
    return createReadStream(this.pathOf(key));
  }

  /** Removing what is not there is no error. */
  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  private pathOf(key: string): string {
    if (!KEY.test(key)) throw new Error(`not a storage key: ${key}`);
    return join(this.root, key);
  }
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
