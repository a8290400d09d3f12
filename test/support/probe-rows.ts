import type pg from 'pg';

interface Column {
  name: string;
  type: string;
}

/** Columns that a row cannot do without. */
const NEEDED = `
  select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
  from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
    and a.attnotnull and not a.atthasdef and a.attidentity = '' and a.attgenerated = ''
  order by a.attnum`;

/** Drops every foreign key and check but one, and our own triggers, so that a row may hold nonsense except where that one looks. */
export async function keepOnly(client: pg.Client, table: string, constraint: string): Promise<void> {
  await client.query(`do $$ declare c record; begin
    for c in select conrelid::regclass as relation, conname from pg_constraint
      where contype in ('f', 'c') and conrelid <> 0 and connamespace = 'public'::regnamespace
        and not (conrelid = '${table}'::regclass and conname = '${constraint}')
    loop execute format('alter table %s drop constraint %I', c.relation, c.conname); end loop;
    for c in select distinct tgrelid::regclass as relation from pg_trigger where not tgisinternal
    loop execute format('alter table %s disable trigger user', c.relation); end loop; end $$`);
}

let counter = 0;

/** Inserts a row that has the given values, nonsense where a value is needed, and nothing else. */
export async function insertNonsense(client: pg.Client, table: string, given: Record<string, unknown>): Promise<void> {
  const { rows: needed } = await client.query<Column>(NEEDED, [table]);
  const row = { ...Object.fromEntries(needed.map(({ name, type }) => [name, nonsense(type)])), ...given };
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  const sql = `insert into ${table} (${columns.join(', ')}) overriding system value values (${places.join(', ')})`;
  await client.query(sql, Object.values(row));
}

function nonsense(type: string): unknown {
  const number = ++counter;
  if (type.endsWith('[]')) return [];
  if (/^(bigint|integer|smallint|numeric|double precision|real)/.test(type)) return number;
  if (/^(text|character|citext)/.test(type)) return `nonsense ${number}`;
  if (/^(timestamp|date)/.test(type)) return '2001-02-03';
  if (type === 'boolean') return false;
  if (type === 'tsvector') return 'nonsense';
  if (/^jsonb?$/.test(type)) return '{}';
  if (type === 'bytea') return Buffer.from(String(number));
  if (type === 'uuid') return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  if (/^(inet|cidr)$/.test(type)) return '127.0.0.1';
  if (type === 'tsvector') return '';
  throw new Error(`test/support/probe-rows.ts knows no value of the type ${type}`);
}
