import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Client } from '../support/client.js';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { DAY, type Point } from '../support/report-facts.js';
import { addLabel, addTeam, openTicket } from '../support/tickets.js';

const REPORTS = ['tickets_count', 'replies_count', 'avg_first_response_time'] as const;

let desk: TestDesk;
let admin: Client;
let ticket: number;
let team: number;

const at = (time: string): number => Date.parse(time) / 1000;
const report = (name: string, query = '', as: Client = admin): Promise<Answer> => as.get(`/reports/${name}?${query}`);
const points = async (name: string, query: string): Promise<Point[]> => (await report(name, query)).body.data_points;
/** The points that are not zero, as `day: value`. */
const days = async (name: string, query: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await points(name, query))
      .filter(({ value }) => value !== '0')
      .map(({ value, timestamp }) => [new Date(Number(timestamp) * 1000).toISOString().slice(0, 10), value]),
  );
const reply = (by: Member, id: number, more = {}) =>
  desk.as(by).post(`/tickets/${id}/replies`, { reply: { content: { text: 'Use water.' }, ...more } });
const openAt = async (time: string, fields: Record<string, unknown> = {}): Promise<number> => {
  const { id } = await openTicket(desk, fields);
  await desk.db.query('update tickets set created_at = $2 where id = $1', [id, time]);
  return id;
};
const replyAt = async (time: string, by: Member, id: number, more = {}): Promise<void> => {
  const { body } = await reply(by, id, more);
  await desk.db.query('update messages set created_at = $2 where id = $1', [body.reply.id, time]);
};

beforeAll(async () => {
  desk = await startDesk();
  admin = desk.as(desk.acme.admin);
  const { agent, customer } = desk.acme;
  ticket = await openAt('2013-02-12T00:00:00Z', { requester_email: customer.email });
  await replyAt('2013-02-12T05:00:00Z', customer, ticket);
  await replyAt('2013-02-12T10:03:20Z', agent, ticket);
  await replyAt('2013-02-13T00:00:00Z', desk.acme.admin, ticket);
  const other = await openAt('2013-02-12T23:59:59Z');
  await replyAt('2013-02-13T10:03:20Z', desk.acme.admin, other);
  await openAt('2013-02-13T00:00:00Z');
  team = await addTeam(desk, 'Printers', [agent.id]);
  await admin.post(`/tickets/${ticket}/team_assignment`, { team_assignment: { team_id: team } });
  await admin.post(`/tickets/${ticket}/user_assignment`, { user_assignment: { user_id: agent.id } });
  await addLabel(desk, 'Fire', [ticket]);
});
afterAll(() => desk.stop());

describe('a report', () => {
  it('answers points whose value and time are texts', async () => {
    const answer = await report('avg_first_response_time', 'since=2013-02-12&until=2013-02-12');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('{"data_points":[{"value":"36200.5","timestamp":"1360627200"}]}');
  });

  it.each(REPORTS)('%s is for admins whose token may read reports', async (name) => {
    const { agent, collaborator, customer } = desk.acme;
    for (const member of [agent, collaborator, customer]) expect((await report(name, '', desk.as(member))).status).toBe(403);
    expect((await report(name, '', desk.as())).status).toBe(403);
    for (const [scope, status] of [['tickets:read', 403] as const, ['reports:read', 200] as const]) {
      const { body } = await admin.post('/api_tokens', { api_token: { name: scope, scopes: [scope] } });
      expect((await report(name, '', desk.as({ ...desk.acme.admin, token: body.api_token.token }))).status).toBe(status);
    }
  });

  it.each(REPORTS)('%s knows nothing of another company, nor of its people, teams and labels', async (name) => {
    const window = 'since=2013-02-01&until=2013-02-20';
    const foreign = (await report(name, window, desk.as(desk.globex.admin))).body.data_points as Point[];
    expect(foreign.filter(({ value }) => value !== '0')).toEqual([]);
    const foreignTeam = await addTeam(desk, `of globex, for ${name}`, [], desk.globex.id);
    const known = [`user=${desk.acme.agent.id}`, `team=${team}`, 'label=fire'];
    for (const filter of known) expect(await days(name, `${window}&${filter}`)).not.toEqual({});
    const unknown = ['user=999999', 'team=999999', 'label=nothing', `user=${desk.globex.agent.id}`, `team=${foreignTeam}`];
    for (const filter of unknown) expect(await points(name, `${window}&${filter}`)).toEqual(foreign);
  });

  it.each([
    ['a person who is no number', 'user=jane', 'user must be a number'],
    ['a team below 1', 'team=0', 'team must be at least 1'],
    ['a day that cannot be read', 'since=yesterday', 'since must be a time such as 2001-02-15T04:05:06Z'],
    ['a day that does not exist', 'until=2013-02-31', 'until must be a time such as 2001-02-15T04:05:06Z'],
    ['an end before the beginning', 'since=2013-02-12&until=2013-02-11', 'until must not be before since'],
  ])('refuses %s', async (_, query, text) => {
    const { status, body } = await report('tickets_count', query);
    expect(status).toBe(400);
    expect(body.error).toBe(`Validation failed: ${text}`);
  });
});

