import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { plantEvents } from '../support/event-log.js';
import { EventStreamClient, refusal } from '../support/event-stream.js';
import { until } from '../support/until.js';

let desk: TestDesk;
const opened: EventStreamClient[] = [];

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());
afterEach(() => opened.splice(0).forEach((stream) => stream.close()));

async function open(member: Pick<Member, 'token'>, url = desk.url): Promise<EventStreamClient> {
  const stream = await EventStreamClient.open(url, member);
  opened.push(stream);
  return stream;
}

const issue = async (fields: object = {}): Promise<{ id: number; token: string }> => {
  const { body } = await desk.as(desk.acme.admin).post('/api_tokens', { api_token: { name: 'probe', ...fields } });
  return body.api_token as { id: number; token: string };
};

const label = (name: string) => desk.as(desk.acme.admin).post('/labels', { label: { name } });

describe('a stream ends', () => {
  it('when its token is revoked, and tells nothing that comes after that', async () => {
    const [made, other] = [await issue(), await issue()];
    const stream = await open(made);
    const bystander = await open(other);
    expect((await desk.as(desk.acme.admin).delete(`/api_tokens/${made.id}`)).status).toBe(204);
    await label('after the end');
    await stream.ended();
    expect(stream.types).not.toContain('label.created');
    await until(() => bystander.types.includes('label.created'), 'the label on the other stream');
    expect(bystander.hasEnded).toBe(false);
    expect((await refusal(desk.url, made)).status).toBe(401);
  });

  it('when its token expires', async () => {
    const made = await issue({ expires_at: '2100-01-01T00:00:00Z' });
    const stream = await open(made);
    await desk.db.query(`update api_tokens set expires_at = now() where id = $1`, [made.id]);
    await label('too late for that token');
    await stream.ended();
    expect(stream.events).toEqual([]);
  });

  it('when its reader gets another role', async () => {
    const stream = await open(desk.acme.agent);
    await desk.db.query(`update users set role = 'collaborator' where id = $1`, [desk.acme.agent.id]);
    await label('not for collaborators');
    await stream.ended();
    expect(stream.events).toEqual([]);
    await desk.db.query(`update users set role = 'agent' where id = $1`, [desk.acme.agent.id]);
  });

  it('when the teams of its company close', async () => {
    const stream = await open(desk.acme.agent);
    await desk.db.query('update companies set teams_are_open = false where id = $1', [desk.acme.id]);
    // Nothing happens in the log: it is found out at the next look, or at the latest with a heartbeat.
    await stream.ended();
    expect(stream.events).toEqual([]);
    await desk.db.query('update companies set teams_are_open = true where id = $1', [desk.acme.id]);
  });

  it('at once when the desk is stopped, also for a client that does not read', async () => {
    const other = await desk.second();
    const [reading, deaf] = [await open(desk.acme.admin, other.url), await open(desk.acme.admin, other.url)];
    deaf.pause();
    // More than the buffers between the two hold.
    await plantEvents(desk, { type: 'team.updated', count: 1_500, data: { note: 'x'.repeat(10_000) } });
    await reading.received(1_500);
    await other.stop();
    await reading.ended();
    expect(reading.events).toHaveLength(1_500);
    deaf.resume();
    await deaf.ended();
    expect(deaf.events.length).toBeLessThan(1_500);
  });
});

describe('a stream without news', () => {
  it('is kept alive by comments', async () => {
    const stream = await open(desk.acme.admin);
    await until(() => stream.comments > 0, 'a comment');
    expect([stream.hasEnded, stream.events]).toEqual([false, []]);
  });

  it('learns from time to time how far the log has been looked at', async () => {
    const stream = await EventStreamClient.open(desk.url, desk.acme.admin, { query: '?types=team.created' });
    opened.push(stream);
    const start = stream.lastEventId;
    await label('not asked for');
    await until(() => stream.lastEventId !== start, 'the cursor of what was looked at');
    expect(stream.events).toEqual([]);
    const { body } = await desk.as(desk.acme.admin).get('/events?after=now');
    expect(stream.lastEventId).toBe(body.cursor);
  });
});

describe('the number of streams', () => {
  it('has a limit for each token, and closed ones do not count', async () => {
    const made = await issue();
    const streams: EventStreamClient[] = [];
    for (let n = 0; n < 10; n++) streams.push(await open(made));
    const { status, headers, body } = await refusal(desk.url, made);
    expect([status, headers['retry-after'], body.error]).toEqual([429, '5', expect.stringMatching(/at most 10/)]);
    await open(await issue());
    streams[0]?.close();
    await until(async () => {
      const stream = await open(made).catch(() => null);
      return stream !== null;
    }, 'a place for another stream');
  });
});
