import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, make, statusesFor, traces, TEAMS, unique } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

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
