import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { plantEvents, untilLogged } from '../support/event-log.js';
import { openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';

interface Feed {
  events: { id: number; type: string; ticket_id: number | null; ticket_sequence: number | null; actor: { id: number | null } }[];
  cursor: string;
  has_more: boolean;
}

let desk: TestDesk;
/** Where the log ends when a test begins. */
let start: string;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());
beforeEach(async () => {
  await untilLogged(desk);
  start = (await feed('after=now')).cursor;
});

async function feed(query: string, member = desk.acme.admin): Promise<Feed> {
  const { status, body } = await desk.as(member).get(`/events?${query}`);
  expect(status).toBe(200);
  return body as Feed;
}

/** What has happened in this test, as far as it is asked for. */
async function types(query = ''): Promise<string[]> {
  await untilLogged(desk);
  return (await feed(`limit=1000&after=${start}&${query}`)).events.map(({ type }) => type);
}

const label = (name: string) => desk.as(desk.acme.admin).post('/labels', { label: { name } });

describe('the event log', () => {
  it('is for admins and agents and holds only their company', async () => {
    for (const member of [desk.acme.collaborator, desk.acme.customer])
      expect((await desk.as(member).get('/events')).status).toBe(403);
    for (const member of [desk.acme.admin, desk.acme.agent]) {
      const { text } = await desk.as(member).get('/events?limit=1000');
      expect(text).toContain('admin@acme.test');
      expect(text).not.toContain('globex');
    }
  });

  it('is walked by its cursor without a gap or a repeat', async () => {
    const all = await feed('limit=1000');
    const walked: number[] = [];
    let [cursor, hasMore] = ['', true];
    while (hasMore) {
      const page = await feed(`limit=3&after=${cursor}`);
      walked.push(...page.events.map(({ id }) => id));
      [cursor, hasMore] = [page.cursor, page.has_more];
    }
    expect(walked.length).toBeGreaterThan(3);
    expect(walked).toEqual(all.events.map(({ id }) => id));
    expect([cursor, all.has_more]).toEqual([all.cursor, false]);
    expect(await feed(`after=${cursor}`)).toEqual({ events: [], cursor, has_more: false });
    // A page that is just full is the last one.
    expect(await feed(`limit=${walked.length}`)).toEqual(all);
  });

  it.each(['nonsense', '1-', '1-9223372036854775808', '9'.repeat(20) + '-1'])('knows no cursor %s', async (cursor) => {
    const { status, body } = await desk.as(desk.acme.admin).get(`/events?after=${cursor}`);
    expect([status, body.errors]).toEqual([400, { after: ['is not a cursor of this feed'] }]);
  });

  it('never skips a transaction that commits late', async () => {
    const runner = desk.db.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(
      `insert into events (company_id, type, actor, data) values ($1, 'user.updated', '{"id": null, "role": "operator"}', '{}')`,
      [desk.acme.id],
    );
    await label('early');
    expect(await feed(`after=${start}`)).toEqual({ events: [], cursor: start, has_more: false });
    expect((await feed('after=now')).cursor).toBe(start);
    await runner.commitTransaction();
    await runner.release();
    await until(async () => (await feed(`after=${start}`)).events.length === 2, 'the late event');
    expect(await types()).toEqual(['user.updated', 'label.created']);
  });

  it.each(['now', 'latest'])('tells with after=%s where the present is, and nothing else', async (word) => {
    await label(`before ${word}`);
    await untilLogged(desk);
    const present = await feed(`after=${word}`);
    expect(present).toEqual({ events: [], cursor: (await feed('limit=1000')).cursor, has_more: false });
    await label(`after ${word}`);
    await untilLogged(desk);
    expect((await feed(`after=${present.cursor}`)).events).toMatchObject([
      { type: 'label.created', data: { label: { name: `after ${word}` } } },
    ]);
  });

  it('numbers the events of each ticket from 1', async () => {
    const [first, second] = [await openTicket(desk), await openTicket(desk)];
    for (const { id } of [first, second]) await desk.as(desk.acme.admin).post(`/tickets/${id}/archive`);
    await label('of no ticket');
    await untilLogged(desk);
    const { events } = await feed(`after=${start}`);
    const numbers = (ticketId: number | null) =>
      events.filter(({ ticket_id }) => ticket_id === ticketId).map(({ ticket_sequence }) => ticket_sequence);
    expect([numbers(first.id), numbers(second.id)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(numbers(null)).toEqual(expect.arrayContaining([null]));
  });
});

describe('the filters of the event log', () => {
  it('take the names of events, and patterns of them', async () => {
    const { id } = await openTicket(desk, { requester_email: desk.acme.customer.email });
    await desk.as(desk.acme.admin).post(`/tickets/${id}/archive`);
    await label('urgent');
    expect(await types('types=ticket.archived')).toEqual(['ticket.archived']);
    expect(await types('types=ticket.*')).toEqual(['ticket.created', 'ticket.archived']);
    expect(await types('types=*.created')).toEqual(['ticket.created', 'label.created']);
    expect(await types('types=label.created,%20ticket.arch*')).toEqual(['ticket.archived', 'label.created']);
    expect(await types('types[]=label.created&types[]=ticket.created')).toEqual(['ticket.created', 'label.created']);
    expect(await types('types=*')).toEqual(['ticket.created', 'ticket.archived', 'label.created']);
    expect(await types('types=team.created')).toEqual([]);
  });

  it.each(['ticket.exploded', 'ticket', '*.exploded', 'ticket.created,ticket.exploded', 'TICKET.*'])(
    'refuse types=%s, which there is not',
    async (given) => {
      const { status, body } = await desk.as(desk.acme.admin).get(`/events?types=${given}`);
      expect(status).toBe(400);
      expect(body.errors.types).toEqual([expect.stringMatching(/ticket\.created/)]);
    },
  );

  it('take a ticket', async () => {
    const [first, second] = [await openTicket(desk), await openTicket(desk)];
    await desk.as(desk.acme.admin).post(`/tickets/${first.id}/archive`);
    await label('of none');
    expect(await types(`ticket_id=${first.id}`)).toEqual(['ticket.created', 'ticket.archived']);
    expect(await types(`ticket_id=${first.id}&types=ticket.arch*`)).toEqual(['ticket.archived']);
    expect(await types(`ticket_id=${second.id}`)).toEqual(['ticket.created']);
    expect(await types('ticket_id=999999999')).toEqual([]);
    const page = await feed(`limit=1&ticket_id=${first.id}`);
    expect([page.events.length, page.has_more]).toEqual([1, true]);
    const rest = await feed(`limit=1&ticket_id=${first.id}&after=${page.cursor}`);
    expect([rest.events.map(({ type }) => type), rest.has_more]).toEqual([['ticket.archived'], false]);
  });

  it('take who did it', async () => {
    const { id } = await openTicket(desk, {}, desk.acme.agent);
    await desk.as(desk.acme.admin).post(`/tickets/${id}/archive`);
    expect(await types(`actor_id=${desk.acme.agent.id}&types=ticket.*`)).toEqual(['ticket.created']);
    expect(await types(`actor_id=${desk.acme.admin.id}&types=ticket.*`)).toEqual(['ticket.archived']);
    expect(await types('actor_id=999999999')).toEqual([]);
  });

  it('take the time, from a moment and before another', async () => {
    await plantEvents(desk, { type: 'team.created', at: '2020-01-01T10:00:00Z' });
    await plantEvents(desk, { type: 'team.updated', at: '2020-01-01T11:00:00Z' });
    await plantEvents(desk, { type: 'team.deleted', at: '2020-01-01T12:00:00Z' });
    expect(await types('since=2020-01-01T11:00:00Z')).toEqual(['team.updated', 'team.deleted']);
    expect(await types('until=2020-01-01T11:00:00Z')).toEqual(['team.created']);
    expect(await types('since=2020-01-01T10:30:00Z&until=2020-01-01T11:30:00Z')).toEqual(['team.updated']);
    expect((await desk.as(desk.acme.admin).get('/events?since=yesterday-ish')).status).toBe(400);
  });
});

describe('a search through a long log', () => {
  it('looks at so many events in one call and tells how to go on', async () => {
    await plantEvents(desk, { type: 'team.updated', count: 11_000 });
    await plantEvents(desk, { type: 'snippet.created' });
    await untilLogged(desk);
    const pages: Feed[] = [];
    for (let cursor = start; pages.at(-1)?.has_more !== false; cursor = pages.at(-1)?.cursor ?? '')
      pages.push(await feed(`types=snippet.*&after=${cursor}`));
    expect(pages.map(({ events, has_more }) => [events.length, has_more])).toEqual([
      [0, true],
      [0, true],
      [1, false],
    ]);
    // The cursors stand at the 5,000th and the 10,000th event.
    const numbers = pages.map(({ cursor }) => Number(cursor.split('-')[1]));
    expect([(numbers[1] ?? 0) - (numbers[0] ?? 0), (numbers[2] ?? 0) - (numbers[1] ?? 0)]).toEqual([5000, 1001]);
    expect((await feed(`after=${start}&limit=1000`)).events).toHaveLength(1000);
    expect(await feed(`types=snippet.*&after=${pages[2]?.cursor}`)).toMatchObject({ events: [], has_more: false });
  });

  it('goes straight to a ticket', async () => {
    await plantEvents(desk, { type: 'team.updated', count: 6_000 });
    const { id } = await openTicket(desk);
    await untilLogged(desk);
    const page = await feed(`ticket_id=${id}&after=${start}`);
    expect([page.events.map(({ type }) => type), page.has_more]).toEqual([['ticket.created'], false]);
  });
});
