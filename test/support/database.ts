import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { until } from './until.js';

const INSUFFICIENT_PRIVILEGE = '42501';

/** A database of its own, copied from the migrated template; `drop` it when the suite is done. */
export async function createDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const template = new URL(process.env['TEST_DATABASE_URL'] ?? '');
  const name = `suite_${randomBytes(6).toString('hex')}`;
  await onMaintenance(template, `create database ${name} template ${template.pathname.slice(1)}`);
  const url = new URL(template);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => drop(template, name) };
}

/** `force` ends what a killed process left behind; Postgres refuses it while an autovacuum worker, which is the superuser's, is at work in there. */
async function drop(template: URL, name: string): Promise<void> {
  await until(async () => {
    try {
      await onMaintenance(template, `drop database ${name} with (force)`);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === INSUFFICIENT_PRIVILEGE) return false;
      throw error;
    }
  }, `dropping ${name}`);
}

// Not the template itself: it can be copied only while nobody is connected to it.
async function onMaintenance(template: URL, sql: string): Promise<void> {
  const url = new URL(template);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
