import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { addLabel, addTeam, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let ids: number[];

beforeAll(async () => {
  desk = await startDesk();
});
beforeEach(async () => {
  ids = [];
  for (let i = 0; i < 3; i++)
    ids.push((await openTicket(desk, { requester_email: `bulk${i}@example.com`, subject: `b${i}` })).id);
});
afterAll(() => desk.stop());

const bulk = (body: object, member = desk.acme.agent) => desk.as(member).post('/tickets/bulk', { bulk: body });
const archived = async () =>
  (
    await desk.db.query<{ id: number }>('select id from tickets where archived_at is not null and id = any ($1) order by id', [
      ids,
    ])
  ).map(({ id }) => id);

describe('POST /tickets/bulk', () => {
  it('does it to each, says which changed, and leaves the others when one fails', async () => {
    const [first = 0, second = 0] = ids;
    await desk.as(desk.acme.agent).post(`/tickets/${first}/archive`);
    const { status, body } = await bulk({ ids: [first, String(second), 999999, second], action: 'archive' });
    expect(status).toBe(200);
    expect(body).toEqual({
      total: 3,
      dry_run: false,
      results: [
        { id: first, result: 'unchanged' },
        { id: second, result: 'changed' },
        { id: 999999, result: 'failed', error: "Couldn't find Ticket with id=999999" },
      ],
    });
    expect(await archived()).toEqual([first, second]);
  });

  it('takes the parameters of the list instead of ids', async () => {
    const { body } = await bulk({
      filter: { requester_emails: 'bulk1@example.com,bulk2@example.com', q: 'b1' },
      action: 'archive',
    });
    expect(body).toMatchObject({ total: 1, results: [{ id: ids[1], result: 'changed' }] });
    expect(await archived()).toEqual([ids[1]]);
  });

  it('says in a dry run what would happen, and does not do it', async () => {
    const events = () => desk.db.query('select count(*) from events');
    const before = await events();
    const { body } = await bulk({ ids, action: 'archive', dry_run: 'true' });
    expect(body).toMatchObject({ dry_run: true, results: ids.map((id) => ({ id, result: 'changed' })) });
    expect(await archived()).toEqual([]);
    expect(await events()).toEqual(before);
  });

  it('labels and assigns', async () => {
    const [id = 0] = ids;
    await addLabel(desk, `bulk-${id}`);
    const teamId = await addTeam(desk, `bulk ${id}`, [desk.acme.agent.id]);
    const result = async (body: object) => (await bulk({ ids: [id], ...body })).body.results[0].result;
    expect(await result({ action: 'label', label: `bulk-${id}` })).toBe('changed');
    expect(await result({ action: 'label', label: `bulk-${id}` })).toBe('unchanged');
    expect(await result({ action: 'label', label: 'none' })).toBe('failed');
    expect(await result({ action: 'assign_team', team_id: teamId })).toBe('changed');
    expect(await result({ action: 'assign_user', user_id: desk.acme.admin.id })).toBe('failed');
    expect(await result({ action: 'assign_user', user_id: desk.acme.agent.id })).toBe('changed');
    expect(await result({ action: 'assign_user', user_id: desk.acme.agent.id })).toBe('unchanged');
    const { body } = await desk.as(desk.acme.agent).get(`/tickets/${id}`);
    expect(body.ticket).toMatchObject({
      labels: [{ name: `bulk-${id}` }],
      current_assignee: { user: { id: desk.acme.agent.id }, group: { id: teamId } },
    });
    expect(await result({ action: 'unlabel', label: `bulk-${id}` })).toBe('changed');
    expect(await result({ action: 'unassign_user' })).toBe('changed');
    expect(await result({ action: 'unassign_team' })).toBe('changed');
    expect(await result({ action: 'unassign_team' })).toBe('unchanged');
  });

  it('deletes for admins, from the trash only', async () => {
    expect((await bulk({ ids, action: 'delete' })).status).toBe(403);
    await bulk({ ids: ids.slice(0, 2), action: 'trash' });
    const { body } = await bulk({ ids, action: 'delete' }, desk.acme.admin);
    expect(body.results.map(({ result }: { result: string }) => result)).toEqual(['changed', 'changed', 'failed']);
    expect(await desk.db.query('select id from tickets where id = any ($1)', [ids])).toEqual([{ id: ids[2] }]);
  });

  it.each([
    ['neither ids nor filter', { action: 'archive' }],
    ['both', { ids: [1], filter: { q: 'x' }, action: 'archive' }],
    ['an unknown action', { ids: [1], action: 'explode' }],
    ['no label', { ids: [1], action: 'label' }],
    ['no person', { ids: [1], action: 'assign_user' }],
    ['too many ids', { ids: Array.from({ length: 1001 }, (_, index) => index + 1), action: 'archive' }],
    ['a bad filter', { filter: { since: 'yesterday' }, action: 'archive' }],
  ])('refuses %s', async (_case, body) => {
    expect((await bulk(body)).status).toBe(400);
  });

  it('is for agents, and never touches another company', async () => {
    for (const member of [desk.acme.customer, desk.acme.collaborator])
      expect((await bulk({ ids, action: 'archive' }, member)).status).toBe(403);
    const { body } = await bulk({ ids, action: 'archive' }, desk.globex.admin);
    expect(body.results.map(({ result }: { result: string }) => result)).toEqual(['failed', 'failed', 'failed']);
    expect((await bulk({ filter: { archived: 'any' }, action: 'archive' }, desk.globex.admin)).body.total).toBe(0);
    expect(await archived()).toEqual([]);
  });
});
