import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Random } from '../../src/seed/random.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { DAY, expectedPoints, readFacts, type Asked, type Facts } from '../support/report-facts.js';
import { addLabel, addTeam, openTicket } from '../support/tickets.js';

const TICKETS = 240;
const CHANGES = 400;
/** The tickets are spread over 40 days, of which a report shows 30. */
const SPREAD = 40;
const START = Date.parse('2013-02-12') / 1000;
const LABELS = ['fire', 'Water', 'smoke'];

let desk: TestDesk;
let teams: number[];
const random = new Random('reports', 1);

beforeAll(async () => {
  desk = await startDesk();
  const { admin, agent } = desk.acme;
  teams = [await addTeam(desk, 'First', [admin.id, agent.id]), await addTeam(desk, 'Second', [agent.id])];
  for (const name of LABELS) await addLabel(desk, name);
  for (let opened = 0; opened < TICKETS; opened += 12) await Promise.all(Array.from({ length: 12 }, converse));
  await spread();
}, 60_000);
afterAll(() => desk.stop());

/** A ticket with a conversation: who writes what is drawn before anything is sent, so that answers may come in any order. */
async function converse(): Promise<void> {
  const { admin, agent, collaborator, customer } = desk.acme;
  // An agent who asks for help himself is the customer of that ticket.
  const requester = random.chance(0.1) ? agent : customer;
  const turns = Array.from({ length: random.below(4) }, () =>
    random.pick(['admin', 'agent', 'for agent', 'requester', 'note'] as const),
  );
  const { id } = await openTicket(desk, { requester_email: requester.email });
  for (const turn of turns) {
    const content = { text: turn };
    const onBehalf = turn === 'for agent' ? { on_behalf_of: { id: agent.id } } : {};
    const writer = { admin, agent, 'for agent': admin, requester, note: collaborator }[turn];
    const [path, body] =
      turn === 'note' ? ['comments', { comment: { content } }] : ['replies', { reply: { content, ...onBehalf } }];
    expect((await desk.as(writer).post(`/tickets/${id}/${path}`, body)).status).toBe(201);
  }
}

/** Everything was written just now; this puts it into the past, some of it next to midnight. */
async function spread(): Promise<void> {
  const moment = (from: number, length: number): number => {
    const drawn = from + random.below(length);
    const midnight = Math.floor(drawn / DAY) * DAY;
    return random.chance(0.15) ? Math.max(from, midnight - random.below(2)) : drawn;
  };
  const tickets = await desk.db.query<{ id: number }>('select id from tickets order by id');
  const created = tickets.map(() => moment(START, SPREAD * DAY));
  const move = (table: string, ids: number[], times: number[]) =>
    desk.db.query(
      `update ${table} m set created_at = to_timestamp(moved.at) from unnest($1::bigint[], $2::bigint[]) moved (id, at) where m.id = moved.id`,
      [ids, times],
    );
  const ids = tickets.map(({ id }) => id);
  await move('tickets', ids, created);
  const messages = await desk.db.query<{ id: number; ticket_id: number }>('select id, ticket_id from messages order by id');
  const times = messages.map(({ ticket_id: id }) => moment(created[ids.indexOf(id)] ?? START, 3 * DAY));
  await move(
    'messages',
    messages.map(({ id }) => id),
    times,
  );
}

type Change = (id: number, other: number) => Promise<{ status: number }>;

/** What may happen to a ticket later; what makes no sense at the time is refused, and must leave the reports as they were. */
function changes(): Change[] {
  const admin = desk.as(desk.acme.admin);
  const { admin: boss, agent } = desk.acme;
  const label = (id: number) => `/tickets/${id}/labels/${random.pick(LABELS)}`;
  const user = () => ({ user_assignment: { user_id: random.pick([boss.id, agent.id]) } });
  return [
    (id) => admin.post(`/tickets/${id}/trash`),
    (id) => admin.delete(`/tickets/${id}/trash`),
    (id) => admin.post(`/tickets/${id}/spam`),
    (id) => admin.delete(`/tickets/${id}/spam`),
    (id) => admin.post(`/tickets/${id}/archive`),
    (id) => admin.delete(`/tickets/${id}/answered`),
    (id) => admin.delete(`/tickets/${id}`),
    ...Array<Change>(4).fill((id) => admin.post(label(id))),
    (id) => admin.delete(label(id)),
    ...Array<Change>(3).fill((id) =>
      admin.post(`/tickets/${id}/team_assignment`, { team_assignment: { team_id: random.pick(teams) } }),
    ),
    (id) => admin.delete(`/tickets/${id}/team_assignment`),
    ...Array<Change>(3).fill((id) => admin.post(`/tickets/${id}/user_assignment`, user())),
    (id) => admin.delete(`/tickets/${id}/user_assignment`),
    ...Array<Change>(3).fill((id, other) => admin.post(`/tickets/${id}/merge`, { merge: { into: other } })),
    (id) => admin.delete(`/tickets/${id}/merge`),
    (id) => withoutFirstAnswer(id),
    (id) => withOtherAuthor(id),
  ];
}

