import pg from 'pg';

const PATIENCE_MS = 5_000;

// Apart from all locks whose keys are plain numbers. The ids of addresses are unique over all companies.
const keySql = (id: string) => `(1::bigint << 56) + ${id}`;

/** Locks of one process, each for one mailbox. Postgres takes all of them away with the connection, and so with the process. */
export class MailboxLocks {
  private client: pg.Client | undefined;

  /** `onLost` is called when they are gone while the process is still there. */
  constructor(
    private readonly url: string | undefined,
    private readonly onLost: () => Promise<void>,
  ) {}

  /** Takes those locks that are free, and answers which they are. */
  async take(ids: number[]): Promise<number[]> {
    if (ids.length === 0) return [];
    const sql = `select wanted.id from unnest($1::bigint[]) as wanted (id) where pg_try_advisory_lock(${keySql('wanted.id')})`;
    const { rows } = await (await this.connection()).query<{ id: number }>(sql, [ids]);
    return rows.map(({ id }) => id);
  }

  async release(id: number): Promise<void> {
    await this.client?.query(`select pg_advisory_unlock(${keySql('$1::bigint')})`, [id]);
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end();
  }

  private async connection(): Promise<pg.Client> {
    if (this.client) return this.client;
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'polydesk-mailboxes',
      keepAlive: true,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
    });
    const lost = () => {
      if (this.client !== client) return;
      this.client = undefined;
      void this.onLost();
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    this.client = client;
    return client;
  }
}
