import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { addLabel, addTeam, eventsOf, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let id: number;

beforeAll(async () => {
  desk = await startDesk();
});
beforeEach(async () => {
  ({ id } = await openTicket(desk, { requester_email: desk.acme.customer.email }));
});
afterAll(() => desk.stop());

const ticket = async (member = desk.acme.agent) => (await desk.as(member).get(`/tickets/${id}`)).body.ticket;

describe('switches', () => {
  it.each([
    ['archive', 'archived', 'ticket.archived', 'ticket.unarchived'],
    ['spam', 'spam', 'ticket.spammed', 'ticket.unspammed'],
    ['trash', 'trash', 'ticket.trashed', 'ticket.untrashed'],
    ['star', 'starred', 'ticket.starred', 'ticket.unstarred'],
    ['answered', 'unanswered', 'ticket.answered', 'ticket.unanswered'],
  ])('%s is set and cleared with 204, twice without harm or a second event', async (name, field, on, off) => {
    const agent = desk.as(desk.acme.agent);
    const before = (await ticket())[field];
    for (let i = 0; i < 2; i++) expect(await agent.post(`/tickets/${id}/${name}`)).toMatchObject({ status: 204, text: '' });
    expect((await ticket())[field]).toBe(!before);
    for (let i = 0; i < 2; i++) expect((await agent.delete(`/tickets/${id}/${name}`)).status).toBe(204);
    expect((await ticket())[field]).toBe(before);
    expect(await eventsOf(desk, id)).toEqual(['ticket.created', on, off]);
  });

  it('star belongs to one person, collaborators too', async () => {
    await desk.as(desk.acme.collaborator).post(`/tickets/${id}/star`);
    expect((await ticket(desk.acme.collaborator)).starred).toBe(true);
    expect((await ticket()).starred).toBe(false);
  });

  it('are for agents, and equal missing from another company', async () => {
    for (const name of ['archive', 'spam', 'trash', 'answered']) {
      expect((await desk.as(desk.acme.customer).post(`/tickets/${id}/${name}`)).status).toBe(403);
      expect((await desk.as(desk.acme.collaborator).delete(`/tickets/${id}/${name}`)).status).toBe(403);
      expect((await desk.as(desk.globex.admin).post(`/tickets/${id}/${name}`)).status).toBe(404);
    }
    expect((await desk.as(desk.acme.agent).post('/tickets/999999/archive')).body.error).toBe(
      "Couldn't find Ticket with id=999999",
    );
    expect(await eventsOf(desk, id)).toEqual(['ticket.created']);
  });
});

describe('deleting a ticket', () => {
  it('takes everything said on it, from the trash only and by admins only', async () => {
    const agent = desk.as(desk.acme.agent);
    const upload = await agent.upload([{ filename: 'a.txt', content: 'hello' }]);
    await agent.post(`/tickets/${id}/replies`, {
      reply: { cc: 'x@example.com', content: { text: 'r', attachment_ids: [upload.body.attachment.id] } },
    });
    await agent.post(`/tickets/${id}/comments`, { comment: { content: { text: 'c' } } });
    await agent.post(`/tickets/${id}/star`);
    await agent.post(`/tickets/${id}/user_assignment`, { user_assignment: { user_id: desk.acme.agent.id } });
    await addLabel(desk, `gone-${id}`, [id]);

    const untrashed = await desk.as(desk.acme.admin).delete(`/tickets/${id}`);
    expect([untrashed.status, untrashed.body.error]).toEqual([404, `Couldn't find Ticket with id=${id} in the trash`]);
    await agent.post(`/tickets/${id}/trash`);
    expect((await agent.delete(`/tickets/${id}`)).status).toBe(403);
    expect((await desk.as(desk.globex.admin).delete(`/tickets/${id}`)).status).toBe(404);
    expect((await desk.as(desk.acme.admin).delete(`/tickets/${id}`)).status).toBe(204);

    expect((await agent.get(`/tickets/${id}`)).status).toBe(404);
    expect((await agent.get(`/attachments/${upload.body.attachment.id}`)).status).toBe(404);
    for (const table of ['messages', 'stars', 'assignments', 'ticket_labels', 'search_texts'])
      expect(await desk.db.query(`select 1 from ${table} where ticket_id = $1`, [id])).toEqual([]);
    expect((await eventsOf(desk, id)).at(-1)).toBe('ticket.deleted');
  });
});

describe('assignments', () => {
  const assign = (body: object, path = 'user_assignment') =>
    desk.as(desk.acme.agent).post(`/tickets/${id}/${path}`, { [path]: body });

  it('to a person answer the assignment and stand on the ticket', async () => {
    const { status, body } = await assign({ user_id: String(desk.acme.agent.id) });
    expect(status).toBe(201);
    expect(body.user_assignment).toMatchObject({
      ticket: { id },
      assignee: { user: { id: desk.acme.agent.id } },
      ended_at: null,
    });
    expect(await ticket()).toMatchObject({
      current_user_assignee: { user: { id: desk.acme.agent.id } },
      current_assignee: { user: { id: desk.acme.agent.id } },
    });
    expect((await assign({ user_id: desk.acme.agent.id })).status).toBe(409);
    expect((await desk.as(desk.acme.agent).delete(`/tickets/${id}/user_assignment`)).status).toBe(204);
    expect((await desk.as(desk.acme.agent).delete(`/tickets/${id}/user_assignment`)).status).toBe(204);
    expect(await ticket()).not.toHaveProperty('current_user_assignee');
    expect(await eventsOf(desk, id)).toEqual(['ticket.created', 'ticket.assigned_to_user', 'ticket.unassigned_from_user']);
  });

  it('take the older form', async () => {
    const { status, body } = await desk
      .as(desk.acme.agent)
      .post(`/tickets/${id}/assignments`, { assignment: { user_id: desk.acme.admin.id } });
    expect(status).toBe(201);
    expect(body.assignment).toEqual(body.user_assignment);
  });

  it('refuse customers, bots, strangers and other companies', async () => {
    const [bot] = await desk.db.query<{ id: number }>(`select id from users where kind = 'bot' and company_id = $1`, [
      desk.acme.id,
    ]);
    for (const user_id of [desk.acme.customer.id, bot?.id, 999999, desk.globex.agent.id, desk.acme.collaborator.id])
      expect((await assign({ user_id })).status).toBe(400);
    const foreignTeam = await addTeam(desk, `foreign ${id}`, [], desk.globex.id);
    for (const team_id of [foreignTeam, 999999]) expect((await assign({ team_id }, 'team_assignment')).status).toBe(400);
    expect((await assign({})).body.error).toBe("Validation failed: user_id can't be blank");
    expect(
      (await desk.as(desk.acme.customer).post(`/tickets/${id}/user_assignment`, { user_id: desk.acme.agent.id })).status,
    ).toBe(403);
    expect(await eventsOf(desk, id)).toEqual(['ticket.created']);
  });

  it('within a team go to its members; another team drops the person, the same one keeps him', async () => {
    const [one, two] = [await addTeam(desk, `one ${id}`, [desk.acme.agent.id]), await addTeam(desk, `two ${id}`, [])];
    const first = await assign({ team_id: one }, 'team_assignment');
    expect(first.body.team_assignment.assignee.team).toMatchObject({
      id: one,
      name: `one ${id}`,
      picture: { thumb20: '/images/teams/20.png' },
    });
    expect((await assign({ user_id: desk.acme.admin.id })).status).toBe(409);
    expect((await assign({ user_id: desk.acme.agent.id })).status).toBe(201);
    expect((await assign({ team_id: one }, 'team_assignment')).status).toBe(201);
    expect(await ticket()).toMatchObject({ current_assignee: { user: { id: desk.acme.agent.id }, group: { id: one } } });
    await assign({ team_id: two }, 'team_assignment');
    const after = await ticket();
    expect(after).toMatchObject({ current_team_assignee: { team: { id: two } } });
    expect(after).not.toHaveProperty('current_user_assignee');
    expect((await desk.as(desk.acme.agent).delete(`/tickets/${id}/team_assignment`)).status).toBe(204);

    const { body } = await desk.as(desk.acme.agent).get(`/tickets/${id}/assignments`);
    const history = body.assignments.map(
      ({ assignee, ended_at }: { assignee: { user?: object; team?: { id: number } }; ended_at: string | null }) => [
        assignee.user ? 'agent' : assignee.team?.id,
        ended_at !== null,
      ],
    );
    expect(history).toEqual([
      [one, true],
      ['agent', true],
      [one, true],
      [two, true],
    ]);
  });
});

describe('labels on tickets', () => {
  it('must exist; adding twice and removing answer as the real server does', async () => {
    const labelId = await addLabel(desk, `Really Important/${id}`);
    const agent = desk.as(desk.acme.agent);
    const path = `/tickets/${id}/labels/${encodeURIComponent(`really important/${id}`)}`;
    for (let i = 0; i < 2; i++) {
      const { status, body } = await agent.post(path);
      expect([status, body]).toEqual([201, { label: { id: labelId, label: `Really Important/${id}`, ticket: id } }]);
    }
    expect((await ticket()).labels).toEqual([
      { id: labelId, name: `Really Important/${id}`, label: `Really Important/${id}`, color: '#cccccc' },
    ]);
    expect((await agent.post(`/tickets/${id}/labels/unknown`)).status).toBe(404);
    expect((await desk.as(desk.globex.agent).post(path)).status).toBe(404);
    expect((await desk.as(desk.acme.collaborator).post(path)).status).toBe(403);
    expect((await agent.delete(path)).status).toBe(204);
    expect((await agent.delete(path)).status).toBe(404);
    expect(await eventsOf(desk, id)).toEqual(['ticket.created', 'ticket.labelled', 'ticket.unlabelled']);
  });
});
