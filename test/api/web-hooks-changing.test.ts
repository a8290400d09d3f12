import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebHookSecrets } from '../../src/webhooks/secrets.js';
import { eventsOf, make, TEAMS, traces, unique, type Collection } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterEach(() => desk.db.query('delete from web_hooks'));
afterAll(() => desk.stop());

const HOOKS: Collection = {
  path: '/web_hooks',
  table: 'web_hooks',
  key: 'web_hook',
  input: () => ({ url: 'https://example.com/desk-events', headers: { 'X-Key': 'one' } }),
};
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

const admin = () => desk.as(desk.acme.admin);
const added = (fields: object = {}) => make(desk, HOOKS, fields);
const put = (id: number, fields: object) => admin().put(`/web_hooks/${id}`, { web_hook: fields });
const shown = async (id: number) => (await admin().get(`/web_hooks/${id}`)).body.web_hook;
const label = () => make(desk, { path: '/labels', table: 'labels', key: 'label', input: () => ({ name: unique('label') }) });

interface SealedRow {
  secret: Buffer;
  oldSecret: Buffer | null;
  headers: Buffer | null;
}

/** What is kept sealed, opened as the sender opens it. */
async function unsealed(id: number) {
  const sql = 'select secret, old_secret as "oldSecret", headers from web_hooks where id = $1';
  const [row] = await desk.db.query<SealedRow>(sql, [id]);
  const open = (sealed: Buffer | null | undefined) => (sealed ? desk.app.get(WebHookSecrets).open(desk.acme.id, sealed) : null);
  const headers = open(row?.headers);
  return {
    secret: open(row?.secret),
    oldSecret: open(row?.oldSecret),
    headers: headers === null ? null : (JSON.parse(headers) as unknown),
  };
}

describe('changing a webhook', () => {
  it('leaves what is not given', async () => {
    const { secret, ...hook } = await added({ events: ['ticket.*'], spelling: 'support-board' });
    const events = await eventsOf(desk, async () => {
      const { status, body } = await put(hook.id, { target_url: 'https://example.org/' });
      expect(status).toBe(200);
      expect(body.web_hook).toEqual({ ...hook, url: 'https://example.org/', updated_at: TIME });
      expect(await shown(hook.id)).toEqual(body.web_hook);
    });
    expect(events).toMatchObject([{ type: 'web_hook.updated', data: { web_hook: { url: 'https://example.org/' } } }]);
    expect(await unsealed(hook.id)).toEqual({ secret, oldSecret: null, headers: { 'X-Key': 'one' } });
  });

  it('replaces all headers or takes all away', async () => {
    const { id } = await added();
    const set = async (headers: unknown) => (await put(id, { headers })).body.web_hook.header_names;
    expect(await set({ 'X-Other': 'two', 'X-Third': 'three' })).toEqual(['X-Other', 'X-Third']);
    expect((await unsealed(id)).headers).toEqual({ 'X-Other': 'two', 'X-Third': 'three' });
    expect(await set('')).toEqual(['X-Other', 'X-Third']);
    expect(await set(null)).toEqual([]);
    expect((await unsealed(id)).headers).toBeNull();
    expect(await set({ 'X-Key': 'one' })).toEqual(['X-Key']);
    expect(await set({})).toEqual([]);
  });

  it('takes headers from a form', async () => {
    const { id } = await added();
    await admin().call('put', `/web_hooks/${id}`, { form: 'web_hook[headers][X-Form]=a+b&web_hook[headers][X-More]=1' });
    expect((await unsealed(id)).headers).toEqual({ 'X-Form': 'a b', 'X-More': '1' });
  });

  it('lets nothing be changed into what could not be added', async () => {
    const { id } = await added({ events: ['ticket.created'] });
    const before = await traces(desk, HOOKS);
    const refused: [fields: object, text: string][] = [
      [{ url: 'http://10.0.0.1/' }, 'url must not lead to'],
      [{ events: 'nonsense' }, 'events "nonsense" is not an event'],
      [{ format: 'support_board' }, 'events "ticket.created" is not an event'],
      [{ headers: { Host: 'x' } }, 'headers must not hold Host'],
      [{ enabled: true, team_ids: [999_999_999] }, 'team_ids must be teams of this company'],
    ];
    for (const [fields, text] of refused) {
      const { status, body } = await put(id, fields);
      expect([status, body.error]).toEqual([400, expect.stringContaining(text)]);
    }
    expect(await traces(desk, HOOKS)).toEqual(before);
    expect((await put(id, { format: 'support_board', events: 'message-sent' })).status).toBe(200);
  });

  it('that is enabled lets it begin with a clean slate', async () => {
    const { id } = await added();
    const fail = `update web_hooks set is_enabled = false, disabled_because = 'failing', consecutive_failures = 9, failing_since = now(),
      paused_until = now() + interval '1 hour', slow_until = now() + interval '1 hour' where id = $1`;
    await desk.db.query(fail, [id]);
    const failing = await shown(id);
    expect(failing).toMatchObject({ enabled: false, disabled_because: 'failing', failing_since: TIME, consecutive_failures: 9 });
    expect(failing.paused_until).toEqual(TIME);
    expect((await put(id, { url: 'https://example.org' })).body.web_hook).toMatchObject({ disabled_because: 'failing' });
    expect((await put(id, { enabled: true })).body.web_hook).toMatchObject({
      enabled: true,
      disabled_because: null,
      failing_since: null,
      consecutive_failures: 0,
      paused_until: null,
    });
    expect(await desk.db.query('select slow_until from web_hooks where id = $1', [id])).toEqual([{ slow_until: null }]);
    expect((await put(id, { enabled: false })).body.web_hook).toMatchObject({ enabled: false, disabled_because: null });
  });
});

