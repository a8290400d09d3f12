import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { makeFilter, removeFilters } from '../support/filters.js';
import { addLabel, addTeam, openTicket } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
beforeEach(() => removeFilters(desk));
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);
const consequence = async (id: string) => (await admin().get(`/consequences/${id}`)).body.consequence;

async function skippedOn(ticketId: number): Promise<object[]> {
  const sql = `select data -> 'skipped' as skipped from events where ticket_id = $1 and type = 'filter.applied' order by id`;
  const events = await desk.db.query<{ skipped: object[] }>(sql, [ticketId]);
  return events.flatMap(({ skipped }) => skipped);
}

describe('a consequence that can no longer be carried out', () => {
  it('whose label was deleted shows as broken, and does the rest', async () => {
    const id = await addLabel(desk, 'doomed');
    const { consequence_id } = await makeFilter(desk, { subject: 'label' }, { label: 'doomed', archive: true });
    await admin().put(`/labels/${id}`, { label: { name: 'renamed' } });
    expect(await openTicket(desk, { subject: 'label' })).toMatchObject({ labels: [{ name: 'renamed' }], archived: true });
    expect(await consequence(consequence_id)).toMatchObject({ label: 'renamed', broken: [] });

    expect((await admin().delete(`/labels/${id}`)).status).toBe(204);
    expect(await consequence(consequence_id)).toMatchObject({ label: 'doomed', broken: ['label'], archive: true });
    await addLabel(desk, 'doomed');
    const ticket = await openTicket(desk, { subject: 'label' });
    expect(ticket).toMatchObject({ labels: [], archived: true });
    expect(await skippedOn(ticket.id)).toEqual([{ part: 'label', reason: "Couldn't find Label with id=doomed" }]);
    await admin().put(`/consequences/${consequence_id}`, { consequence: { label: 'doomed' } });
    expect(await consequence(consequence_id)).toMatchObject({ broken: [], archive: false });
  });

  it('whose person is no agent any more', async () => {
    const made = await admin().post('/users', { user: { email: 'leaver@acme.test', name: 'Leaver', role: 'agent' } });
    const { consequence_id } = await makeFilter(desk, { subject: 'person' }, { assign_user: made.body.user.id, spam: true });
    await admin().put(`/users/${made.body.user.id}`, { user: { role: 'collaborator' } });
    expect(await consequence(consequence_id)).toMatchObject({ assign_user: made.body.user.id, broken: ['assign_user'] });
    const ticket = await openTicket(desk, { subject: 'person' });
    expect(ticket).toMatchObject({ spam: true });
    expect(ticket).not.toHaveProperty('current_user_assignee');
    expect(await skippedOn(ticket.id)).toEqual([{ part: 'assign_user', reason: 'user_id is not an agent of this company' }]);
  });

  it('whose team was dissolved', async () => {
    const team = await addTeam(desk, 'Doomed', []);
    const { consequence_id } = await makeFilter(desk, { subject: 'team' }, { assign_team: team });
    expect((await admin().delete(`/teams/${team}`)).status).toBe(204);
    expect(await consequence(consequence_id)).toMatchObject({ assign_team: team, broken: ['assign_team'] });
    const ticket = await openTicket(desk, { subject: 'team' });
    expect(ticket).not.toHaveProperty('current_team_assignee');
    expect(await skippedOn(ticket.id)).toEqual([{ part: 'assign_team', reason: 'team_id is not a team of this company' }]);
  });

  it('that the rules of assignments refuse, because another filter came first', async () => {
    const team = await addTeam(desk, 'Without him', []);
    await makeFilter(desk, { subject: 'clash' }, { assign_team: team });
    await makeFilter(desk, { subject: 'clash' }, { assign_user: desk.acme.agent.id, archive: true });
    const ticket = await openTicket(desk, { subject: 'clash' });
    expect(ticket).toMatchObject({ current_team_assignee: { team: { id: team } }, archived: true });
    expect(await skippedOn(ticket.id)).toEqual([
      { part: 'assign_user', reason: "The user is not a member of the ticket's team" },
    ]);
  });

  it('that the database refuses does not refuse the ticket', async () => {
    await makeFilter(desk, { subject: 'refused' }, { archive: true, spam: true });
    await desk.db.query(`alter table tickets add constraint no_archive check (subject <> 'refused' or archived_at is null)`);
    try {
      const ticket = await openTicket(desk, { subject: 'refused' });
      expect(ticket).toMatchObject({ archived: false, spam: true });
      expect(await skippedOn(ticket.id)).toEqual([{ part: 'archive', reason: 'it failed unexpectedly' }]);
    } finally {
      await desk.db.query('alter table tickets drop constraint no_archive');
    }
  });
});

describe('a ticket that is refused', () => {
  it('leaves nothing of what filters did', async () => {
    await addLabel(desk, 'urgent');
    await makeFilter(desk, { subject: 'undone' }, { label: 'urgent', assign_user: desk.acme.agent.id });
    const count = () =>
      desk.db
        .query(`select (select count(*) from tickets) t, (select count(*) from events) e, (select count(*) from assignments) a,
        (select count(*) from ticket_labels) l`);
    const before = await count();
    const ticket = { subject: 'undone', requester_email: 'x@example.com', content: { text: 'x' }, attachment_ids: [999_999] };
    expect((await desk.as().post('/tickets', { ticket })).status).toBe(400);

    // Refused by the very last statement: the event of the filter.
    await desk.db.query(`alter table events add constraint no_filters check (type <> 'filter.applied') not valid`);
    try {
      const { status } = await desk.as().post('/tickets', { ticket: { ...ticket, attachment_ids: [] } });
      expect(status).toBe(500);
    } finally {
      await desk.db.query('alter table events drop constraint no_filters');
    }
    expect(await count()).toEqual(before);
  });
});