describe('the window', () => {
  const windowOf = async (query: string) => {
    const all = await points('tickets_count', query);
    const times = all.map(({ timestamp }) => Number(timestamp));
    expect(times).toEqual(times.map((_, index) => Number(times[0]) + index * DAY));
    return { from: times[0], to: times.at(-1), days: times.length };
  };

  it.each([
    ['holds both days', 'since=2013-02-12&until=2013-02-14', '2013-02-12', '2013-02-14', 3],
    ['may be one day', 'since=2013-02-12T23:00:00Z&until=2013-02-12T01:00:00Z', '2013-02-12', '2013-02-12', 1],
    ['may be 30 days', 'since=2013-02-01&until=2013-03-02', '2013-02-01', '2013-03-02', 30],
    ['is cut at its old end', 'since=2013-02-01&until=2013-03-03', '2013-02-02', '2013-03-03', 30],
    ['is cut however long it is', 'since=0001-01-01&until=2013-03-03', '2013-02-02', '2013-03-03', 30],
    ['is the 30 days from `since` on', 'since=2013-02-12T12:00:00Z', '2013-02-12', '2013-03-13', 30],
    ['is the 30 days up to `until`', 'until=2013-03-13T12:00:00Z', '2013-02-12', '2013-03-13', 30],
    ['may lie in the future', 'since=2113-02-12', '2113-02-12', '2113-03-13', 30],
    ['has the days of UTC', 'since=2013-02-12T02:00:00%2B07:00&until=2013-02-12T22:00:00-07:00', '2013-02-11', '2013-02-13', 3],
  ])('%s', async (_, query, from, to, count) => {
    expect(await windowOf(query)).toEqual({ from: at(from), to: at(to), days: count });
  });

  it('reaches to the end of the calendar', async () => {
    expect(await windowOf('since=9999-12-31')).toMatchObject({ from: at('9999-12-31'), days: 30 });
  });

  it('is the last 30 days, with today, when no day is named', async () => {
    const today = () => Math.floor(Date.now() / 1000 / DAY) * DAY;
    const before = today();
    const { from, to, days: count } = await windowOf('');
    expect([before, today()]).toContain(to);
    expect(count).toBe(30);
    expect(from).toBe(Number(to) - 29 * DAY);
  });

  it.each([
    '2013-02-12T04:05:06%2B07:00',
    '2013-02-12T04:05:06+07:00',
    '20130212T040506%2B0700',
    '11th Feb 2013 04:05:06 PM',
    '2013-02-11',
    '20130211',
    '2013-02-11T21:05:06Z',
  ])('takes the day as %s', async (since) => {
    expect((await windowOf(`since=${since}&until=2013-02-20`)).from).toBe(at('2013-02-11'));
  });
});