const FIRST = `(select id from messages where ticket_id = $1 and kind = 'reply' and author_is_agent order by created_at, id limit 1)`;

// No route does this to a message yet.
async function withoutFirstAnswer(id: number): Promise<{ status: number }> {
  await desk.db.query(`delete from messages where id = ${FIRST}`, [id]);
  return { status: 204 };
}

async function withOtherAuthor(id: number): Promise<{ status: number }> {
  await desk.db.query(`update messages set author_id = $2 where id = ${FIRST}`, [id, desk.acme.admin.id]);
  return { status: 200 };
}

const WINDOWS = [
  { query: `since=${START + 5 * DAY}`, first: START + 5 * DAY, last: START + 34 * DAY },
  { query: `until=${START + SPREAD * DAY}`, first: START + (SPREAD - 29) * DAY, last: START + SPREAD * DAY },
].map((window) => ({ ...window, query: window.query.replace(/\d+/, (time) => new Date(Number(time) * 1000).toISOString()) }));

function* questions(): Generator<{ path: string; asked: Asked }> {
  for (const report of ['tickets_count', 'replies_count', 'avg_first_response_time'] as const)
    for (const user of [undefined, desk.acme.admin.id, desk.acme.agent.id])
      for (const team of [undefined, ...teams])
        for (const label of [undefined, ...LABELS, 'unanswered'])
          for (const { query, first, last } of WINDOWS) {
            const filter = Object.entries({ user, team, label }).flatMap(([name, value]) =>
              value === undefined ? [] : `&${name}=${value}`,
            );
            yield { path: `/reports/${report}?${query}${filter.join('')}`, asked: { report, user, team, label, first, last } };
          }
}

/** Asks every question, and answers how many of them had more than zeros to tell. */
async function compare(facts: Facts): Promise<number> {
  let telling = 0;
  for (const { path, asked } of questions()) {
    const { body } = await desk.as(desk.acme.admin).get(path);
    const expected = expectedPoints(facts, asked);
    if (JSON.stringify(body.data_points) !== JSON.stringify(expected))
      expect({ path, points: body.data_points }).toEqual({ path, points: expected });
    if (expected.some(({ value }) => value !== '0')) telling++;
  }
  return telling;
}

describe('all reports', () => {
  it('equal what every ticket and message tells, when they are new', async () => {
    const facts = await readFacts(desk.db, desk.acme.id);
    expect(facts.tickets).toHaveLength(TICKETS);
    expect(facts.replies.length).toBeGreaterThan(TICKETS / 2);
    expect(await compare(facts)).toBeGreaterThan(10);
  }, 60_000);

  it('equal it after everything that can happen to them', async () => {
    const ids = (await desk.db.query<{ id: number }>('select id from tickets order by id')).map(({ id }) => id);
    const possible = changes();
    const outcomes = new Map<number, number>();
    for (let change = 0; change < CHANGES; change++) {
      const { status } = await random.pick(possible)(random.pick(ids), random.pick(ids));
      outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
    }
    expect([...outcomes.keys()].filter((status) => ![200, 201, 204, 400, 404, 409].includes(status))).toEqual([]);
    const done = [200, 201, 204].reduce((sum, status) => sum + (outcomes.get(status) ?? 0), 0);
    expect(done).toBeGreaterThan(CHANGES / 2);
    const facts = await readFacts(desk.db, desk.acme.id);
    expect(await compare(facts)).toBeGreaterThan(150);
  }, 60_000);

  it('equal it after many have answered at once', async () => {
    const { id } = await openTicket(desk, { requester_email: desk.acme.customer.email });
    const answers = Array.from({ length: 20 }, (_, index) =>
      desk
        .as(index % 2 ? desk.acme.admin : desk.acme.agent)
        .post(`/tickets/${id}/replies`, { reply: { content: { text: String(index) } } }),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 201));
    const sql = `select first.created_at = t.first_agent_reply_at and first.author_id = t.first_responder_id as right
      from tickets t join messages first on first.id = ${FIRST} where t.id = $1`;
    const [facts] = await desk.db.query(sql, [id]);
    expect(facts).toEqual({ right: true });
  });
});
