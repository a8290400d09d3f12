import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, make, TEAMS, unique } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);

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
