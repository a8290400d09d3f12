import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Envelope } from './mailer.js';

let written = 0;

/** Takes mail for a desk that has no mail server: each as a file, as a mailbox would have it. Names sort by time. */
export class EmlFolder {
  constructor(private readonly folder: string) {}

  /** Writes all of the mail or nothing, and never over another one; answers the name of the file. */
  async put({ from, to }: Envelope, raw: Buffer): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const time = new Date().toISOString().replaceAll(/[-:]/g, '');
    const name = `${time}-${String(written++).padStart(6, '0')}-${randomUUID()}.eml`;
    // A blind copy tells nowhere inside to whom it went.
    const trace = Buffer.from(`Return-Path: <${from}>\r\nDelivered-To: ${to}\r\n`);
    const staged = join(this.folder, `.${name}.part`);
    try {
      const file = await open(staged, 'wx', 0o600);
      try {
        await file.writeFile(Buffer.concat([trace, raw]));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(staged, join(this.folder, name));
    } catch (error) {
      await rm(staged, { force: true });
      throw error;
    }
    return name;
  }
}
