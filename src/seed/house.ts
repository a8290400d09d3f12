import type { Client } from 'pg';
import { only } from '../platform/database/database.js';
import type { Role } from '../access/actor.js';
import { splitName } from '../users/addresses.js';
import { COLORS, FIRST_NAMES, LABEL_NAMES, LAST_NAMES, TEAM_NAMES } from './names.table.js';
import { Random } from './random.js';

/** Where the people of a company are made. */
export interface House {
  client: Client;
  companyId: number;
  /** Of the mail addresses of the staff. */
  domain: string;
  hiredAt: Date;
  seed: string;
}

export interface Agent {
  id: number;
  /** The first name, with which he signs. */
  name: string;
  /** Empty until the teams are made. */
  teams: Team[];
}

export interface Team {
  id: number;
  members: Agent[];
}

interface NewStaff {
  name: string;
  email: string;
  role: Role;
}

const AGENTS_PER_ADMIN = 10;
const AGENTS_PER_COLLABORATOR = 10;
const AGENTS_PER_TEAM = 6;

/** A whole name drawn from the lists. */
export function drawName(random: Random): string {
  return `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
}

const PLAIN: Record<string, string> = { ß: 'ss', ø: 'o', ł: 'l', æ: 'ae', œ: 'oe', ı: 'i' };

/** A name as it stands in a mail address or host name. */
export function slugOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[ßøłæœı]/g, (letter) => PLAIN[letter] ?? letter)
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');
  return plain.replace(/[^a-z0-9]+/g, '.').replace(/^\.|\.$/g, '');
}

/** Agents, the first of each ten an admin, and a collaborator for each ten of them. */
export async function ensureStaff(house: House, count: number): Promise<{ agents: Agent[]; collaborators: Agent[] }> {
  const { client, companyId, domain, seed } = house;
  const sql = `select lower(email) as email, role from users where company_id = $1 and lower(email) like '%@' || $2`;
  const known = (await client.query<{ email: string; role: Role }>(sql, [companyId, domain])).rows;
  const roles = new Map(known.map(({ email, role }) => [email, role]));
  const taken = new Set<string>();
  const draw = (random: Random, role: Role): NewStaff => {
    for (;;) {
      const name = drawName(random);
      const email = `${slugOf(name)}@${domain}`;
      // Whoever is there in another role keeps it, and is somebody else.
      if (taken.has(email) || (roles.get(email) ?? role) !== role) continue;
      taken.add(email);
      return { name, email, role };
    }
  };
  const [first, second] = [new Random(seed, 'agents'), new Random(seed, 'collaborators')];
  const agents = Array.from({ length: count }, (_, index) => draw(first, index % AGENTS_PER_ADMIN === 0 ? 'admin' : 'agent'));
  const collaborators = Array.from({ length: Math.ceil(count / AGENTS_PER_COLLABORATOR) }, () => draw(second, 'collaborator'));
  return { agents: await hire(house, agents), collaborators: await hire(house, collaborators) };
}

const HIRE = `
  insert into users (company_id, role, email, first_name, last_name, confirmed_at, created_at, updated_at)
  select $1, given.role, given.email, given.first, given.last, $6, $6, $6
  from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as given (role, email, first, last)
  on conflict do nothing`;

async function hire({ client, companyId, hiredAt }: House, staff: NewStaff[]): Promise<Agent[]> {
  const names = staff.map(({ name }) => splitName(name));
  const emails = staff.map(({ email }) => email);
  const [first, last] = [names.map((name) => name.first), names.map((name) => name.last)];
  await client.query(HIRE, [companyId, staff.map(({ role }) => role), emails, first, last, hiredAt]);
  const sql = `select u.id from unnest($2::text[]) with ordinality as given (email, place)
    join users u on u.company_id = $1 and lower(u.email) = given.email order by given.place`;
  const { rows } = await client.query<{ id: number }>(sql, [companyId, emails]);
  return rows.map(({ id }, index) => ({ id, name: names[index]?.first ?? '', teams: [] }));
}

/** A team for about six agents; every agent is in one team at least, some in two. */
export async function ensureTeams({ client, companyId, seed }: House, agents: Agent[]): Promise<Team[]> {
  const random = new Random(seed, 'teams');
  const count = Math.max(2, Math.min(TEAM_NAMES.length, Math.round(agents.length / AGENTS_PER_TEAM)));
  const insert = `insert into teams (company_id, name) select $1, unnest($2::text[]) on conflict do nothing`;
  const ids = await idsByName({ client, companyId, insert, table: 'teams' }, TEAM_NAMES.slice(0, count), []);
  const teams = ids.map((id): Team => ({ id, members: [] }));
  for (const [index, agent] of agents.entries()) {
    agent.teams = [...new Set([only(teams.slice(index % count)), ...(random.chance(0.3) ? [random.pick(teams)] : [])])];
    for (const team of agent.teams) team.members.push(agent);
  }
  const pairs = teams.flatMap(({ id, members }) => members.map((agent) => [id, agent.id]));
  await client.query(
    `insert into team_members (company_id, team_id, user_id) select $1, * from unnest($2::bigint[], $3::bigint[]) on conflict do nothing`,
    [companyId, pairs.map(([team]) => team), pairs.map(([, agent]) => agent)],
  );
  return teams.filter(({ members }) => members.length > 0);
}

/** Labels in the order of how often they are used. */
export async function ensureLabels({ client, companyId }: House, count: number): Promise<number[]> {
  const names = Array.from({ length: count }, (_, index) => LABEL_NAMES[index] ?? `topic ${index + 1}`);
  const colors = names.map((_, index) => COLORS[index % COLORS.length]);
  const insert = `insert into labels (company_id, name, color) select $1, given.name, given.color
    from unnest($2::text[], $3::text[]) as given (name, color) on conflict do nothing`;
  return idsByName({ client, companyId, insert, table: 'labels' }, names, [colors]);
}

interface ByName {
  client: Client;
  companyId: number;
  insert: string;
  table: 'teams' | 'labels';
}

async function idsByName(where: ByName, names: readonly string[], more: unknown[]): Promise<number[]> {
  await where.client.query(where.insert, [where.companyId, names, ...more]);
  // A deleted team may still be there under the same name: the living one is the younger.
  const sql = `select distinct on (given.place) t.id from unnest($2::text[]) with ordinality as given (name, place)
    join ${where.table} t on t.company_id = $1 and lower(t.name) = lower(given.name) order by given.place, t.id desc`;
  return (await where.client.query<{ id: number }>(sql, [where.companyId, names])).rows.map(({ id }) => id);
}
