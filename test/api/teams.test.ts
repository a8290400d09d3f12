import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, make, statusesFor, traces, unique, type Collection } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const TEAMS: Collection = { path: '/teams', table: 'teams', key: 'team', input: () => ({ name: unique('Team') }) };
const admin = () => desk.as(desk.acme.admin);
const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id);

const PICTURE = {
  thumb20: '/images/teams/20.png',
  thumb24: '/images/teams/24.png',
  thumb32: '/images/teams/32.png',
  thumb48: '/images/teams/48.png',
  thumb256: '/images/teams/256.png',
};

describe('listing teams', () => {
  let empty: { id: number };
  let mine: { id: number };
  let others: { id: number };

  beforeAll(async () => {
    empty = await make(desk, TEAMS);
    mine = await make(desk, TEAMS, { user_ids: [desk.acme.agent.id, desk.acme.admin.id] });
    others = await make(desk, TEAMS, { user_ids: [desk.acme.admin.id] });
  });

  const list = async (query: string, path = '/teams') => (await desk.as(desk.acme.agent).get(`${path}${query}`)).body;

  it('shows id, name and picture, oldest first', async () => {
    const { teams, total } = await list('');
    expect(idsOf(teams)).toEqual([empty.id, mine.id, others.id]);
    expect(teams[0]).toEqual({ id: empty.id, name: expect.stringMatching(/^Team \d+$/), picture: PICTURE });
    expect(total).toBe(3);
    expect(await list('?per_page=1&page=3')).toMatchObject({ total: 3, total_pages: 3, teams: [{ id: others.id }] });
  });

  it('with users only those that have some, and their users with them', async () => {
    const { teams, total } = await list('?with_users=true');
    expect(idsOf(teams)).toEqual([mine.id, others.id]);
    expect(idsOf(teams[0].users).sort()).toEqual([desk.acme.admin.id, desk.acme.agent.id].sort());
    expect(teams[1].users[0]).toMatchObject({ id: desk.acme.admin.id, role: 'admin', agent: true, email: desk.acme.admin.email });
    expect(total).toBe(2);
    expect((await list('?with_users=false')).teams[1]).not.toHaveProperty('users');
  });

  it.each(['?user=me', '?me=true', '?me=1', '?user=ME&with_users=no'])('only the own ones with %s', async (query) => {
    expect(idsOf((await list(query)).teams)).toEqual([mine.id]);
  });

  it.each(['?user=all', '?user=17', '?user=', '?me=false'])('all of them with %s', async (query) => {
    expect(idsOf((await list(query)).teams)).toEqual([empty.id, mine.id, others.id]);
  });

  it('has the older name /groups, with the same list', async () => {
    for (const query of ['', '?with_users=true', '?user=me', '?per_page=1']) {
      const { teams, ...head } = await list(query);
      expect(await list(query, '/groups')).toEqual({ ...head, groups: teams });
    }
  });

  it('never shows those of another company', async () => {
    expect((await desk.as(desk.globex.agent).get('/teams')).body).toMatchObject({ total: 0, teams: [] });
    expect((await desk.as(desk.globex.agent).get('/groups')).body).toMatchObject({ total: 0, groups: [] });
  });

  it('refuses what is neither true nor false', async () => {
    expect((await admin().get('/teams?with_users=perhaps')).status).toBe(400);
  });
});

describe('making a team', () => {
  it('answers it with its users, tells them so, and records it', async () => {
    const { agent, collaborator } = desk.acme;
    const name = unique('Support');
    const events = await eventsOf(desk, async () => {
      const input = { name: ` ${name} `, user_ids: [agent.id, collaborator.id, agent.id] };
      const { status, body } = await admin().post('/teams', { team: input });
      expect(status).toBe(201);
      expect(body.team).toMatchObject({ name, picture: PICTURE, users: [{ id: agent.id }, { id: collaborator.id }] });
      expect((await admin().get(`/teams/${body.team.id}`)).body).toEqual(body);
      const { teams } = (await admin().get(`/users/${collaborator.id}`)).body.user;
      expect(teams).toEqual([{ id: body.team.id, name, picture: PICTURE }]);
    });
    expect(events).toMatchObject([
      {
        type: 'team.created',
        actor: { id: desk.acme.admin.id, role: 'admin' },
        data: { team: { name, users: [{ id: agent.id }, { id: collaborator.id }] } },
      },
    ]);
  });

  it.each([
    ['no name', () => ({ name: '' }), "name can't be blank"],
    ['a name that is taken, whatever its case', () => ({ name: 'TAKEN' }), 'name has already been taken'],
    [
      'a customer',
      () => ({ name: 'x', user_ids: [desk.acme.agent.id, desk.acme.customer.id] }),
      'user_ids must be staff of this company',
    ],
    [
      'somebody of another company',
      () => ({ name: 'x', user_ids: [desk.globex.agent.id] }),
      'user_ids must be staff of this company',
    ],
    ['nobody that is known', () => ({ name: 'x', user_ids: [999999] }), 'user_ids must be staff of this company'],
    ['no list of numbers', () => ({ name: 'x', user_ids: ['me'] }), 'user_ids must hold numbers'],
  ])('refuses %s and leaves nothing', async (_, input, text) => {
    await admin().post('/teams', { team: { name: 'taken' } });
    const before = await traces(desk, TEAMS);
    const { status, body } = await admin().post('/teams', { team: input() });
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
    expect(await traces(desk, TEAMS)).toEqual(before);
  });

  it('refuses the bot, which is an agent but nobody', async () => {
    const [bot] = await desk.db.query<{ id: number }>(`select id from users where company_id = $1 and kind = 'bot'`, [
      desk.acme.id,
    ]);
    expect((await admin().post('/teams', { team: { name: unique('Bots'), user_ids: [bot?.id] } })).status).toBe(400);
  });
});

