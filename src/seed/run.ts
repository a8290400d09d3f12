import pg from 'pg';
import { Failure, reasonOf } from '../cli/failure.js';
import { lookUpCompany } from '../cli/companies.js';
import { makeCompanyWithAdmin, printToken } from '../cli/people.js';
import type { Desk } from '../cli/session.js';
import { publicUrl } from '../config/env.js';
import { only } from '../platform/database/database.js';
import { DiskStorage } from '../platform/storage/disk-storage.js';
import { castOf, type Cast } from './cast.js';
import { SeedFiles } from './files.js';
import { loadTickets } from './load.js';
import type { SeedOptions } from './options.js';
import { Progress, rateOf, type Loaded } from './progress.js';

/** Two keep the cores of a small server busy while the rows of the third are made; more find little to do. */
const WRITERS = 3;

/**
 * A crash may cost the last moments, never a half batch: the ANALYZE at the end puts everything on the disk. And inverted indexes
 * gather more before they sort it in.
 */
const BULK_SETTINGS = `set synchronous_commit = off; set gin_pending_list_limit = '32MB'`;

/** Fills the desk of a company; prints how far it is and, at the end, how much it was. */
export async function fillDesk(desk: Desk, options: SeedOptions): Promise<void> {
  const { env } = desk;
  const started = performance.now();
  const companyId = await ensureCompany(desk, options.company);
  const place = { companyId, subdomain: options.company, webHost: new URL(publicUrl(env, options.company)).host };
  await withClient(env.DATABASE_URL, async (client) => {
    const cast = await castOf(client, place, options, Date.now());
    const { agents, collaborators, teams, labels, customers } = cast;
    console.log(
      `${customers.ids.length} customers, ${agents.length} agents, ${collaborators.length} collaborators, ${teams.length} teams and ` +
        `${labels.length} labels are there after ${secondsSince(started)} s`,
    );
    const loaded = await writeTickets(desk, client, cast, options);
    await tidy(client);
    const { tickets, messages, seconds } = loaded;
    console.log(
      `${tickets} tickets with ${messages} messages in ${seconds.toFixed(1)} s: ${rateOf(loaded)} tickets/s; all done after ${secondsSince(started)} s`,
    );
  });
}

/** Index-only totals need what VACUUM notes, the planner what ANALYZE finds; waiting for autovacuum would take minutes. */
async function tidy(client: pg.Client): Promise<void> {
  const sql = `select string_agg(quote_ident(tablename), ', ') as tables from pg_tables where schemaname = current_schema()`;
  const { tables } = only((await client.query<{ tables: string }>(sql)).rows);
  await client.query(`vacuum (analyze) ${tables}`);
}

async function writeTickets(desk: Desk, drawer: pg.Client, cast: Cast, options: SeedOptions): Promise<Loaded> {
  const { env } = desk;
  const files = new SeedFiles(new DiskStorage(env), cast.companyId, options);
  const progress = new Progress(options.tickets);
  const onBatch = (tickets: number, messages: number) => progress.add(tickets, messages);
  const writers = Array.from({ length: WRITERS }, () => clientOf(env.DATABASE_URL));
  try {
    await Promise.all(writers.map((writer) => writer.connect()));
    for (const client of [drawer, ...writers]) await client.query(BULK_SETTINGS);
    await loadTickets({ cast, options, files, drawer, writers, onBatch });
    await drawer.query('reset synchronous_commit');
    return progress.loaded();
  } catch (error) {
    throw new Failure(`Stopped after ${progress.loaded().tickets} tickets, which stay: ${reasonOf(error)}`);
  } finally {
    progress.stop();
    await Promise.allSettled(writers.map((writer) => writer.end()));
  }
}

/** The id of the company; one that is missing is made with an admin, whose token is printed this once. */
async function ensureCompany(desk: Desk, subdomain: string): Promise<number> {
  const { BOOTSTRAP_COMPANY, BOOTSTRAP_ADMIN_EMAIL: email, BOOTSTRAP_ADMIN_TOKEN: chosen } = desk.env;
  const known = await lookUpCompany(desk.db, subdomain);
  if (known) return known.id;
  // One token for two companies could not tell whose desk is meant.
  const secret = subdomain === BOOTSTRAP_COMPANY ? chosen : undefined;
  const { id, token } = await makeCompanyWithAdmin(desk, subdomain, { email, name: 'Admin', secret });
  printToken(subdomain, 'Admin', email, secret === undefined ? token : 'the one in BOOTSTRAP_ADMIN_TOKEN');
  return id;
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = clientOf(url);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function clientOf(url: string): pg.Client {
  const client = new pg.Client({ connectionString: url, application_name: 'polydesk-seed', keepAlive: true });
  // A lost connection fails the statement under way; without a listener it would end the process before anybody could tell.
  client.on('error', () => undefined);
  return client;
}

function secondsSince(moment: number): string {
  return ((performance.now() - moment) / 1000).toFixed(1);
}
