import { Client } from 'pg';

export interface Endpoint {
  port: number;
  password: string;
}

/** The URL of the desk's database, for the role that owns it. */
export function deskUrl(endpoint: Endpoint): string {
  return urlOf(endpoint, 'polydesk', 'polydesk');
}

export interface ServerFacts {
  dataDirectory: string;
  /** Those that ordinary roles may open. */
  maxConnections: number;
}

/** Logs in as the superuser, whose reserved connections are free even when the desk's are used up. */
export async function inspectServer(endpoint: Endpoint): Promise<ServerFacts> {
  const sql = `SELECT current_setting('data_directory') AS "dataDirectory", current_setting('max_connections')::int
    - current_setting('superuser_reserved_connections')::int - current_setting('reserved_connections')::int AS "maxConnections"`;
  return asSuperuser(endpoint, async (client) => {
    const [facts] = (await client.query<ServerFacts>(sql)).rows;
    if (facts === undefined) throw new Error('Postgres did not answer its settings');
    return facts;
  });
}

/**
 * Makes the role and the database `polydesk` unless they are there. The role is no superuser: what works here also works on a
 * hosted Postgres, and a hole in the desk's SQL does not reach files or programs.
 */
export async function ensureDeskDatabase(endpoint: Endpoint): Promise<void> {
  await asSuperuser(endpoint, async (client) => {
    const missing = async (sql: string) => (await client.query(sql)).rows.length === 0;
    if (await missing(`SELECT FROM pg_roles WHERE rolname = 'polydesk'`)) {
      await client.query(`CREATE ROLE polydesk LOGIN CREATEDB PASSWORD ${client.escapeLiteral(endpoint.password)}`);
    }
    if (await missing(`SELECT FROM pg_database WHERE datname = 'polydesk'`)) {
      await client.query('CREATE DATABASE polydesk OWNER polydesk');
    }
  });
}

async function asSuperuser<Result>(endpoint: Endpoint, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: urlOf(endpoint, 'postgres', 'postgres'), connectionTimeoutMillis: 5000 });
  // A connection that breaks between two statements would otherwise end the whole desk; the statement itself fails anyway.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function urlOf({ port, password }: Endpoint, role: string, database: string): string {
  return `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}
