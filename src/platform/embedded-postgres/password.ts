import { randomBytes } from 'node:crypto';
import { access, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layout } from './layout.js';
import { unlessMissing } from './system-errors.js';

/** The password of the roles `postgres` and `polydesk`; made on the first start, before there is a cluster to lock with it. */
export async function passwordOf(layout: Layout): Promise<string> {
  const known = await readPassword(layout);
  if (known !== null) return known;
  if ((await unlessMissing(access(join(layout.clusterDir, 'PG_VERSION')))) !== null) {
    throw new Error(
      `${layout.passwordFile} is missing: without it nobody can log in to ${layout.clusterDir}. Restore it from a backup.`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  // Whole and on disk, or not at all: a cluster without its password would be lost.
  await writeFile(`${layout.passwordFile}.new`, `${password}\n`, { mode: 0o600, flush: true });
  await rename(`${layout.passwordFile}.new`, layout.passwordFile);
  return password;
}

export async function readPassword(layout: Layout): Promise<string | null> {
  const text = await unlessMissing(readFile(layout.passwordFile, 'utf8'));
  return text && text.trim();
}