describe('changing a team', () => {
  it('renames it and leaves its users, or replaces them and leaves its name', async () => {
    const { agent, collaborator } = desk.acme;
    const team = await make(desk, TEAMS, { user_ids: [agent.id] });
    const name = unique('Renamed');
    const events = await eventsOf(desk, async () => {
      const { status, body } = await admin().put(`/teams/${team.id}`, { team: { name } });
      expect([status, body.team]).toEqual([200, { ...team, name }]);
      const { users } = (await admin().put(`/teams/${team.id}`, { team: { user_ids: [collaborator.id] } })).body.team;
      expect(idsOf(users)).toEqual([collaborator.id]);
      expect((await admin().put(`/teams/${team.id}`, { team: { user_ids: [] } })).body.team).toEqual({
        ...team,
        name,
        users: [],
      });
    });
    expect(events.map(({ type, data }) => [type, data['team'].users.length])).toEqual([
      ['team.updated', 1],
      ['team.updated', 1],
      ['team.updated', 0],
    ]);
  });

  it('refuses a taken name and people who are no staff, and changes nothing', async () => {
    const [team, other] = [await make(desk, TEAMS, { user_ids: [desk.acme.agent.id] }), await make(desk, TEAMS)];
    const before = await traces(desk, TEAMS);
    for (const input of [{ name: other.name.toUpperCase() }, { name: 'x', user_ids: [desk.acme.customer.id] }])
      expect((await admin().put(`/teams/${team.id}`, { team: input })).status).toBe(400);
    expect(await traces(desk, TEAMS)).toEqual(before);
    expect((await admin().get(`/teams/${team.id}`)).body.team).toEqual(team);
  });
});

