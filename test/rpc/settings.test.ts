import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MASK } from '../../src/settings/setting-values.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { ok, rpc } from '../support/rpc.js';

let desk: TestDesk;
let receiver: Receiver;
let file = '';

beforeAll(async () => {
  desk = await startDesk({ WEBHOOK_ALLOWED_CIDRS: '127.0.0.1/32' });
  receiver = await startReceiver(({ path }, res) => {
    res.statusCode = path === '/gone' ? 404 : 200;
    res.end(file);
  });
});
afterAll(async () => {
  await desk.stop();
  await receiver.close();
});

const save = (settings: object, more = {}) => ok(desk, 'save-settings', { settings, ...more });
const all = () => ok(desk, 'get-settings') as Promise<Record<string, [unknown, string]>>;
const settingOf = (setting: string) => ok(desk, 'get-setting', { setting });
const hooks = async () => (await desk.as(desk.acme.admin).get('/web_hooks')).body.web_hooks as object[];

describe('save-settings', () => {
  it('takes what get-settings has given, and what is left out gets its default back', async () => {
    await save({ rtl: [true, 'checkbox'], 'color-1': '#010203', mine: [{ deep: [1, 2] }, 'repeater'] });
    const saved = await all();
    expect(saved).toMatchObject({ rtl: [true, 'checkbox'], 'color-1': ['#010203', 'color'] });
    expect(saved['mine']).toEqual([{ deep: ['1', '2'] }, 'repeater']);
    await save(saved);
    expect(await all()).toEqual(saved);
    await save({ rtl: true });
    expect(await all()).toMatchObject({ 'color-1': ['#0a6ebd', 'color'] });
    expect(await settingOf('mine')).toBe(false);
  });

  it('keeps settings of a row of their own, with translations, beside the others', async () => {
    await save(
      { rtl: true },
      { external_settings: { popup: { title: 'Hi' } }, external_settings_translations: { es: { Hi: 'Hola' } } },
    );
    await save({ rtl: false });
    expect(await settingOf('popup')).toEqual({ title: 'Hi' });
    expect(await settingOf('external-settings-translations')).toEqual({ es: { Hi: 'Hola' } });
    expect(Object.keys(await all()).filter((key) => key.startsWith('external'))).toEqual([]);
  });

  it('makes the webhook of the settings out of the group that the original sends', async () => {
    const group = {
      'webhooks-active': [true, 'checkbox'],
      'webhooks-url': [receiver.url, 'url'],
      'webhooks-key': ['k3y', 'text'],
    };
    await save({ webhooks: [group, 'multi-input'] });
    expect(await hooks()).toMatchObject([{ url: receiver.url, format: 'support_board', enabled: true, events: ['*'] }]);
    expect(await settingOf('webhooks-key')).toBe(MASK);
    await save({ rtl: true });
    expect(await hooks()).toEqual([]);
  });

  it('replaces the saved replies that came from settings, and no others', async () => {
    await desk.as(desk.acme.admin).post('/snippets', { snippet: { name: 'Own', content: { html: '<p>By <b>hand</b></p>' } } });
    const reply = (name: string) => ({ 'reply-name': name, 'reply-text': `Text of ${name}` });
    await save({ 'saved-replies': [reply('one'), reply('two')] });
    await save({ 'saved-replies': [[reply('three')], 'repeater'] });
    const own = { 'reply-name': 'Own', 'reply-text': 'By hand' };
    expect(await ok(desk, 'saved-replies')).toEqual([own, reply('three')]);
    await save({ rtl: true });
    expect(await ok(desk, 'saved-replies')).toEqual([own, reply('three')]);
  });

  it('changes nothing when one of them is wrong', async () => {
    const before = await all();
    const { body } = await rpc(desk, 'save-settings', { settings: { 'color-1': 'no colour', other: 1, 'saved-replies': [] } });
    expect(body).toMatchObject({ success: false, response: 'invalid-arguments' });
    expect(await all()).toEqual(before);
    expect(await ok(desk, 'saved-replies')).toHaveLength(2);
  });

  it('is of one company only', async () => {
    await save({ 'color-2': '#0f0f0f', mine: 'ours' });
    const theirs = await ok(desk, 'get-settings', {}, { by: desk.globex.admin });
    expect(theirs['color-2']).toEqual(['#084f88', 'color']);
    expect(theirs['mine']).toBeUndefined();
  });
});

describe('export-settings and import-settings', () => {
  const exported = async () => {
    const address = new URL(String(await ok(desk, 'export-settings')));
    expect(address.host).toBe('acme.desk.test');
    return desk.as().get(address.pathname);
  };

  it('carry settings through a file, in which secrets are masked', async () => {
    await save({ 'webhooks-key': 'very secret', 'color-3': '#333333', mine: ['x', 'text'] });
    const { status, text } = await exported();
    expect([status, text.includes('very secret')]).toEqual([200, false]);
    file = text;
    await save({ 'webhooks-key': MASK, other: 'y' });
    expect(await ok(desk, 'import-settings', { file_url: `${receiver.url}/file.json` })).toBe(true);
    expect(await all()).toMatchObject({ 'color-3': ['#333333', 'color'], mine: ['x', 'text'] });
    expect(await settingOf('other')).toBe(false);
    const { body } = await desk.as(desk.acme.admin).get('/settings?with_secrets=true');
    expect(body.settings.webhooks_key).toBe('very secret');
  });

  it('answer 404 for an address that was never told', async () => {
    const { body } = await desk.as().get('/settings_exports/c29tZXRoaW5n');
    expect(body.error).toContain("Couldn't find");
  });

  it.each([
    ['an answer that is no file', '{}', '/gone', 'the answer was 404'],
    ['what is no JSON', '<html>', '/f', 'a file of JSON'],
    ['a list', '[]', '/f', 'must be an object'],
    ['settings that are wrong', '{"color-1":["no colour","color"],"rtl":[true,"checkbox"]}', '/f', 'color-1 must be a colour'],
    ['what is too long', JSON.stringify({ big: 'x'.repeat(1_100_000) }), '/f', 'longer than'],
  ])('take nothing of %s', async (_, content, path, text) => {
    file = content;
    const before = await all();
    const { body } = await rpc(desk, 'import-settings', { file_url: receiver.url + path });
    expect(body).toMatchObject({ success: false, response: 'invalid-arguments', message: expect.stringContaining(text) });
    expect(await all()).toEqual(before);
  });

  it('call no address of an inner network', async () => {
    const { body } = await rpc(desk, 'import-settings', { file_url: 'http://169.254.169.254/latest' });
    expect(body).toMatchObject({ success: false, response: 'invalid-arguments', message: expect.stringContaining('not public') });
  });
});

describe('get-departments', () => {
  it('tells teams by their ids, without those that were deleted', async () => {
    const admin = desk.as(desk.acme.admin);
    const [kept, gone] = [
      await admin.post('/teams', { team: { name: 'Sales' } }),
      await admin.post('/teams', { team: { name: 'Old' } }),
    ];
    await admin.delete(`/teams/${gone.body.team.id}`);
    expect(await ok(desk, 'get-departments')).toEqual({ [kept.body.team.id]: { name: 'Sales', color: '', image: '' } });
  });
});
