import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { issueToken } from '../../src/access/api-tokens.service.js';
import { createStaff, OPERATOR } from '../../src/users/companies.js';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { ok } from '../support/rpc.js';
import { addTeam, eventsOf, openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';

let desk: TestDesk;
let agents: Member[];

beforeAll(async () => {
  desk = await startDesk({ ROLES: 'api,worker' });
  agents = await desk.db.tx(async (em) => {
    const made: Member[] = [];
    for (let n = 0; n < 6; n++) {
      const email = `agent${n}@acme.test`;
      const id = await createStaff(em, desk.acme.id, 'http://acme.desk.test', { email, name: `Agent ${n}`, role: 'agent' });
      made.push({ id, email, token: (await issueToken(em, desk.acme.id, OPERATOR, { userId: id, name: 'test' })).token });
    }
    return made;
  });
});
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);
const come = (people: Member[]) =>
  desk.db.query(
    `insert into user_presences (company_id, user_id, seen_at) select $1, unnest($2::bigint[]), now() + interval '1 hour'
     on conflict (company_id, user_id) do update set seen_at = excluded.seen_at`,
    [desk.acme.id, people.map(({ id }) => id)],
  );
const leave = () => desk.db.query('delete from user_presences');
const set = async (settings: object) => {
  const { status, body } = await admin().put('/settings', { settings });
  if (status !== 200) throw new Error(JSON.stringify(body));
};
const holderOf = async (id: number) =>
  (await desk.db.query<{ who: number | null }>('select user_assignee_id as who from tickets where id = $1', [id]))[0]?.who ??
  null;
const place = async (id: number, by = desk.acme.admin) => (await desk.as(by).get(`/tickets/${id}/queue`)).body.queue_place;
const loads = async () => {
  const found = await desk.db.query<{ who: number | null; count: number }>(
    `select user_assignee_id as who, count(*) as count from tickets where company_id = $1 and archived_at is null group by 1`,
    [desk.acme.id],
  );
  return new Map(found.map(({ who, count }) => [who, count]));
};
const open = async (count: number) => {
  const opened: number[] = [];
  for (let n = 0; n < count; n++) opened.push((await openTicket(desk)).id);
  return opened;
};
const ON = { routing: true, routing_method: 'round-robin', routing_departments: true, routing_offline: 'wait' };
const QUEUE = { ...ON, queue_active: true, queue_concurrent_chats: 1 };

beforeEach(async () => {
  await set({ ...ON, routing: false, queue_active: false, queue_concurrent_chats: 0 });
  await leave();
  // Put aside, so that nobody has any and nobody waits.
  await desk.db.query('update tickets set archived_at = now()');
});

describe('routing', () => {
  it('leaves conversations alone until it is turned on, and those of other companies always', async () => {
    await come(agents);
    expect(await holderOf((await openTicket(desk)).id)).toBeNull();
    await set(ON);
    await desk.db.query('insert into user_presences (company_id, user_id, seen_at) values ($1, $2, now())', [
      desk.globex.id,
      desk.globex.agent.id,
    ]);
    const { details } = await ok(desk, 'new-conversation', { user_id: desk.globex.customer.id }, { by: desk.globex.admin });
    expect(details).toMatchObject({ agent_id: null });
    const ticket = await openTicket(desk);
    expect(agents.map(({ id }) => id)).toContain(await holderOf(ticket.id));
    expect(await eventsOf(desk, ticket.id)).toEqual(['ticket.created', 'ticket.assigned_to_user']);
  });

  it('gives everybody who is online his turn, and nobody else', async () => {
    await set(ON);
    const online = agents.slice(0, 3);
    await come(online);
    const holders = await Promise.all((await open(9)).map(holderOf));
    for (const { id } of online) expect(holders.filter((holder) => holder === id)).toHaveLength(3);
    expect(holders.slice(0, 3)).toEqual(holders.slice(3, 6));
  });

  it('finds who has the fewest', async () => {
    await set({ ...ON, routing_method: 'least-loaded' });
    const [first, second] = agents.slice(0, 2).map(({ id }) => id);
    await come(agents.slice(0, 2));
    const busy = await open(4);
    await desk.db.query('update tickets set user_assignee_id = $1 where id = any ($2)', [first, busy]);
    expect(await Promise.all((await open(4)).map(holderOf))).toEqual([second, second, second, second]);
    expect([...(await loads())].filter(([who]) => who !== null).map(([, count]) => count)).toEqual([4, 4]);
  });

  it('gives those of a department to its members, unless departments do not count', async () => {
    await set(ON);
    const [member, other] = agents;
    if (!member || !other) throw new Error('no agents');
    const team = await addTeam(desk, 'Routed', [member.id]);
    await come([member, other]);
    const start = async () =>
      Number((await ok(desk, 'new-conversation', { user_id: desk.acme.customer.id, department: team })).details.id);
    for (let n = 0; n < 3; n++) expect(await holderOf(await start())).toBe(member.id);
    await set({ routing_departments: false });
    const holders = await Promise.all([await start(), await start()].map(holderOf));
    expect(holders).toContain(other.id);
  });

  it('leaves to whom it was given by name, and what does not wait for an agent', async () => {
    await set(ON);
    await come(agents);
    const { id } = desk.acme.agent;
    const given = await ok(desk, 'new-conversation', { user_id: desk.acme.customer.id, agent_id: id });
    expect(await holderOf(Number(given.details.id))).toBe(id);
    for (const status_code of [1, 3, 4]) {
      const started = await ok(desk, 'new-conversation', { user_id: desk.acme.customer.id, status_code });
      expect(await holderOf(Number(started.details.id))).toBeNull();
    }
  });

  it('lets them wait for somebody to come, or gives them to whoever is away, as it is told', async () => {
    await set(ON);
    expect(await holderOf((await openTicket(desk)).id)).toBeNull();
    await set({ routing_offline: 'anybody' });
    expect(await holderOf((await openTicket(desk)).id)).not.toBeNull();
  });
});

