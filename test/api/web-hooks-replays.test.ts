import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Replays } from '../../src/webhooks/replays.js';
import { make, TEAMS } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { plantEvents, untilLogged } from '../support/event-log.js';
import { startReceiver } from '../support/receiver.js';
import { openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';
import { addWebHook, messageIdOf, untilRelayed } from '../support/web-hooks.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk({ WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8' });
});
afterEach(() => desk.db.query('delete from web_hooks'));
afterAll(() => desk.stop());

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const NOWHERE = 999_999_999;

const admin = () => desk.as(desk.acme.admin);
const added = (fields: object = {}) => addWebHook(desk, { url: 'https://example.com/desk', events: ['snippet.*'], ...fields });
const begin = (id: number, after: unknown = '0-0') => admin().post(`/web_hooks/${id}/replay`, { replay: { after } });
const show = async (id: number, replayId: number) => (await admin().get(`/web_hooks/${id}/replays/${replayId}`)).body.replay;
const pull = () => desk.app.get(Replays).pull();

/** Does what a worker does until the replay is finished, and answers it. */
async function finished(id: number, replayId: number) {
  await until(async () => {
    await pull();
    return (await show(id, replayId)).finished_at !== null;
  }, 'the end of the replay');
  return show(id, replayId);
}

/** Behind everything that has happened so far. */
async function present(): Promise<string> {
  await untilLogged(desk);
  const [head] = await desk.db.query<{ cursor: string }>(
    `select tx || '-' || id as cursor from events where company_id = $1 order by tx desc, id desc limit 1`,
    [desk.acme.id],
  );
  return head?.cursor ?? '0-0';
}

/** The types of the events of which the webhook is told, in the order of the log. */
async function told(id: number): Promise<string[]> {
  const sql = `select e.type from web_hook_deliveries d join events e on e.company_id = d.company_id and e.id = d.event_id
    where d.web_hook_id = $1 order by e.tx, e.id`;
  return (await desk.db.query<{ type: string }>(sql, [id])).map(({ type }) => type);
}