describe('the limits of a webhook', () => {
  it('are set, replaced, and lifted by an empty list', async () => {
    const [one, two, word] = [await make(desk, TEAMS), await make(desk, TEAMS), await label()];
    const { id } = await added({ team_ids: [one.id], label_ids: [word.id] });
    expect((await put(id, { team_ids: [two.id, one.id] })).body.web_hook).toMatchObject({
      team_ids: [one.id, two.id],
      label_ids: [word.id],
    });
    expect((await put(id, { team_ids: [two.id] })).body.web_hook).toMatchObject({ team_ids: [two.id] });
    expect((await put(id, { team_ids: '' })).body.web_hook).toMatchObject({ team_ids: [two.id] });
    expect((await put(id, { team_ids: [], label_ids: [] })).body.web_hook).toMatchObject({ team_ids: null, label_ids: null });
  });

  it('stay when the last team or label of them is deleted', async () => {
    const [team, word] = [await make(desk, TEAMS), await label()];
    const { id } = await added({ team_ids: [team.id], label_ids: [word.id] });
    expect((await admin().delete(`/teams/${team.id}`)).status).toBe(204);
    expect((await admin().delete(`/labels/${word.id}`)).status).toBe(204);
    expect(await shown(id)).toMatchObject({ team_ids: [], label_ids: [] });
  });
});

describe('the secret of a webhook', () => {
  const rotate = (id: number, body?: object) => admin().post(`/web_hooks/${id}/secret`, body);

  it('is changed for another one, and the one before it stays good for a day', async () => {
    const { secret: first, ...hook } = await added();
    const events = await eventsOf(desk, async () => {
      const { status, body } = await rotate(hook.id);
      const { secret: second, ...view } = body.web_hook;
      expect(status).toBe(201);
      expect(second).toMatch(/^whsec_/);
      expect(second).not.toBe(first);
      expect(view).toEqual({ ...hook, old_secret_until: TIME, updated_at: TIME });
      expect(await shown(hook.id)).toEqual(view);
      expect(await unsealed(hook.id)).toMatchObject({ secret: second, oldSecret: first });
    });
    expect(events).toMatchObject([{ type: 'web_hook.secret_rotated', data: { web_hook: { id: hook.id } } }]);
    expect(JSON.stringify(events)).not.toContain('whsec_');
    const sql = `select old_secret_until between now() + interval '23 hours' and now() + interval '24 hours' as "forADay" from web_hooks where id = $1`;
    expect(await desk.db.query(sql, [hook.id])).toEqual([{ forADay: true }]);
  });

  it('may be one of your own, again and again', async () => {
    const { id } = await added();
    for (const secret of ['the-first-of-our-own', 'the-second-of-our-own']) {
      const { status, body } = await rotate(id, { web_hook: { secret } });
      expect([status, body.web_hook.secret]).toEqual([201, secret]);
    }
    expect(await unsealed(id)).toMatchObject({ secret: 'the-second-of-our-own', oldSecret: 'the-first-of-our-own' });
  });

  it('is no longer told of as old when its day is over', async () => {
    const { id } = await added();
    await rotate(id);
    await desk.db.query(`update web_hooks set old_secret_until = now() - interval '1 second' where id = $1`, [id]);
    expect((await shown(id)).old_secret_until).toBeNull();
  });

  it('stays as it is when the new one is too short or the webhook is not there', async () => {
    const { id, secret } = await added();
    const before = await traces(desk, HOOKS);
    const { status, body } = await rotate(id, { secret: 'short' });
    expect([status, body.error]).toEqual([400, 'Validation failed: secret must be 16 to 200 visible ASCII characters']);
    expect((await rotate(999_999_999)).status).toBe(404);
    expect(await traces(desk, HOOKS)).toEqual(before);
    expect(await unsealed(id)).toMatchObject({ secret, oldSecret: null });
  });
});

describe('deleting a webhook', () => {
  it('takes its limits, deliveries, attempts and replays with it, and nothing of another', async () => {
    const team = await make(desk, TEAMS);
    const [hook, other] = [await added({ team_ids: [team.id] }), await added()];
    for (const { id } of [hook, other]) {
      const { delivery } = (await admin().post(`/web_hooks/${id}/test`)).body;
      await desk.db.query('insert into web_hook_attempts (company_id, delivery_id, number) values ($1, $2, 1)', [
        desk.acme.id,
        delivery.id,
      ]);
      expect((await admin().post(`/web_hooks/${id}/replay`, { after: '0-0' })).status).toBe(201);
    }
    const events = await eventsOf(desk, async () => {
      expect((await admin().delete(`/web_hooks/${hook.id}`)).status).toBe(204);
      expect((await admin().delete(`/web_hooks/${hook.id}`)).status).toBe(404);
    });
    expect(events).toMatchObject([{ type: 'web_hook.deleted', data: { web_hook: { id: hook.id, team_ids: [team.id] } } }]);
    expect((await admin().get(`/web_hooks/${hook.id}`)).status).toBe(404);
    const left = await desk.db
      .query(`select (select count(*) from web_hook_teams) as teams, (select count(*) from web_hook_attempts) as attempts,
      (select json_agg(web_hook_id) from web_hook_deliveries) as deliveries, (select json_agg(web_hook_id) from web_hook_replays) as replays`);
    expect(left).toEqual([{ teams: 0, attempts: 1, deliveries: [other.id], replays: [other.id] }]);
  });
});
