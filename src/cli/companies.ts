import { publicUrl } from '../config/env.js';
import type { Database } from '../platform/database/database.js';
import { Failure } from './failure.js';
import type { Desk } from './session.js';

/** Lists every company with the number of its staff. */
export async function listCompanies({ db, env }: Desk): Promise<void> {
  const sql = `select c.id, c.subdomain, c.name, to_char(c.created_at at time zone 'utc', 'YYYY-MM-DD') as since,
      (select count(*) from users u where u.company_id = c.id and u.role <> 'customer' and u.kind = 'user') as staff
    from companies c order by c.id`;
  const found = await db.query<{ id: number; subdomain: string; name: string; since: string; staff: number }>(sql);
  if (found.length === 0) console.log('There is no company yet. Make one: npm run desk -- company create <subdomain>');
  else
    printTable([
      ['ID', 'SUBDOMAIN', 'NAME', 'STAFF', 'SINCE', 'URL'],
      ...found.map(({ id, subdomain, name, staff, since }) => [
        ...[String(id), subdomain, name, String(staff), since, publicUrl(env, subdomain)],
      ]),
    ]);
}

/** Opens or closes the teams of a company to each other; admins see everything either way. It holds from the next request on. */
export async function setTeamVisibility({ db }: Desk, subdomain: string, which: 'all' | 'own'): Promise<void> {
  const { id } = await findCompany(db, subdomain);
  await db.query('update companies set teams_are_open = $2 where id = $1', [id, which === 'all']);
  console.log(`Agents of ${subdomain} see the tickets of ${which === 'all' ? 'all teams' : 'their own teams and of none'}.`);
}

/** The company of a subdomain, or null. */
export async function lookUpCompany(db: Database, subdomain: string): Promise<{ id: number; subdomain: string } | null> {
  const [found] = await db.query<{ id: number }>('select id from companies where subdomain = $1', [subdomain]);
  return found ? { id: found.id, subdomain } : null;
}

/** The same, but throws `Failure` when there is none. */
export async function findCompany(db: Database, subdomain: string): Promise<{ id: number; subdomain: string }> {
  const company = await lookUpCompany(db, subdomain);
  if (!company) throw new Failure(`There is no company ${subdomain}. See: npm run desk -- company list`);
  return company;
}

function printTable(lines: string[][]): void {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  for (const line of lines)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
