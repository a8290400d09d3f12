import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, make, traces, TEAMS } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);
const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id);

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