describe('a replay', () => {
  it('delivers what the webhook wants behind the cursor, up to the moment in which it was asked for', async () => {
    const { id } = await added();
    await plantEvents(desk, { type: 'snippet.deleted' });
    const after = await present();
    await plantEvents(desk, { type: 'snippet.created' });
    await plantEvents(desk, { type: 'label.created' });
    await plantEvents(desk, { type: 'snippet.updated' });
    await plantEvents(desk, { type: 'snippet.created', companyId: desk.globex.id });
    const { status, body } = await begin(id, after);
    expect(status).toBe(201);
    expect(body.replay).toEqual({
      id: expect.any(Number),
      after,
      until: expect.stringMatching(/^\d+-0$/),
      deliveries_count: 0,
      created_at: TIME,
      finished_at: null,
    });
    await plantEvents(desk, { type: 'snippet.deleted' });
    expect(await show(id, body.replay.id)).toEqual(body.replay);
    expect(await finished(id, body.replay.id)).toEqual({ ...body.replay, deliveries_count: 2, finished_at: TIME });
    expect(await told(id)).toEqual(['snippet.created', 'snippet.updated']);
    // What came later stands behind its end.
    await untilLogged(desk);
    expect((await admin().get(`/events?after=${body.replay.until}`)).body.events).toMatchObject([{ type: 'snippet.deleted' }]);
  });

  it('begins what was delivered before anew, and goes on counting its attempts', async () => {
    const { id } = await added();
    const after = await present();
    await plantEvents(desk, { type: 'snippet.created' });
    const insert = `insert into web_hook_deliveries (company_id, web_hook_id, event_id, state, failures, attempts_count, finished_at)
      select company_id, $2, id, 'failed', 10, 10, now() from events where company_id = $1 order by id desc limit 1 returning id`;
    const [delivery] = await desk.db.query<{ id: number }>(insert, [desk.acme.id, id]);
    const { body } = await begin(id, after);
    expect(await finished(id, body.replay.id)).toMatchObject({ deliveries_count: 1 });
    const { deliveries } = (await admin().get(`/web_hooks/${id}/deliveries`)).body;
    expect(deliveries).toMatchObject([
      { id: delivery?.id, state: 'pending', failures: 0, attempts_count: 10, finished_at: null },
    ]);
  });

  it('is within the limits of the webhook, and repeats no tests', async () => {
    const team = await make(desk, TEAMS);
    const { id } = await added({ events: ['*'], team_ids: [team.id] });
    const after = await present();
    await openTicket(desk);
    await admin().post(`/web_hooks/${id}/test`);
    const data = { ticket: { current_team_assignee: { team: { id: team.id } } } };
    await plantEvents(desk, { type: 'ticket.answered', data });
    await desk.db.query('delete from web_hook_deliveries');
    const { body } = await begin(id, after);
    await finished(id, body.replay.id);
    expect(await told(id)).toEqual(['ticket.answered']);
  });

  it('is carried out in parts, by several processes, and each event once', async () => {
    const { id } = await added();
    const other = await desk.second();
    const after = await present();
    await plantEvents(desk, { type: 'snippet.created', count: 450 });
    await untilLogged(desk);
    const { body } = await begin(id, after);
    await pull();
    const partly = await show(id, body.replay.id);
    expect(partly).toMatchObject({ finished_at: null });
    expect(partly.deliveries_count).toBe((await told(id)).length);
    expect(partly.deliveries_count).toBeLessThan(450);
    await Promise.all([pull(), other.app.get(Replays).pull(), pull()]);
    expect(await finished(id, body.replay.id)).toMatchObject({ deliveries_count: 450 });
    expect(await told(id)).toHaveLength(450);
  });

  it('waits for whoever is still recording', async () => {
    const { id } = await added();
    const after = await present();
    const slow = desk.db.dataSource.createQueryRunner();
    await slow.startTransaction();
    try {
      const sql = `insert into events (company_id, type, actor, data) values ($1, 'snippet.created', '{"id":null,"role":"agent"}', '{}')`;
      await slow.query(sql, [desk.acme.id]);
      await plantEvents(desk, { type: 'snippet.updated' });
      const { body } = await begin(id, after);
      expect(await pull()).toBe(false);
      expect(await show(id, body.replay.id)).toMatchObject({ finished_at: null, deliveries_count: 0 });
      await slow.commitTransaction();
      expect(await finished(id, body.replay.id)).toMatchObject({ deliveries_count: 2 });
      expect(await told(id)).toEqual(['snippet.created', 'snippet.updated']);
    } finally {
      if (slow.isTransactionActive) await slow.rollbackTransaction();
      await slow.release();
    }
  });

  it('rests while the webhook is disabled', async () => {
    const { id } = await added();
    await plantEvents(desk, { type: 'snippet.created' });
    const { body } = await begin(id);
    await admin().put(`/web_hooks/${id}`, { enabled: false });
    await untilLogged(desk);
    expect(await pull()).toBe(false);
    expect(await told(id)).toEqual([]);
    await admin().put(`/web_hooks/${id}`, { enabled: true });
    await finished(id, body.replay.id);
    expect(await told(id)).toContain('snippet.created');
  });

  it('that cannot be carried out does not hold up those of others', async () => {
    const [broken, sound] = [await added(), await added()];
    const bad = (await begin(broken.id)).body.replay;
    const good = (await begin(sound.id)).body.replay;
    await desk.db.query(`update web_hook_replays set position = 'nonsense' where id = $1`, [bad.id]);
    await expect(pull()).rejects.toThrow('is not a cursor');
    await until(async () => {
      await pull().catch(() => undefined);
      return (await show(sound.id, good.id)).finished_at !== null;
    }, 'the end of the other replay');
    expect((await show(broken.id, bad.id)).finished_at).toBeNull();
  });
});

