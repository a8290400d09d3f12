import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { plantEvents, untilLogged } from '../support/event-log.js';
import { EventStreamClient, refusal, type StreamOptions } from '../support/event-stream.js';
import { addTeam, openTicket } from '../support/tickets.js';

let desk: TestDesk;
const opened: EventStreamClient[] = [];

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());
afterEach(() => opened.splice(0).forEach((stream) => stream.close()));

async function open(options: StreamOptions = {}, member: Member | null = desk.acme.admin): Promise<EventStreamClient> {
  const stream = await EventStreamClient.open(desk.url, member, options);
  opened.push(stream);
  return stream;
}

const label = async (name: string) => {
  const { status } = await desk.as(desk.acme.admin).post('/labels', { label: { name } });
  expect(status).toBe(201);
};

/** The whole log of acme behind a cursor, as GET /events tells it. */
async function logged(after: string, member = desk.acme.admin) {
  await untilLogged(desk);
  const events: { id: number; cursor: string; type: string }[] = [];
  for (let [cursor, hasMore] = [after, true]; hasMore;) {
    const { body } = await desk.as(member).get(`/events?limit=1000&after=${cursor}`);
    events.push(...body.events);
    [cursor, hasMore] = [body.cursor as string, body.has_more as boolean];
  }
  return events;
}

describe('a stream of events', () => {
  it('is one that browsers and proxies understand', async () => {
    const stream = await open();
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': '*',
    });
    expect(stream.headers).not.toHaveProperty('etag');
    expect(stream.retry).toBe(2000);
  });

  it('begins at the present and tells what happens then, as the log does', async () => {
    await label('long ago');
    await untilLogged(desk);
    const stream = await open();
    const start = stream.lastEventId;
    await label('two\nlines');
    await openTicket(desk, { requester_email: desk.acme.customer.email });
    await stream.received(2);
    expect(stream.types).toEqual(['label.created', 'ticket.created']);
    expect(stream.events.map(({ data }) => data)).toEqual(await logged(start));
    expect(stream.events.map(({ id, data }) => id === data.cursor)).toEqual([true, true]);
  });

  it('begins behind a cursor, and rather behind the last event that the client has', async () => {
    const whole = await logged('0-0');
    const [second, third] = [whole[1]?.cursor ?? '', whole[2]?.cursor ?? ''];
    const behind = (place: number) => whole.slice(place).map(({ id }) => id);
    const fromCursor = await open({ query: `?after=${second}` });
    await fromCursor.received(whole.length - 2);
    expect(fromCursor.ids).toEqual(behind(2));
    const resumed = await open({ query: `?after=${second}`, lastEventId: third });
    await resumed.received(whole.length - 3);
    expect(resumed.ids).toEqual(behind(3));
  });

  it('begins where it was opened also when nothing has come before it was lost', async () => {
    const first = await open();
    first.close();
    await label('in between');
    const again = await open({ lastEventId: first.lastEventId });
    await again.received(1);
    expect(again.events.map(({ data }) => data.data.label.name)).toEqual(['in between']);
  });

  it('takes the filters of the log', async () => {
    const [one, other] = [await openTicket(desk), await openTicket(desk)];
    await untilLogged(desk);
    const ofTicket = await open({ query: `?ticket_id=${one.id}` });
    const ofTypes = await open({ query: '?types=label.*,ticket.trashed' });
    for (const { id } of [other, one]) await desk.as(desk.acme.admin).post(`/tickets/${id}/archive`);
    await label('filtered');
    await desk.as(desk.acme.admin).post(`/tickets/${one.id}/trash`);
    await Promise.all([ofTicket.received(2), ofTypes.received(2)]);
    expect(ofTicket.types).toEqual(['ticket.archived', 'ticket.trashed']);
    expect(ofTypes.types).toEqual(['label.created', 'ticket.trashed']);
  });

  it('takes the token as a parameter, since browsers can send no header', async () => {
    const stream = await open({ query: `?auth_token=${desk.acme.admin.token}` }, null);
    await label('for a browser');
    await stream.received(1);
    expect(stream.types).toEqual(['label.created']);
  });

  it('tells a long past in pages, whole and in order', async () => {
    await untilLogged(desk);
    const start = (await open()).lastEventId;
    const data = { note: 'x'.repeat(200) };
    for (let round = 0; round < 3; round++) await plantEvents(desk, { type: 'team.updated', count: 3_000, data });
    const all = await logged(start);
    const stream = await open({ lastEventId: start });
    await stream.received(9_000);
    expect(all).toHaveLength(9_000);
    expect(stream.ids).toEqual(all.map(({ id }) => id));
    const filtered = await open({ query: '?types=label.created', lastEventId: start });
    await label('after all of that');
    await filtered.received(1);
    expect(filtered.events[0]?.data.data.label.name).toBe('after all of that');
  });

  it('waits for a client that does not read, and loses nothing', async () => {
    const stream = await open();
    const start = stream.lastEventId;
    stream.pause();
    await plantEvents(desk, { type: 'team.updated', count: 2_000, data: { note: 'x'.repeat(10_000) } });
    await label('the last');
    const all = await logged(start);
    const [written] = await desk.db.query<{ bytes: number }>('select sum(length(data::text)) as bytes from events');
    expect(written?.bytes).toBeGreaterThan(20_000_000);
    stream.resume();
    await stream.received(2_001);
    expect(stream.ids).toEqual(all.map(({ id }) => id));
  });
});

