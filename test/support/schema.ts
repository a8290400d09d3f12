import type pg from 'pg';
import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/** Tables that TypeORM keeps for itself. */
const WITHOUT_ENTITY = new Set(['schema_migrations']);

/** Columns that no entity has, and why. */
export const WITHOUT_PROPERTY: Record<string, string> = {
  'events.tx': 'TypeORM knows no xid8',
};

interface Column {
  table_name: string;
  column_name: string;
  type: string;
  nullable: boolean;
  column_default: string | null;
  is_identity: boolean;
}

const COLUMNS = `
  select c.table_name, c.column_name, format_type(a.atttypid, a.atttypmod) as type, c.is_nullable = 'YES' as nullable, c.column_default,
    c.is_identity = 'YES' as is_identity
  from information_schema.columns c
  join pg_attribute a on a.attrelid = format('%I.%I', c.table_schema, c.table_name)::regclass and a.attname = c.column_name
  where c.table_schema = 'public' and not a.attisdropped`;

const KEYS = `
  select c.relname as table, array_agg(a.attname::text order by k.place) as key
  from pg_constraint p join pg_class c on c.oid = p.conrelid, unnest(p.conkey) with ordinality k (number, place), pg_attribute a
  where p.contype = 'p' and p.connamespace = 'public'::regnamespace and a.attrelid = p.conrelid and a.attnum = k.number
  group by c.relname`;

/** Every difference between the entities and the tables, as a sentence each. */
export async function drift(client: pg.Client, dataSource: DataSource): Promise<string[]> {
  const { rows: columns } = await client.query<Column>(COLUMNS);
  const { rows: keys } = await client.query<{ table: string; key: string[] }>(KEYS);
  const byTable = new Map<string, Column[]>();
  for (const column of columns) byTable.set(column.table_name, [...(byTable.get(column.table_name) ?? []), column]);
  const problems: string[] = [];
  for (const metadata of dataSource.entityMetadatas) {
    const table = metadata.tableName;
    const key = metadata.primaryColumns.map(({ databaseName }) => databaseName);
    const realKey = keys.find((row) => row.table === table)?.key ?? [];
    if (key.join() !== realKey.join()) problems.push(`${table} has the key (${realKey.join()}), its entity (${key.join()})`);
    problems.push(...(await tableDrift(client, dataSource, metadata, byTable.get(table) ?? [])));
    byTable.delete(table);
  }
  const orphans = [...byTable.keys()].filter((table) => !WITHOUT_ENTITY.has(table));
  return [...problems, ...orphans.map((table) => `${table} has no entity`)];
}

async function tableDrift(
  client: pg.Client,
  dataSource: DataSource,
  metadata: EntityMetadata,
  columns: Column[],
): Promise<string[]> {
  const problems: string[] = [];
  const left = new Map(columns.map((column) => [column.column_name, column]));
  for (const property of metadata.columns) {
    const name = `${metadata.tableName}.${property.databaseName}`;
    const column = left.get(property.databaseName);
    left.delete(property.databaseName);
    if (!column) {
      problems.push(`${name} is only in the entity`);
      continue;
    }
    const type = `${dataSource.driver.normalizeType(property)}${property.isArray ? '[]' : ''}`;
    if (type !== column.type) problems.push(`${name} is ${column.type}, its entity says ${type}`);
    if (property.isNullable !== column.nullable)
      problems.push(`${name} may${column.nullable ? '' : ' not'} be null, unlike its entity`);
    if (property.isGenerated !== column.is_identity)
      problems.push(`${name} is ${column.is_identity ? '' : 'not '}made by the database`);
    if (!(await sameDefault(client, dataSource, property, column)))
      problems.push(`${name} has the default ${column.column_default}`);
  }
  const missing = [...left.keys()].map((name) => `${metadata.tableName}.${name}`).filter((name) => !(name in WITHOUT_PROPERTY));
  return [...problems, ...missing.map((name) => `${name} is not in the entity`)];
}

/** Postgres writes a default in its own words, so both are evaluated. */
async function sameDefault(
  client: pg.Client,
  dataSource: DataSource,
  property: ColumnMetadata,
  column: Column,
): Promise<boolean> {
  const wanted = dataSource.driver.normalizeDefault(property);
  if (wanted === undefined || column.column_default === null) return wanted === undefined && column.column_default === null;
  const sql = `select (${wanted})::${column.type} is not distinct from (${column.column_default})::${column.type} as same`;
  const { rows } = await client.query<{ same: boolean }>(sql);
  return rows[0]?.same ?? false;
}

const DUMP = `
  select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') || case a.attidentity when '' then '' else ' identity ' || a.attidentity::text end as line
    from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0 and not a.attisdropped
  union all
  select 'order ' || c.relname || ' ' || string_agg(a.attname, ', ' order by a.attnum) from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0 and not a.attisdropped group by c.relname
  union all
  select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = $1::regnamespace
  union all
  select 'index ' || pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = $1::regnamespace
  union all
  select 'relation ' || relkind::text || ' ' || relname || coalesce(' ' || array_to_string(reloptions, ','), '') from pg_class where relnamespace = $1::regnamespace
  union all
  select 'view ' || c.relname || ' ' || pg_get_viewdef(c.oid) from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('v', 'm')
  union all
  select 'function ' || pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = $1::regnamespace and p.prokind in ('f', 'p')
    and not exists (select 1 from pg_depend e where e.objid = p.oid and e.deptype = 'e')
  union all
  select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = $1::regnamespace and not t.tgisinternal
  union all
  select 'type ' || typname || ' ' || typtype::text || coalesce(' ' || (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid), '')
    from pg_type t where typnamespace = $1::regnamespace and typtype in ('e', 'd', 'r')
    and not exists (select 1 from pg_depend e where e.objid = t.oid and e.deptype = 'e')
  union all
  select 'statistics ' || pg_get_statisticsobjdef(oid) from pg_statistic_ext where stxnamespace = $1::regnamespace
  union all
  select 'extension ' || extname from pg_extension where extnamespace = $1::regnamespace
  order by 1`;

/** Everything in the schema `public`, one line each. */
export async function dumpSchema(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(DUMP, ['public']);
  return rows.map(({ line }) => line);
}
