import type { Member, TestDesk } from './desk.js';

/** A small collection of the company, as its routes show it. */
export interface Collection {
  path: string;
  table: string;
  /** The name of one of them, under which it is wrapped. */
  key: string;
  /** An input that makes one, another each time. */
  input: () => object;
}

export async function make(desk: TestDesk, { path, key, input }: Collection, fields: object = {}) {
  const { status, body } = await desk.as(desk.acme.admin).post(path, { [key]: { ...input(), ...fields } });
  if (status !== 201) throw new Error(`POST ${path} → ${status}: ${JSON.stringify(body)}`);
  return body[key];
}

/** How a person is answered who lists, shows, makes, changes and deletes; what he shows, changes and deletes is there for it. */
export async function statusesFor(desk: TestDesk, member: Member | undefined, of: Collection): Promise<number[]> {
  const client = desk.as(member);
  const { id } = await make(desk, of);
  const answers = [
    await client.get(of.path),
    await client.get(`${of.path}/${id}`),
    await client.post(of.path, { [of.key]: of.input() }),
    await client.put(`${of.path}/${id}`, { [of.key]: of.input() }),
    await client.delete(`${of.path}/${id}`),
  ];
  return answers.map(({ status }) => status);
}

/** What a refused call must not change. */
export async function traces(desk: TestDesk, { table }: Pick<Collection, 'table'>): Promise<unknown> {
  return desk.db.query(`select (select json_agg(r order by r) from ${table} r) as rows, (select count(*) from events) as events`);
}

/** The events that the work leaves in the log, oldest first. */
export async function eventsOf(desk: TestDesk, work: () => Promise<unknown>) {
  const [last] = await desk.db.query<{ id: number }>('select coalesce(max(id), 0) as id from events');
  await work();
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests know what the objects hold
  return desk.db.query<{ type: string; actor: { id: number; role: string }; data: Record<string, any> }>(
    'select type, actor, data from events where id > $1 order by id',
    [last?.id],
  );
}

let count = 0;

/** A text that no other call gets. */
export const unique = (text: string): string => `${text} ${++count}`;

/** Which several suites look at. */
export const TEAMS: Collection = { path: '/teams', table: 'teams', key: 'team', input: () => ({ name: unique('Team') }) };
