import type { Client } from 'pg';
import { only } from '../platform/database/database.js';

export type IdTable = 'users' | 'tickets' | 'messages';

interface Drawn {
  first: number;
  last: number;
}

/**
 * Takes `count` ids in a row from the table's own sequence, as inserts would: what a running desk inserts meanwhile gets others.
 * When one of its inserts has fallen into the row, the row is left unused and another one is taken.
 */
export async function drawIds(client: Client, table: IdTable, count: number): Promise<number> {
  if (count === 0) return 0;
  const sql = `select min(id) as first, max(id) as last
    from (select nextval((select pg_get_serial_sequence($1, 'id')::regclass)) as id from generate_series(1, $2)) drawn`;
  for (;;) {
    const { first, last } = only((await client.query<Drawn>(sql, [table, count])).rows);
    if (last - first + 1 === count) return first;
  }
}