describe('the series', () => {
  const window = 'since=2013-02-10&until=2013-02-20';

  it('count what begins and ends with the UTC day', async () => {
    expect(await days('tickets_count', window)).toEqual({ '2013-02-12': '2', '2013-02-13': '1' });
    expect(await days('replies_count', window)).toEqual({ '2013-02-12': '1', '2013-02-13': '2' });
    expect(await days('avg_first_response_time', window)).toEqual({ '2013-02-12': '36200.5' });
  });

  it('can be of one person: the assignee, the author, who answered first', async () => {
    const of = (name: string, { id }: Member) => days(name, `${window}&user=${id}`);
    const { agent, admin: boss } = desk.acme;
    expect(await of('tickets_count', agent)).toEqual({ '2013-02-12': '1' });
    expect(await of('tickets_count', boss)).toEqual({});
    expect(await of('replies_count', agent)).toEqual({ '2013-02-12': '1' });
    expect(await of('replies_count', boss)).toEqual({ '2013-02-13': '2' });
    expect(await of('avg_first_response_time', agent)).toEqual({ '2013-02-12': '36200.0' });
    expect(await of('avg_first_response_time', boss)).toEqual({ '2013-02-12': '36201.0' });
  });

  it.each(['team', 'label'])('can be of one %s: that of the ticket', async (filter) => {
    const query = `${window}&${filter === 'team' ? `team=${team}` : 'label=%20fIRE'}`;
    expect(await days('tickets_count', query)).toEqual({ '2013-02-12': '1' });
    expect(await days('replies_count', query)).toEqual({ '2013-02-12': '1', '2013-02-13': '1' });
    expect(await days('avg_first_response_time', query)).toEqual({ '2013-02-12': '36200.0' });
    expect(await days('avg_first_response_time', `${query}&user=${desk.acme.admin.id}`)).toEqual({});
  });

  it('know the built-in label of unanswered tickets', async () => {
    expect(await days('tickets_count', `${window}&label=unanswered`)).toEqual({ '2013-02-13': '1' });
    expect(await days('replies_count', `${window}&label=Unanswered`)).toEqual({});
  });

  it('put a reply down to the agent in whose name it was written', async () => {
    const id = await openAt('2014-05-01T10:00:00Z');
    await replyAt('2014-05-01T11:00:00Z', desk.acme.admin, id, { on_behalf_of: { id: desk.acme.agent.id } });
    for (const name of ['replies_count', 'avg_first_response_time'])
      expect(await points(name, `since=2014-05-01&until=2014-05-01&user=${desk.acme.agent.id}`)).toMatchObject([
        { value: name === 'replies_count' ? '1' : '3600.0' },
      ]);
  });

  it('keep the answers of a ticket that is thrown away, and forget those of one that is deleted', async () => {
    const day = 'since=2014-06-01&until=2014-06-01';
    const id = await openAt('2014-06-01T10:00:00Z');
    await replyAt('2014-06-01T10:00:10Z', desk.acme.agent, id);
    const all = async () => (await Promise.all(REPORTS.map((name) => points(name, day)))).map(([point]) => point?.value);
    expect(await all()).toEqual(['1', '1', '10.0']);
    for (const state of ['spam', 'trash']) {
      await admin.post(`/tickets/${id}/${state}`);
      expect(await all()).toEqual(['0', '1', '10.0']);
      await admin.delete(`/tickets/${id}/${state}`);
      expect(await all()).toEqual(['1', '1', '10.0']);
    }
    await admin.post(`/tickets/${id}/trash`);
    expect((await admin.delete(`/tickets/${id}`)).status).toBe(204);
    expect(await all()).toEqual(['0', '0', undefined]);
  });

  it('take an answer that a merge brought from before the ticket for one at once, until the merge is undone', async () => {
    const day = 'since=2014-07-02&until=2014-07-02';
    const older = await openAt('2014-07-01T10:00:00Z');
    await replyAt('2014-07-01T11:00:00Z', desk.acme.agent, older);
    const younger = await openAt('2014-07-02T10:00:00Z');
    await replyAt('2014-07-02T10:01:00Z', desk.acme.agent, younger);
    expect(await days('avg_first_response_time', day)).toEqual({ '2014-07-02': '60.0' });
    expect((await admin.post(`/tickets/${older}/merge`, { merge: { into: younger } })).status).toBe(200);
    expect(await days('avg_first_response_time', 'since=2014-07-01&until=2014-07-02')).toEqual({ '2014-07-02': '0.0' });
    expect((await admin.delete(`/tickets/${older}/merge`)).status).toBe(204);
    expect(await days('avg_first_response_time', 'since=2014-07-01&until=2014-07-02')).toEqual({
      '2014-07-01': '3600.0',
      '2014-07-02': '60.0',
    });
  });
});
