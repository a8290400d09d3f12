import { isStaff, type Acting, type Visitor } from './actor.js';

/**
 * Every statement that presents objects begins with these four parameters, so that the SQL fragments of the nouns fit together:
 * `$1` the company, `$2` the person who looks (null for nobody), `$3` the address of the desk, `$4` whether bcc may be seen: by staff,
 * and by whoever has just written it.
 */
export function viewParams(caller: Acting | Visitor, seesBcc = isStaff(caller)): [number, number | null, string, boolean] {
  return [caller.companyId, caller.userId, caller.baseUrl, seesBcc];
}

/**
 * Stands in the WHERE of every such statement: always true, it tells Postgres the types of parameters that the fragments at hand
 * may leave unused.
 */
export const VIEW_PARAMS_SQL = '($2::bigint is null or true) and ($3::text is null or true) and ($4::boolean is null or true)';

/** A time as the contract writes it: `2012-01-18T15:17:33Z`. */
export function timeSql(column: string): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}
