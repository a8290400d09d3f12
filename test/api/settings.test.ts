import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SETTING_KEYS, restNameOf } from '../../src/settings/catalogue.js';
import { MASK } from '../../src/settings/setting-values.js';
import { eventsOf } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';

let desk: TestDesk;
let receiver: Receiver;

beforeAll(async () => {
  desk = await startDesk({ ROLES: 'api,worker', WEBHOOK_ALLOWED_CIDRS: '127.0.0.1/32' });
  receiver = await startReceiver();
});
afterAll(async () => {
  await desk.stop();
  await receiver.close();
});

const admin = () => desk.as(desk.acme.admin);
const put = (settings: object, headers = {}) => admin().put('/settings', { settings }, { headers });
const hooks = async () => (await admin().get('/web_hooks')).body.web_hooks as Record<string, unknown>[];

describe('the settings of a company', () => {
  it('are shown with their defaults, each of the catalogue', async () => {
    const { status, body } = await desk.as(desk.globex.admin).get('/settings');
    expect(status).toBe(200);
    expect(Object.keys(body.settings).sort()).toEqual([...SETTING_KEYS.map(restNameOf), 'others'].sort());
    expect(body.settings).toMatchObject({ webhooks_active: false, webhooks_names: 'gb-talk', color_1: '#0a6ebd', others: {} });
  });

  it('are changed one by one, and what was changed is told without its value', async () => {
    const events = await eventsOf(desk, async () => {
      const { status, body } = await put({
        color_1: '#123456',
        rtl: 'true',
        others: { greeting: { words: ['Hi'] }, 'a-list': [1] },
      });
      expect(status).toBe(200);
      expect(body.settings).toMatchObject({
        color_1: '#123456',
        rtl: true,
        others: { greeting: { words: ['Hi'] }, 'a-list': [1] },
      });
      expect((await admin().get('/settings')).body).toEqual(body);
    });
    expect(events).toMatchObject([{ type: 'settings.updated', data: { keys: ['a-list', 'color-1', 'greeting', 'rtl'] } }]);
    const { body } = await put({ color_1: null, others: { greeting: null } });
    expect(body.settings).toMatchObject({ color_1: '#0a6ebd', rtl: true, others: { 'a-list': [1] } });
  });

  it('are changed for nobody else', async () => {
    await put({ color_2: '#abcdef', others: { mine: 'only' } });
    const { body } = await desk.as(desk.globex.admin).get('/settings');
    expect(body.settings).toMatchObject({ color_2: '#084f88', others: {} });
  });

  it.each([
    ['a colour that is none', { color_1: 'red; }' }, 'color-1 must be a colour such as #0a6ebd'],
    ['a word that it does not know', { webhooks_names: 'welsh' }, 'webhooks_names must be one of gb-talk, support-board'],
    ['a switch that is neither', { rtl: 'perhaps' }, 'rtl must be true or false'],
    ['a key that is none', { others: { 'no key': 1 } }, 'must have keys of at most 100 letters'],
    ['what is too large', { others: { big: 'x'.repeat(70_000) } }, 'big must be at most 65536 bytes'],
    ['an address that must not be called', { webhooks_url: 'http://10.0.0.1/' }, 'webhooks-url must not lead to'],
    ['names that no message has', { webhooks_url: 'https://x.example', webhooks_allowed: 'nonsense' }, 'webhooks-allowed'],
  ])('refuse %s, and then nothing of it happens', async (_, settings, text) => {
    const before = (await admin().get('/settings')).text;
    const { status, body } = await put({ ...settings, others: { ...(settings as { others?: object }).others, besides: true } });
    expect([status, body.error]).toEqual([400, expect.stringContaining(text)]);
    expect((await admin().get('/settings')).text).toBe(before);
  });

  it('hold so many at most, and none is lost that was there', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`many-${n}`, n]));
    const more = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`more-${n}`, n]));
    expect((await put({ others: many })).status).toBe(200);
    expect((await put({ others: more })).body.error).toContain('must be at most 500');
    const { others } = (await admin().get('/settings')).body.settings as { others: object };
    expect(others).toMatchObject(many);
    expect(others).not.toHaveProperty('more-0');
    await put({ others: Object.fromEntries(Object.keys(many).map((key) => [key, null])) });
  });

  it('are changed only as they were read when If-Match says so', async () => {
    const { headers } = await admin().get('/settings');
    const match = { 'If-Match': headers['etag'] ?? '' };
    expect((await put({ color_3: '#111111' }, match)).status).toBe(200);
    expect((await put({ color_3: '#222222' }, match)).status).toBe(412);
    expect((await admin().get('/settings')).body.settings.color_3).toBe('#111111');
  });

  it('keep a secret sealed, mask it, and take the mask for no change', async () => {
    await put({ webhooks_key: 'open sesame' });
    const [row] = await desk.db.query<{ value: unknown; row: string }>(
      `select value, s::text as row from company_settings s where company_id = $1 and key = 'webhooks-key'`,
      [desk.acme.id],
    );
    expect(row?.value).toBeNull();
    expect(row?.row).not.toContain('sesame');
    expect((await admin().get('/settings')).body.settings.webhooks_key).toBe(MASK);
    await put({ webhooks_key: MASK });
    expect((await admin().get('/settings?with_secrets=true')).body.settings.webhooks_key).toBe('open sesame');
    const { body } = await admin().get('/events?type=settings.updated');
    expect(JSON.stringify(body)).not.toContain('sesame');
  });

  it.each(['agent', 'customer'] as const)('are none of the business of a %s', async (role) => {
    expect((await desk.as(desk.acme[role]).get('/settings')).status).toBe(403);
  });
});

describe('the settings of webhooks', () => {
  const ofSettings = async () => (await hooks()).filter(({ format }) => format === 'support_board');

  it('make one webhook, which is told of events with the key, change it, and take it away', async () => {
    const url = `${receiver.url}/sb`;
    await put({ webhooks_active: true, webhooks_url: url, webhooks_key: 'k3y', webhooks_allowed: 'message-sent' });
    expect(await ofSettings()).toMatchObject([{ url, events: ['message-sent'], spelling: 'gb-talk', enabled: true }]);
    await openTicket(desk);
    await until(() => receiver.hits.some(({ path }) => path === '/sb'), 'a message');
    const sent = receiver.hits.map(({ body }) => JSON.parse(body) as object);
    expect(sent[0]).toMatchObject({ function: 'message-sent', key: 'k3y' });

    await put({ webhooks_names: 'support-board', webhooks_allowed: null, webhooks_active: false });
    expect(await ofSettings()).toMatchObject([{ events: ['*'], spelling: 'support-board', enabled: false }]);
    await put({ webhooks_url: null });
    expect(await ofSettings()).toEqual([]);
  });
});