describe('streams while others write', () => {
  it('tell each event once and in order, also over reconnections and late commits', async () => {
    await untilLogged(desk);
    const start = (await desk.as(desk.acme.admin).get('/events?after=now')).body.cursor as string;
    const steady = await open({ lastEventId: start });
    const ids: number[] = [];
    // A client that comes back again and again.
    const resuming = (async () => {
      for (let cursor = start; ids.length < 97;) {
        const stream = await open({ lastEventId: cursor });
        await stream.received(Math.min(7, 97 - ids.length));
        stream.close();
        ids.push(...stream.ids);
        cursor = stream.lastEventId;
      }
    })();

    const late = desk.db.dataSource.createQueryRunner();
    await late.startTransaction();
    const insert = `insert into events (company_id, type, actor, data) values ($1, 'user.updated', '{"id": null, "role": "operator"}', '{}')`;
    await late.query(insert, [desk.acme.id]);
    const write = async (writer: number) => {
      for (let n = 0; n < 12; n++) await label(`writer ${writer} ${n}`);
    };
    await Promise.all([1, 2, 3, 4].map(write));
    // Nothing could be shown while the transaction was open which began before all of them.
    expect(steady.ids).toEqual([]);
    const rest = Promise.all([5, 6, 7, 8].map(write));
    await late.commitTransaction();
    await late.release();
    await rest;

    const all = await logged(start);
    expect(all.map(({ type }) => type)).toEqual(['user.updated', ...Array<string>(96).fill('label.created')]);
    await steady.received(97);
    await resuming;
    expect(steady.ids).toEqual(all.map(({ id }) => id));
    expect(ids).toEqual(all.map(({ id }) => id));
  });
});

describe('the sight of a stream', () => {
  it('ends at the company', async () => {
    await openTicket(desk);
    const stream = await EventStreamClient.open(desk.url, desk.globex.admin, { query: '?after=0-0' });
    opened.push(stream);
    const past = await logged('0-0', desk.globex.admin);
    await desk.as(desk.globex.admin).post('/labels', { label: { name: 'of globex' } });
    await stream.received(past.length + 1);
    expect(past.length).toBeGreaterThan(0);
    expect(JSON.stringify(stream.events)).not.toMatch(/acme/);
    expect(stream.types.at(-1)).toBe('label.created');
  });

  it('is for agents what the log shows them', async () => {
    const team = await addTeam(desk, 'Others', []);
    await desk.db.query('update companies set teams_are_open = false where id = $1', [desk.acme.id]);
    const { id } = await openTicket(desk);
    await desk.db.query('update tickets set team_assignee_id = $2 where id = $1', [id, team]);
    await untilLogged(desk);
    const stream = await open({}, desk.acme.agent);
    await desk.as(desk.acme.admin).post(`/tickets/${id}/archive`);
    await desk.as(desk.acme.admin).post('/api_tokens', { api_token: { name: 'not for agents' } });
    await label('for all');
    await stream.received(1);
    expect(stream.types).toEqual(['label.created']);
    await desk.db.query('update companies set teams_are_open = true where id = $1', [desk.acme.id]);
  });

  it.each(['collaborator', 'customer'] as const)('is nothing to a %s', async (role) => {
    expect((await refusal(desk.url, desk.acme[role])).status).toBe(403);
  });
});

describe('a stream that cannot be', () => {
  it.each<[string, StreamOptions]>([
    ['of types that there are none of', { query: '?types=nothing.*' }],
    ['behind what is no cursor', { query: '?after=nonsense' }],
    ['behind an event that nobody has told', { lastEventId: 'nonsense' }],
  ])('is refused: %s', async (_, options) => {
    const { status, headers, body } = await refusal(desk.url, desk.acme.admin, options);
    expect([status, headers['content-type']]).toEqual([400, 'application/json; charset=utf-8']);
    expect(body.error).toMatch(/^Validation failed/);
  });

  it('is refused with a wrong token', async () => {
    expect((await refusal(desk.url, { token: 'wrong' })).status).toBe(401);
    expect((await refusal(desk.url, null)).status).toBe(403);
  });
});
