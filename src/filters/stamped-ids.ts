import { ApiParam } from '@nestjs/swagger';
import type { Collection } from '../access/collection.js';
import { NotFound } from '../platform/errors/app-errors.js';

/** Rules and consequences have ids such as this: the number of the row, and when it was made (supportbee.md section 13). */
export const STAMPED_ID = '5_20130430051603';

const PATTERN = /^(\d{1,15})_\d{14}$/;

/** The id of a row. */
export const stampedIdSql = (row: string): string =>
  `(${row}.id || '_' || to_char(${row}.created_at at time zone 'utc', 'YYYYMMDDHH24MISS'))`;

/** Reads in an open transaction or outside of any. */
type Read = (sql: string, params: unknown[]) => Promise<{ id: number }[]>;

/** The number of the row that an id means; all of the id must be right. Throws `NotFound`. */
export async function rowOf(
  read: Read,
  companyId: number,
  { noun, table, alias }: Collection,
  id: string,
  lock: '' | 'for key share' | 'for update' = '',
): Promise<number> {
  const sql = `select ${alias}.id from ${table} ${alias}
    where ${alias}.company_id = $1 and ${alias}.id = $2 and ${stampedIdSql(alias)} = $3 ${lock}`;
  const [, number] = PATTERN.exec(id) ?? [];
  const [row] = number === undefined ? [] : await read(sql, [companyId, number, id]);
  if (!row) throw new NotFound(noun, id);
  return row.id;
}

/** Documents such an id in a path. */
export const ApiStampedIdParam = (name: string, description: string): MethodDecorator =>
  ApiParam({ name, description, schema: { type: 'string', example: STAMPED_ID } });