describe('the queue', () => {
  it('keeps the limits and loses nobody when two hundred come at once', async () => {
    await come(agents);
    await set({ ...QUEUE, queue_concurrent_chats: 20 });
    const before = (await loads()).size;
    expect(before).toBe(0);
    const tickets = await Promise.all(Array.from({ length: 200 }, () => openTicket(desk)));
    const counts = await loads();
    for (const { id } of agents) expect(counts.get(id)).toBe(20);
    expect(counts.get(null)).toBe(80);
    const { body } = await admin().get('/queue?per_page=1000');
    const places = body.queue_places as { position: number; ticket: { id: number } }[];
    expect([body.total, places.map(({ position }) => position)]).toEqual([80, Array.from({ length: 80 }, (_, n) => n + 1)]);
    const held = await Promise.all(tickets.map(({ id }) => holderOf(id)));
    const waiting = tickets.filter((_, n) => held[n] === null).map(({ id }) => id);
    expect(places.map(({ ticket }) => ticket.id).sort()).toEqual(waiting.sort());
  });

  it('tells the place and the wait, and gives the next one away when somebody is free', async () => {
    const [agent, other] = agents;
    if (!agent || !other) throw new Error('no agents');
    await come([agent]);
    await set({ ...QUEUE, queue_response_time: 2 });
    await desk.db.query(`update tickets set user_assignee_id = null`);
    const [held = 0, next = 0, last = 0] = await open(3);
    expect(await holderOf(held)).toBe(agent.id);
    expect(await place(held)).toEqual({ waiting: false, position: null, wait_seconds: null, queued_at: null });
    expect(await place(next)).toMatchObject({ waiting: true, position: 1, wait_seconds: 120, queued_at: expect.any(String) });
    expect(await place(last)).toMatchObject({ position: 2, wait_seconds: 240 });
    expect(await eventsOf(desk, last)).toEqual(['ticket.created', 'ticket.queued']);
    expect((await desk.as(desk.globex.admin).get(`/tickets/${last}/queue`)).status).toBe(404);
    expect((await desk.as(desk.globex.admin).get('/queue')).body).toMatchObject({ total: 0, queue_places: [] });
    await admin().post(`/tickets/${held}/archive`);
    await until(async () => (await holderOf(next)) === agent.id, 'the next one is given');
    expect(await place(last)).toMatchObject({ position: 1 });
    await come([other]);
    await until(async () => (await holderOf(last)) === other.id, 'whoever comes gets the last one');
    expect((await admin().get('/queue')).body.total).toBe(0);
  });

  it('has a row for each department, so that none holds up another', async () => {
    const [agent, other] = agents;
    if (!agent || !other) throw new Error('no agents');
    const [sales, support] = [await addTeam(desk, 'Selling', [agent.id]), await addTeam(desk, 'Helping', [other.id])];
    await set(QUEUE);
    const start = async (department: number) =>
      Number((await ok(desk, 'new-conversation', { user_id: desk.acme.customer.id, department })).details.id);
    const [first, second, third] = [await start(sales), await start(sales), await start(support)];
    expect([await place(first), await place(second), await place(third)]).toMatchObject(
      [1, 2, 1].map((position) => ({ position, wait_seconds: null })),
    );
    await come([other]);
    await until(async () => (await holderOf(third)) === other.id, 'the other department goes on');
    expect(await place(first)).toMatchObject({ position: 1 });
  });

  it('is told of by send-message to whoever asks, and left by what is answered or put aside', async () => {
    await set(QUEUE);
    const start = async () => Number((await ok(desk, 'new-conversation', { user_id: desk.acme.customer.id })).details.id);
    const [first, second] = [await start(), await start()];
    const say = (conversation_id: number, user_id: number, queue: boolean) =>
      ok(desk, 'send-message', { user_id, conversation_id, message: 'Hello', queue });
    expect(await say(second, desk.acme.customer.id, true)).toMatchObject({ queue: true, queue_position: 2 });
    expect(await say(second, desk.acme.customer.id, false)).toMatchObject({ queue: false });
    await say(first, desk.acme.agent.id, false);
    expect([await place(first), await place(second)]).toMatchObject([{ waiting: false }, { position: 1 }]);
    await say(first, desk.acme.customer.id, false);
    await until(async () => (await place(first)).waiting === true, 'who writes again waits again');
    expect(await place(first)).toMatchObject({ position: 2 });
    await admin().post(`/tickets/${second}/trash`);
    expect([await place(first), await place(second)]).toMatchObject([{ position: 1 }, { waiting: false }]);
  });

  it('is given up when it is turned off', async () => {
    await set(QUEUE);
    const { id } = await openTicket(desk);
    expect(await place(id)).toMatchObject({ waiting: true });
    await set({ queue_active: false });
    await until(async () => (await place(id)).waiting === false, 'nobody waits any more');
    expect(await holderOf(id)).toBeNull();
  });

  it('refuses limits that are none', async () => {
    for (const queue_concurrent_chats of [-1, 'many', 1.5])
      expect((await admin().put('/settings', { settings: { queue_concurrent_chats } })).status).toBe(400);
  });
});
