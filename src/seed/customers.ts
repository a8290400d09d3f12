import { splitName } from '../users/addresses.js';
import { copyInto, CopyRows, timeOf } from './copy.js';
import { drawName, slugOf, type House } from './house.js';
import { drawIds } from './ids.js';
import { COMPANY_FIRST, COMPANY_LAST, MAILBOX_DOMAINS } from './names.table.js';
import { Random } from './random.js';

const CHUNK = 10_000;
const CUSTOMERS_PER_ORGANISATION = 40;
const ORGANISATION_SHARE = 0.45;
const EARLIEST_DAYS = 90;
const DAY = 24 * 3600 * 1000;

/** The customers, by a number from 0; only their ids are kept, the rest can be told again from the seed. */
export interface CustomerRoster {
  ids: Float64Array;
  idOf: (index: number) => number;
  firstNameOf: (index: number) => string;
}

interface Organisation {
  name: string;
  domain: string;
}

interface Customer {
  first: string;
  last: string;
  email: string;
}

/** Finds or makes the customers, and the groups of those who work for one organisation. */
export async function rosterOf(house: House, count: number): Promise<CustomerRoster> {
  const organisations = organisationsFor(house.seed, count);
  const customerOf = (index: number) => customerAt(house.seed, index, organisations);
  const groupIds = await ensureGroups(house, organisations);
  const ids = new Float64Array(count);
  for (let first = 0; first < count; first += CHUNK) {
    const customers = Array.from({ length: Math.min(CHUNK, count - first) }, (_, index) => customerOf(first + index));
    ids.set(await ensureCustomers(house, customers), first);
  }
  await joinGroups(house, groupIds);
  return { ids, idOf: (index) => ids[index] ?? 0, firstNameOf: (index) => customerOf(index).first };
}

function organisationsFor(seed: string, customers: number): Organisation[] {
  const all = COMPANY_FIRST.flatMap((first) => COMPANY_LAST.map((last) => `${first} ${last}`));
  const offset = new Random(seed, 'organisations').below(all.length);
  const count = Math.max(2, Math.min(all.length, Math.round(customers / CUSTOMERS_PER_ORGANISATION)));
  return [...all.slice(offset), ...all.slice(0, offset)]
    .slice(0, count)
    .map((name) => ({ name, domain: `${slugOf(name).replaceAll('.', '-')}.example` }));
}

// The number in the address keeps it the only one of its kind, without a list of all that were given out.
function customerAt(seed: string, index: number, organisations: Organisation[]): Customer {
  const random = new Random(seed, 'customer', index);
  const name = drawName(random);
  const { first, last } = splitName(name);
  const isEmployee = random.chance(ORGANISATION_SHARE);
  const domain = isEmployee ? random.pickByRank(organisations).domain : random.pickByRank(MAILBOX_DOMAINS);
  return { first, last, email: `${slugOf(name)}.${index.toString(36)}@${domain}` };
}

const FIND_GROUPS = `select g.id from users g where g.company_id = $1 and g.kind = 'customer_group' and g.email_domains && $2::text[]`;

async function ensureGroups({ client, companyId, seed, hiredAt }: House, organisations: Organisation[]): Promise<number[]> {
  const random = new Random(seed, 'groups');
  const insert = `
    insert into users (company_id, kind, first_name, last_name, email_domains, can_members_access_group_tickets, confirmed_at, created_at, updated_at)
    select $1, 'customer_group', given.first, given.last, array[given.domain], given.shared, $6, $6, $6
    from unnest($2::text[], $3::text[], $4::text[], $5::boolean[]) as given (first, last, domain, shared)
    where not exists (select 1 from users g where g.company_id = $1 and g.kind = 'customer_group' and g.email_domains @> array[given.domain])`;
  const names = organisations.map(({ name }) => splitName(name));
  const domains = organisations.map(({ domain }) => domain);
  const shared = organisations.map(() => (random.chance(0.4) ? true : null));
  const [first, last] = [names.map((name) => name.first), names.map((name) => name.last)];
  await client.query(insert, [companyId, first, last, domains, shared, hiredAt]);
  return (await client.query<{ id: number }>(FIND_GROUPS, [companyId, domains])).rows.map(({ id }) => id);
}

/** The ids of these customers in their order. */
async function ensureCustomers(house: House, customers: Customer[]): Promise<number[]> {
  const { client, companyId } = house;
  const sql = `select id, lower(email) as email from users where company_id = $1 and lower(email) = any ($2::text[])`;
  const found = await client.query<{ id: number; email: string }>(sql, [companyId, customers.map(({ email }) => email)]);
  const known = new Map(found.rows.map(({ id, email }) => [email, id]));
  const strangers = customers.filter(({ email }) => !known.has(email));
  let id = await drawIds(client, 'users', strangers.length);
  const rows = new CopyRows();
  const random = new Random(house.seed, 'arrivals', customers[0]?.email ?? '');
  for (const { first, last, email } of strangers) {
    const arrived = timeOf(house.hiredAt.getTime() - random.below(EARLIEST_DAYS * DAY));
    rows.add(companyId, id, email, first, last, arrived, arrived, arrived);
    known.set(email, id++);
  }
  const columns = ['company_id', 'id', 'email', 'first_name', 'last_name', 'confirmed_at', 'created_at', 'updated_at'];
  await copyInto(client, 'users', columns, rows.take());
  return customers.map(({ email }) => known.get(email) ?? 0);
}

// The same rule as for people whom the desk meets one by one, for all of them at once.
async function joinGroups({ client, companyId }: House, groupIds: number[]): Promise<void> {
  const sql = `
    insert into group_members (company_id, group_id, user_id)
    select u.company_id, g.id, u.id from users u
    join (select id, unnest(email_domains) as domain from users where company_id = $1 and id = any ($2::bigint[])) g
      on g.domain = lower(split_part(u.email, '@', 2))
    where u.company_id = $1 and u.role = 'customer' and u.kind <> 'customer_group'
    on conflict do nothing`;
  await client.query(sql, [companyId, groupIds]);
}
