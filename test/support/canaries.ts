import type { EntityManager } from 'typeorm';
import type { TestCompany, TestDesk } from './desk.js';

/** What nobody of another company may ever read. */
export const CANARY = /canary|acme/i;

/** Columns that hold no words of people, and what would break. */
const SPARED: Record<string, string> = {
  'attachments.storage_key': 'names the file on the disk',
  'exports.storage_key': 'the same',
  'inbound_emails.storage_key': 'the same',
  'article_texts.language': 'chooses what is shown',
  'api_tokens.scopes': 'says what a token may do',
};

interface Column {
  table: string;
  column: string;
  type: string;
  /** A rule says what may stand there. */
  ruled: boolean;
}

const COLUMNS = `
  select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
    exists (select 1 from pg_constraint r where r.conrelid = c.oid and r.contype in ('c', 'f') and a.attnum = any (r.conkey)) as ruled
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    and format_type(a.atttypid, a.atttypmod) in ('text', 'text[]', 'jsonb')
    and exists (select 1 from pg_attribute t where t.attrelid = c.oid and t.attname = 'company_id')
  order by c.relname, a.attname`;

/** Writes a word of its own into every text of a company. Answers the columns that would not take one although no rule forbids it. */
export async function plantCanaries(desk: TestDesk, company: TestCompany): Promise<string[]> {
  const stubborn: string[] = [];
  for (const place of await desk.db.query<Column>(COLUMNS)) {
    const name = `${place.table}.${place.column}`;
    if (name in SPARED) continue;
    try {
      await desk.db.tx((em) => plant(em, company.id, place));
    } catch (error) {
      if (!place.ruled) stubborn.push(`${name}: ${String(error)}`);
    }
  }
  const own = `update companies set name = 'canary-companies-name', mail_reply_line = 'canary-companies-mail-reply-line', mail_blocked_senders = array['@canary.test'] where id = $1`;
  await desk.db.query(own, [company.id]);
  return stubborn;
}

async function plant(em: EntityManager, companyId: number, { table, column, type }: Column): Promise<void> {
  const word = `'canary-${table.replaceAll('_', '-')}-${column.replaceAll('_', '-')}-' || n || '@canary.test'`;
  const value: Record<string, string> = {
    text: word,
    'text[]': `array[${word}]`,
    jsonb: `case jsonb_typeof(t.${column}) when 'object' then t.${column} || jsonb_build_object('canary', ${word}) else t.${column} end`,
  };
  await em.query(
    `update ${table} t set ${column} = ${value[type]} from (select ctid as place, row_number() over () as n from ${table} where company_id = $1) r
      where t.ctid = r.place and t.company_id = $1 and t.${column} is not null`,
    [companyId],
  );
}

const TABLES = `
  select c.relname as name, exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'company_id') as owned
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`;

/** Rows and content of every table, of one company or of all; equal when nothing has changed. */
export async function fingerprint(desk: TestDesk, company?: TestCompany): Promise<Record<string, string>> {
  const tables = await desk.db.query<{ name: string; owned: boolean }>(TABLES);
  const parts = tables.map(({ name, owned }) => {
    const own = owned ? 'company_id' : name === 'companies' ? 'id' : null;
    const where = company && own ? `where ${own} = ${company.id}` : '';
    return `select '${name}' as name, count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as content from ${name} t ${where}`;
  });
  const found = await desk.db.query<{ name: string; content: string }>(parts.join(' union all '));
  return Object.fromEntries(found.map(({ name, content }) => [name, content]));
}

/** The ids of each company, and those of nobody, are of different millions: none can be taken for another. */
export async function startIdsAt(desk: TestDesk, first: number): Promise<void> {
  const sql = `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'id' and is_identity = 'YES'`;
  for (const { name } of await desk.db.query<{ name: string }>(sql))
    await desk.db.query(`alter table ${name} alter column id restart with ${first}`);
}
