import type pg from 'pg';

export interface ForeignKey {
  name: string;
  columns: string[];
  target: string;
  targetColumns: string[];
  /** SET NULL or SET DEFAULT, which would touch company_id with the reference. */
  clears: boolean;
  validated: boolean;
}

export interface Table {
  name: string;
  columns: { name: string; type: string; required: boolean }[];
  primaryKey: string[];
  foreignKeys: ForeignKey[];
  /** Unique indexes, with the first thing that each is over. */
  uniques: { name: string; first: string }[];
}

/** Tables that belong to no company. */
const SHARED = new Set(['companies', 'schema_migrations', 'rate_windows']);

/** Columns that name a row without a foreign key, and why. */
export const LOOSE_REFERENCES: Record<string, string> = {
  'events.ticket_id': 'tombstones outlive their tickets',
  'email_deliveries.internet_message_id': 'is the Message-ID of a mail, not a message of ours',
};

/** The queue keeps its own books, and no truth. */
const FOREIGN_SCHEMAS = ['information_schema', 'bullmq'];

const names = (relation: string, numbers: string) =>
  `(select coalesce(json_agg(a.attname order by k.place), '[]') from unnest(${numbers}) with ordinality k (number, place)
    join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.number)`;

const TABLES = `
  select c.relname as name,
    (select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'required', a.attnotnull)
        order by a.attnum), '[]')
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
    coalesce((select ${names('p.conrelid', 'p.conkey')} from pg_constraint p where p.conrelid = c.oid and p.contype = 'p'), '[]') as "primaryKey",
    (select coalesce(json_agg(json_build_object('name', f.conname, 'target', f.confrelid::regclass::text, 'validated', f.convalidated,
        'columns', ${names('f.conrelid', 'f.conkey')}, 'targetColumns', ${names('f.confrelid', 'f.confkey')},
        'clears', f.confdeltype in ('n', 'd') and f.confdelsetcols is null or f.confupdtype in ('n', 'd')) order by f.conname), '[]')
      from pg_constraint f where f.conrelid = c.oid and f.contype = 'f') as "foreignKeys",
    (select coalesce(json_agg(json_build_object('name', i.indexrelid::regclass::text, 'first', pg_get_indexdef(i.indexrelid, 1, true))), '[]')
      from pg_index i where i.indrelid = c.oid and i.indisunique) as uniques
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> all ($1)
  order by c.relname`;

export async function readTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(TABLES, [FOREIGN_SCHEMAS]);
  return rows;
}

/** Every way in which the tables let a row of one company touch another's, as a sentence each; none when the database forbids it. */
export function tenancyProblems(tables: Table[]): string[] {
  const owned = tables.filter(({ name }) => !SHARED.has(name));
  const tenants = new Set(owned.map(({ name }) => name));
  const grounded = groundedTables(owned);
  return owned.flatMap((table) => {
    if (!table.columns.some(({ name }) => name === 'company_id')) return [`${table.name} has no company_id`];
    const problems = [
      ...keyProblems(table),
      ...table.foreignKeys.flatMap((key) => foreignKeyProblems(key, tenants)),
      ...referenceProblems(table),
      ...table.uniques.filter(({ first }) => first !== 'company_id').map(({ name }) => `${name} does not begin with company_id`),
      ...(grounded.has(table.name) ? [] : ['company_id is tied to no company']),
    ];
    return problems.map((problem) => `${table.name}: ${problem}`);
  });
}

function keyProblems({ columns, primaryKey, foreignKeys }: Table): string[] {
  if (primaryKey[0] !== 'company_id') return ['the primary key does not begin with company_id'];
  if (columns.some(({ name }) => name === 'id'))
    return primaryKey.join() === 'company_id,id' ? [] : ['the primary key is not (company_id, id)'];
  const referring = new Set(foreignKeys.filter(isComposite).flatMap((key) => key.columns));
  // Words only tell rows of the same objects apart, as cc from bcc.
  const typeOf = (column: string) => columns.find(({ name }) => name === column)?.type;
  return primaryKey
    .filter((column) => column !== 'company_id' && !referring.has(column) && typeOf(column) !== 'text')
    .map((column) => `${column} of the primary key refers to nothing`);
}

function foreignKeyProblems(key: ForeignKey, tenants: Set<string>): string[] {
  const problems: string[] = [];
  if (!key.validated) problems.push(`${key.name} is not validated`);
  if (key.clears) problems.push(`${key.name} clears company_id`);
  if (tenants.has(key.target)) {
    const place = key.columns.indexOf('company_id');
    if (key.columns.length < 2 || place < 0) problems.push(`${key.name} is not composite`);
    else if (key.targetColumns[place] !== 'company_id')
      problems.push(`${key.name} pairs company_id with ${key.targetColumns[place]}`);
  } else if (key.target !== 'companies' || key.columns.join() !== 'company_id') {
    problems.push(`${key.name} refers to ${key.target}`);
  }
  return problems;
}

function referenceProblems({ name: table, columns, foreignKeys }: Table): string[] {
  const referring = new Set(foreignKeys.flatMap((key) => key.columns));
  return columns
    .filter(({ name }) => name.endsWith('_id') && name !== 'company_id' && !referring.has(name))
    .filter(({ name }) => LOOSE_REFERENCES[`${table}.${name}`] === undefined)
    .map(({ name }) => `${name} has no foreign key`);
}

/** Tables whose company_id must exist: by a foreign key to companies, or by a reference that is never null to such a table. */
function groundedTables(tables: Table[]): Set<string> {
  const grounded = new Set<string>();
  const isGrounded = (table: Table) =>
    table.foreignKeys.some(
      (key) =>
        (key.target === 'companies' && key.columns.join() === 'company_id') ||
        (isComposite(key) && grounded.has(key.target) && key.columns.every((column) => isRequired(table, column))),
    );
  for (let before = -1; before < grounded.size;) {
    before = grounded.size;
    tables.filter(isGrounded).forEach(({ name }) => grounded.add(name));
  }
  return grounded;
}

function isComposite({ columns }: ForeignKey): boolean {
  return columns.length > 1 && columns.includes('company_id');
}

function isRequired({ columns }: Table, column: string): boolean {
  return columns.find(({ name }) => name === column)?.required ?? false;
}
