import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { addLabel, addTeam, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let teamId: number;
let ids: Record<string, number>;

/** Twelve tickets a day apart, each with a state of its own. */
beforeAll(async () => {
  desk = await startDesk();
  const { acme } = desk;
  teamId = await addTeam(desk, 'Team 1', [acme.agent.id]);
  const otherTeam = await addTeam(desk, 'Team 2', []);
  ids = {};
  for (let day = 1; day <= 12; day++) {
    const { id } = await openTicket(desk, {
      subject: `t${day}`,
      requester_email: day % 2 ? 'odd@example.com' : 'even@example.com',
    });
    ids[`t${day}`] = id;
    const at = `2001-02-${String(day).padStart(2, '0')} 12:00:00Z`;
    const created = `2001-02-${String(13 - day).padStart(2, '0')} 12:00:00Z`;
    await desk.db.query('update tickets set last_activity_at = $2, created_at = $3 where id = $1', [id, at, created]);
  }
  const set = (name: string, change: string) => desk.db.query(`update tickets set ${change} where id = $1`, [ids[name]]);
  await set('t1', `user_assignee_id = ${acme.agent.id}, team_assignee_id = ${teamId}`);
  await set('t2', `user_assignee_id = ${acme.agent.id}`);
  await set('t3', `user_assignee_id = ${acme.admin.id}`);
  await set('t4', `team_assignee_id = ${otherTeam}`);
  await set('t5', `replies_count = 2, waiting_for = 'customer'`);
  await set('t6', `replies_count = 5, waiting_for = 'customer'`);
  await desk.db.query('insert into stars (company_id, ticket_id, user_id) values ($1, $2, $3), ($1, $4, $5)', [
    ...[acme.id, ids['t1'], acme.agent.id, ids['t7'], acme.admin.id],
  ]);
  await addLabel(desk, 'urgent', [ids['t8'] ?? 0, ids['t9'] ?? 0]);
  await addLabel(desk, 'on hold', [ids['t9'] ?? 0]);
});
afterAll(() => desk.stop());

const list = (query: string) => desk.as(desk.acme.agent).get(`/tickets?per_page=100&${query}`);
const subjects = async (query: string): Promise<string[]> =>
  (await list(query)).body.tickets.map(({ subject }: { subject: string }) => subject);

describe('GET /tickets filters by', () => {
  it.each([
    ['replies=true', 't6 t5'],
    ['replies=false&until=2001-02-04', 't3 t2 t1'],
    ['max_replies=2&since=2001-02-04', 't12 t11 t10 t9 t8 t7 t5 t4'],
    ['replies=true&max_replies=2', 't5'],
    ['assigned_user=me', 't2 t1'],
    ['assigned_user=any', 't3 t2 t1'],
    ['assigned_user=none&until=2001-02-06', 't5 t4'],
    ['assigned_team=mine', 't1'],
    ['assigned_team=any', 't4 t1'],
    ['assigned_group=any&assigned_user=none', 't4'],
    ['starred=true', 't1'],
    ['starred=false', 't2'],
    ['label=urgent', 't9 t8'],
    ['label=URGENT,on+hold', 't9'],
    ['label=unanswered&until=2001-02-07', 't4 t3 t2 t1'],
    ['label=nothing', ''],
    ['requester_emails=odd@example.com,nobody@example.com&until=2001-02-06', 't5 t3 t1'],
    ['since=2001-02-10T12:00:00Z', 't12 t11'],
    ['since=2001-02-10T13:00:00%2B01:00', 't12 t11'],
    ['since=2001-02-10T13:00:00+01:00', 't12 t11'],
    ['since=20010210T120000%2B0000', 't12 t11'],
    ['since=10th Feb 2001 12:00:00 PM', 't12 t11'],
    ['since=2001-02-12', 't12'],
    ['since=20010212', 't12'],
    ['until=2001-02-03', 't2 t1'],
    ['sort_by=creation_time&since=2001-02-11', 't1 t2'],
    ['sort_by=creation_time&until=2001-02-03', 't11 t12'],
    ['created_since=2001-02-11', 't2 t1'],
    ['created_until=2001-02-03&q=t12', 't12'],
    ['q="t12"', 't12'],
  ])('%s', async (query, expected) => {
    const { status, body } = await list(query);
    expect(status).toBe(200);
    expect(body.tickets.map(({ subject }: { subject: string }) => subject).join(' ')).toBe(expected);
    expect(body.total).toBe(body.tickets.length);
    expect((await list(`${query}&total_only=true`)).body).toEqual({ total: body.total });
  });

  it('the id of a person, a team, a requester', async () => {
    expect(await subjects(`assigned_user=${desk.acme.admin.id}`)).toEqual(['t3']);
    expect(await subjects(`assigned_team=${teamId}`)).toEqual(['t1']);
    const { body } = await list('q=t1');
    expect(await subjects(`requester_id=${body.tickets[0].requester.id}&until=2001-02-04`)).toEqual(['t3', 't1']);
  });

  it.each([
    ['replies=false&max_replies=3', 'max_replies does not go together with replies=false'],
    ['assigned_user=somebody', 'assigned_user must be me, any, none or an id'],
    ['since=yesterday', 'since must be a time such as 2001-02-15T04:05:06Z'],
    ['since=2001-02-31', 'since must be a time such as 2001-02-15T04:05:06Z'],
    ['sort_by=subject', 'sort_by must be one of last_activity, creation_time'],
    ['fields=id,secret', 'fields must not hold secret'],
    ['cursor=nonsense', 'cursor is not a cursor of this list'],
    ['q=is:hungry', 'query is: must be one of open, archived, unanswered, answered, spam, trash, starred, assigned, unassigned'],
  ])('refuses %s', async (query, text) => {
    const { status, body } = await list(query);
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
  });
});

describe('walking a list', () => {
  it.each(['last_activity', 'creation_time'])('by cursor in the order of %s sees each ticket once', async (sort) => {
    const walked: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const answer = await desk.as(desk.acme.agent).get(`/tickets?per_page=5&sort_by=${sort}${next && `&cursor=${next}`}`);
      walked.push(...answer.body.tickets.map(({ subject }: { subject: string }) => subject));
      next = answer.body.next_cursor;
      if (walked.length > 5 && next !== null) expect(answer.headers['link']).toContain(`cursor=${next}`);
    }
    const expected = Array.from({ length: 12 }, (_, index) => `t${sort === 'last_activity' ? 12 - index : index + 1}`);
    expect(walked).toEqual(expected);
  });

  it('is not disturbed by tickets that come in between', async () => {
    const first = await desk.as(desk.acme.agent).get('/tickets?per_page=2&sort_by=creation_time');
    const { id } = await openTicket(desk, { subject: 'newcomer' });
    const second = await desk
      .as(desk.acme.agent)
      .get(`/tickets?per_page=2&sort_by=creation_time&cursor=${first.body.next_cursor}`);
    expect(second.body.tickets.map(({ subject }: { subject: string }) => subject)).toEqual(['t3', 't4']);
    await desk.db.query(`update tickets set trashed_at = now() where id = $1`, [id]);
  });

  it('by page names the neighbours in Link, without a token', async () => {
    const { headers } = await desk.as(desk.acme.agent).get(`/tickets?per_page=5&page=2&auth_token=${desk.acme.agent.token}`);
    expect(headers['link']).toBe(
      ['first', 'last', 'prev', 'next']
        .map((rel, index) => `</tickets?per_page=5&page=${[1, 3, 1, 3][index] ?? ''}>; rel="${rel}"`)
        .join(', '),
    );
  });

  it('with fields answers only those, as a type of its own', async () => {
    const { body, headers } = await desk.as(desk.acme.agent).get('/tickets?fields=id,subject&per_page=1');
    expect(body.tickets).toEqual([{ id: ids['t12'], subject: 't12' }]);
    expect(headers['content-type']).toBe('application/vnd.polydesk.sparse+json; charset=utf-8');
  });
});