describe('asking for a replay', () => {
  const count = async () => (await desk.db.query('select 1 from web_hook_replays')).length;

  it('is refused while there is one of the webhook already, whoever asks first', async () => {
    const [one, other] = [await added(), await added()];
    const answers = await Promise.all([begin(one.id), begin(one.id), begin(one.id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toEqual({ error: 'A replay of this webhook is under way' });
    expect((await begin(other.id)).status).toBe(201);
    const first = answers.find(({ status }) => status === 201);
    await finished(one.id, first?.body.replay.id);
    expect((await begin(one.id)).status).toBe(201);
  });

  it.each([
    [undefined, "after can't be blank"],
    ['', "after can't be blank"],
    ['yesterday', 'after is not a cursor of this feed'],
    ['1', 'after is not a cursor of this feed'],
    ['9999999999999999999-1', 'after is not a cursor of this feed'],
  ])('is refused behind the cursor %p', async (after, text) => {
    const { id } = await added();
    const { status, body } = await admin().post(`/web_hooks/${id}/replay`, { replay: { after } });
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
    expect(await count()).toBe(0);
  });

  it('is refused when the webhook is disabled, of another company or not there', async () => {
    const { id } = await added();
    expect((await begin(NOWHERE)).body.error).toBe(`Couldn't find WebHook with id=${NOWHERE}`);
    expect((await desk.as(desk.globex.admin).post(`/web_hooks/${id}/replay`, { after: '0-0' })).status).toBe(404);
    await admin().put(`/web_hooks/${id}`, { enabled: false });
    const { status, body } = await begin(id);
    expect([status, body]).toEqual([409, { error: 'The webhook is disabled' }]);
    expect(await count()).toBe(0);
  });

  it('and looking at it are for admins of its company, at its webhook', async () => {
    const [one, other] = [await added(), await added()];
    const { replay } = (await begin(one.id)).body;
    for (const role of ['agent', 'collaborator', 'customer'] as const) {
      const client = desk.as(desk.acme[role]);
      expect((await client.post(`/web_hooks/${other.id}/replay`, { after: '0-0' })).status).toBe(403);
      expect((await client.get(`/web_hooks/${one.id}/replays/${replay.id}`)).status).toBe(403);
    }
    expect((await desk.as(desk.globex.admin).get(`/web_hooks/${one.id}/replays/${replay.id}`)).status).toBe(404);
    expect((await admin().get(`/web_hooks/${other.id}/replays/${replay.id}`)).status).toBe(404);
    expect(await count()).toBe(1);
  });
});

it('the workers carry a replay out, and the receiver knows the messages by their ids', async () => {
  const receiver = await startReceiver();
  const worker = await desk.second({ ROLES: ['worker'] });
  try {
    const after = await present();
    const ticket = await openTicket(desk);
    // From now on nothing but the replay tells of it.
    await untilRelayed(desk);
    const { id } = await added({ url: receiver.url, events: ['ticket.created'] });
    const { status, body } = await begin(id, after);
    expect(status).toBe(201);
    await until(() => receiver.hits.length === 1, 'the message');
    expect(JSON.parse(receiver.hits[0]?.body ?? '')).toMatchObject({
      type: 'ticket.created',
      data: { ticket: { id: ticket.id } },
    });
    await until(async () => (await show(id, body.replay.id)).finished_at !== null, 'the end of the replay');
    await until(
      async () => (await admin().get(`/web_hooks/${id}/deliveries?state=succeeded`)).body.deliveries.length === 1,
      'the note',
    );
    expect((await begin(id, after)).status).toBe(201);
    await until(() => receiver.hits.length === 2, 'the same message again');
    const [delivery] = (await admin().get(`/web_hooks/${id}/deliveries`)).body.deliveries;
    expect(receiver.hits.map(messageIdOf)).toEqual([delivery.message_id, delivery.message_id]);
  } finally {
    await worker.stop();
    await receiver.close();
  }
});