describe('the members of a team', () => {
  it('come, twice without harm, and go', async () => {
    const { agent } = desk.acme;
    const team = await make(desk, TEAMS);
    const events = await eventsOf(desk, async () => {
      for (const member of [{ id: agent.id }, { user_id: String(agent.id) }]) {
        const { status, body } = await admin().post(`/teams/${team.id}/members`, { member });
        expect(status).toBe(201);
        expect(body.member).toMatchObject({ id: agent.id, first_name: 'agent', type: 'user' });
      }
      const { body } = await admin().get(`/teams/${team.id}/members`);
      expect(body).toMatchObject({ total: 1, users: [{ id: agent.id }] });
      expect(idsOf(body.users[0].teams)).toContain(team.id);
      expect((await admin().delete(`/teams/${team.id}/members/${agent.id}`)).status).toBe(204);
      expect((await admin().get(`/teams/${team.id}/members`)).body).toMatchObject({ total: 0, users: [] });
    });
    expect(events.map(({ type, data }) => [type, data['user'].id, data['team'].users.length])).toEqual([
      ['team.member_added', agent.id, 1],
      ['team.member_removed', agent.id, 0],
    ]);
  });

  it('are staff of the company and nobody else', async () => {
    const team = await make(desk, TEAMS);
    const before = await traces(desk, { table: 'team_members' });
    for (const id of [desk.acme.customer.id, desk.globex.agent.id, 999999, undefined, 'x'])
      expect((await admin().post(`/teams/${team.id}/members`, { member: { id } })).status).toBe(400);
    expect(await traces(desk, { table: 'team_members' })).toEqual(before);
  });

  it('are 404 where there is no such team, and when they are not in it', async () => {
    const { agent } = desk.acme;
    const team = await make(desk, TEAMS);
    expect((await admin().delete(`/teams/${team.id}/members/${agent.id}`)).body.error).toBe(
      `Couldn't find Member with id=${agent.id}`,
    );
    for (const [client, id] of [
      [admin(), 999999],
      [desk.as(desk.globex.admin), team.id],
    ] as const) {
      expect((await client.get(`/teams/${id}/members`)).body.error).toBe(`Couldn't find Team with id=${id}`);
      expect((await client.post(`/teams/${id}/members`, { member: { id: agent.id } })).status).toBe(404);
      expect((await client.delete(`/teams/${id}/members/${agent.id}`)).status).toBe(404);
    }
  });

  it.each([
    ['agent', [200, 403, 403]],
    ['collaborator', [200, 403, 403]],
    ['customer', [403, 403, 403]],
  ] as const)('are looked up by staff and chosen by admins: %s', async (role, statuses) => {
    const { id } = await make(desk, TEAMS, { user_ids: [desk.acme.agent.id] });
    const client = desk.as(desk.acme[role]);
    const answers = [
      await client.get(`/teams/${id}/members`),
      await client.post(`/teams/${id}/members`, { member: { id: desk.acme.admin.id } }),
      await client.delete(`/teams/${id}/members/${desk.acme.agent.id}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual(statuses);
  });
});

const WAITING = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

describe('deleting a team', () => {
  const assigned = async () => {
    const team = await make(desk, TEAMS, { user_ids: [desk.acme.agent.id] });
    const { id } = await openTicket(desk);
    await desk.db.query('update tickets set team_assignee_id = $2, user_assignee_id = $3 where id = $1', [
      id,
      team.id,
      desk.acme.agent.id,
    ]);
    await desk.db.query('insert into assignments (company_id, ticket_id, team_id) values ($1, $2, $3)', [
      desk.acme.id,
      id,
      team.id,
    ]);
    return { team, ticketId: id };
  };

  it('takes it from its tickets, which stay with their persons, and keeps the history of who had them', async () => {
    const { team, ticketId } = await assigned();
    const events = await eventsOf(desk, async () => {
      expect((await admin().delete(`/teams/${team.id}`)).status).toBe(204);
    });
    expect(events).toMatchObject([{ type: 'team.deleted', data: { team } }]);
    const { ticket } = (await admin().get(`/tickets/${ticketId}`)).body;
    expect(ticket).not.toHaveProperty('current_team_assignee');
    expect(ticket.current_user_assignee.user.id).toBe(desk.acme.agent.id);
    const sql = `select t.name, a.ended_at is not null as ended from assignments a join teams t on t.company_id = a.company_id and t.id = a.team_id
      where a.ticket_id = $1`;
    expect(await desk.db.query(sql, [ticketId])).toEqual([{ name: team.name, ended: true }]);
  });

  it('leaves nothing of it to be seen, and its name to others', async () => {
    const { team, ticketId } = await assigned();
    await admin().delete(`/teams/${team.id}`);
    const paths = [`/teams/${team.id}`, `/teams/${team.id}/members`];
    for (const path of paths) expect((await admin().get(path)).status).toBe(404);
    expect((await admin().put(`/teams/${team.id}`, { team: { name: 'x' } })).status).toBe(404);
    expect((await admin().delete(`/teams/${team.id}`)).status).toBe(404);
    expect((await admin().post(`/teams/${team.id}/members`, { member: { id: desk.acme.agent.id } })).status).toBe(404);
    expect((await admin().get('/teams')).text).not.toContain(`"${team.name}"`);
    expect((await admin().get(`/users/${desk.acme.agent.id}`)).text).not.toContain(`"${team.name}"`);
    const user = { email: `${unique('x').replace(' ', '')}@acme.test`, name: 'X', role: 'agent', team_ids: [team.id] };
    expect((await admin().post('/users', { user })).status).toBe(400);
    const assignment = { team_assignment: { team_id: team.id } };
    expect((await admin().post(`/tickets/${ticketId}/team_assignment`, assignment)).status).toBe(400);
    expect((await admin().post('/teams', { team: { name: team.name } })).status).toBe(201);
  });

  it('happens once, however many ask for it', async () => {
    const { team } = await assigned();
    const events = await eventsOf(desk, async () => {
      const answers = await Promise.all(Array.from({ length: 6 }, () => admin().delete(`/teams/${team.id}`)));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404, 404]);
    });
    expect(events).toHaveLength(1);
  });

  it('waits for whoever is about to give a ticket to it', async () => {
    const { team, ticketId } = await assigned();
    await desk.db.query('update tickets set team_assignee_id = null where id = $1', [ticketId]);
    const runner = desk.db.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('select 1 from teams where id = $1 and deleted_at is null for key share', [team.id]);
    const deletion = admin().delete(`/teams/${team.id}`);
    await until(async () => (await desk.db.query(WAITING)).length > 0, 'the deletion that waits');
    await runner.query('update tickets set team_assignee_id = $2 where id = $1', [ticketId, team.id]);
    await runner.commitTransaction();
    await runner.release();
    expect((await deletion).status).toBe(204);
    expect(await desk.db.query('select team_assignee_id from tickets where id = $1', [ticketId])).toEqual([
      { team_assignee_id: null },
    ]);
  });
});

it('a team of another company is not there', async () => {
  expect(await statusesFor(desk, desk.globex.admin, TEAMS)).toEqual([200, 404, 201, 404, 404]);
});

it.each([
  ['admin', [200, 200, 201, 200, 204]],
  ['agent', [200, 200, 403, 403, 403]],
  ['collaborator', [200, 200, 403, 403, 403]],
  ['customer', [403, 403, 403, 403, 403]],
] as const)('teams are read by staff and written by admins: %s', async (role, statuses) => {
  expect(await statusesFor(desk, desk.acme[role], TEAMS)).toEqual(statuses);
  expect((await desk.as(desk.acme[role]).get('/groups')).status).toBe(statuses[0]);
});
