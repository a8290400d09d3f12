import type { EntityManager } from 'typeorm';
import { only, rows, type Database } from '../platform/database/database.js';
import { offsetOf, pageHead, type Page } from '../platform/database/page.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { refreshHtml } from '../platform/html/content.js';
import { JsonText } from '../platform/http/json-text.js';
import type { Acting, Actor } from './actor.js';
import { VIEW_PARAMS_SQL, viewParams } from './view.js';

/** Objects that belong to the company as a whole and that all of its staff may see: where they are kept and how they are presented. */
export interface Collection {
  /** What an error calls one of them. */
  noun: string;
  table: string;
  /** What the SQL below calls a row of it. */
  alias: string;
  /** The JSON of a row, in a statement that begins with `viewParams`. */
  view: string;
  order: string;
  /** True for a row whose html must be cleaned again; left out where there is no html. */
  stale?: string;
  /** Deleted ones stay as rows with a `deleted_at`, because others still tell of them. */
  outlivesDeletion?: boolean;
}

/** A condition on a row; its parameters begin with `$5`. */
export interface Condition {
  where: string;
  values: unknown[];
}

const ALL: Condition = { where: 'true', values: [] };

interface Presented {
  view: string;
  stale: boolean;
}

/** Reads one page into the answer of a list route, under `key` and with the exact total. */
export async function listPage(
  db: Database,
  actor: Actor,
  of: Collection,
  key: string,
  page: Page,
  { where, values }: Condition = ALL,
): Promise<JsonText> {
  const params = [...viewParams(actor), ...values, page.perPage, offsetOf(page)];
  const sql = `with found as (select * from ${of.table} ${of.alias} where ${ofCompany(of)} and ${where})
    select (select count(*) from found) as total, coalesce(json_agg(${of.view} order by ${of.order}), '[]')::text as view,
      coalesce(bool_or(${staleOf(of)}), false) as stale
    from (select * from found ${of.alias} order by ${of.order} limit $${params.length - 1} offset $${params.length}) ${of.alias}`;
  const { total, view, stale } = only(await db.query<Presented & { total: number }>(sql, params));
  return new JsonText(`${pageHead(total, page)},"${key}":${refreshHtml(view, stale)}}`);
}

/** The JSON text of one of them. Throws `NotFound`. */
export async function showOne(db: Database, actor: Actor, of: Collection, id: number): Promise<string> {
  return textOf(await db.query<Presented>(showSql(of), [...viewParams(actor), id]), of, id);
}

/** The same inside the transaction that has just written it. */
export async function presentOne(em: EntityManager, actor: Acting, of: Collection, id: number): Promise<string> {
  return textOf(await rows<Presented>(em, showSql(of), [...viewParams(actor), id]), of, id);
}

// Hundreds of thousands of tickets may have it, and lose it in the same transaction: 20,000 a second or so.
const REMOVAL_TIMEOUT = '10min';

/** Removes one of them and answers what it looked like; the rest of the transaction may take its time. Throws `NotFound`. */
export async function removeOne(em: EntityManager, actor: Actor, of: Collection, id: number): Promise<string> {
  await rows(em, `set local statement_timeout = '${REMOVAL_TIMEOUT}'`);
  if (of.outlivesDeletion) await holdAgainstReferences(em, actor, of, id);
  const remove = of.outlivesDeletion
    ? `update ${of.table} ${of.alias} set deleted_at = now()`
    : `delete from ${of.table} ${of.alias}`;
  const sql = `${remove} where ${ofCompany(of)} and ${of.alias}.id = $5 returning ${shown(of)}`;
  return textOf(await rows<Presented>(em, sql, [...viewParams(actor), id]), of, id);
}

// Unlike a DELETE, the UPDATE would not wait for transactions that are about to refer to the row.
async function holdAgainstReferences(em: EntityManager, actor: Actor, { table }: Collection, id: number): Promise<void> {
  await rows(em, `select 1 from ${table} where company_id = $1 and id = $2 for update`, [actor.companyId, id]);
}

const staleOf = ({ stale = 'false' }: Collection) => stale;

const shown = (of: Collection) => `(${of.view})::text as view, ${staleOf(of)} as stale`;

const showSql = (of: Collection) =>
  `select ${shown(of)} from ${of.table} ${of.alias} where ${ofCompany(of)} and ${of.alias}.id = $5`;

/** The rows of the company that are there. */
function ofCompany({ alias, outlivesDeletion = false }: Collection): string {
  return `${alias}.company_id = $1 and ${VIEW_PARAMS_SQL}${outlivesDeletion ? ` and ${alias}.deleted_at is null` : ''}`;
}

function textOf([found]: Presented[], { noun }: Collection, id: number): string {
  if (!found) throw new NotFound(noun, id);
  return refreshHtml(found.view, found.stale);
}
