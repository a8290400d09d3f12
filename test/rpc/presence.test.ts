import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { rows } from '../../src/platform/database/database.js';
import { TypingOnTickets } from '../../src/tickets/typing.service.js';
import { startDesk, type OtherApp, type TestDesk } from '../support/desk.js';
import { ok, rpc } from '../support/rpc.js';
import { openTicket } from '../support/tickets.js';

let desk: TestDesk;
let other: OtherApp;

beforeAll(async () => {
  desk = await startDesk();
  other = await desk.second();
});
afterAll(() => desk.stop());

const elsewhere = () => ({ url: other.url });
const see = (id: number) => ok(desk, 'update-users-last-activity', { user_id: id });
const forget = () => desk.db.query('delete from user_presences');
const age = (seconds: number) =>
  desk.db.query(`update user_presences set seen_at = now() - make_interval(secs => $1)`, [seconds]);
const seenAt = async (id: number) =>
  (await desk.db.query<{ at: Date }>('select seen_at as at from user_presences where user_id = $1', [id]))[0]?.at.getTime();

describe('being online', () => {
  it('is known to every process at once and ends half a minute after the last report', async () => {
    const { customer, agent } = desk.acme;
    await forget();
    expect(await ok(desk, 'is-online', { user_id: customer.id })).toBe(false);
    expect(await see(customer.id)).toBe(true);
    expect(await ok(desk, 'is-online', { user_id: customer.id }, elsewhere())).toBe(true);
    expect(await ok(desk, 'agents-online', {}, elsewhere())).toBe(false);
    await see(agent.id);
    expect(await ok(desk, 'agents-online', {}, elsewhere())).toBe(true);
    await age(29);
    expect(await ok(desk, 'agents-online')).toBe(true);
    await age(31);
    expect(await ok(desk, 'agents-online')).toBe(false);
    expect(await ok(desk, 'is-online', { user_id: agent.id })).toBe(false);
  });

  it('is told of the person who is asked for when his own is reported', async () => {
    const { customer, agent } = desk.acme;
    await forget();
    const ask = () => ok(desk, 'update-users-last-activity', { user_id: customer.id, return_user_id: agent.id, check_slack: 0 });
    expect(await ask()).toBe('offline');
    await see(agent.id);
    expect(await ask()).toBe('online');
    expect(await ok(desk, 'update-users-last-activity', { user_id: -1, return_user_id: customer.id })).toBe('online');
  });

  it('is written once in a few seconds however often it is reported, unless the page is another', async () => {
    const { id } = desk.acme.customer;
    await forget();
    await see(id);
    const first = await seenAt(id);
    await see(id);
    expect(await seenAt(id)).toBe(first);
    await ok(desk, 'current-url', { user_id: id, url: 'https://shop.example.com/a' });
    const second = await seenAt(id);
    expect(second).toBeGreaterThan(first ?? 0);
    await age(6);
    const aged = await seenAt(id);
    await see(id);
    expect(await seenAt(id)).toBeGreaterThan(aged ?? 0);
    expect(await ok(desk, 'current-url', { user_id: id })).toBe('https://shop.example.com/a');
  });

  it('has a page that stays known, and nothing that is no page', async () => {
    const { id } = desk.acme.customer;
    await forget();
    expect(await ok(desk, 'current-url', { user_id: id })).toBe(false);
    for (const url of ['javascript:alert(1)', 'nowhere', `https://example.com/${'a'.repeat(2100)}`])
      expect((await rpc(desk, 'current-url', { user_id: id, url })).body).toMatchObject({ response: 'invalid-arguments' });
    expect(await ok(desk, 'current-url', { user_id: id, url: 'https://shop.example.com/?q=1' })).toBe(true);
    await age(3600);
    expect(await ok(desk, 'current-url', { 'user-id': id }, elsewhere())).toBe('https://shop.example.com/?q=1');
  });

  it('is told over REST too, to staff and of oneself', async () => {
    const { customer, agent } = desk.acme;
    await forget();
    const page = 'https://shop.example.com/cart';
    const noted = await desk.as(customer).put('/me/presence', { presence: { current_url: page } });
    expect(noted.body.presence).toEqual({ online: true, last_seen_at: expect.any(String), current_url: page });
    expect(await ok(desk, 'current-url', { user_id: customer.id })).toBe(page);
    expect((await other.as(agent).get(`/users/${customer.id}/presence`)).body).toEqual(noted.body);
    expect((await desk.as(customer).put('/me/presence')).body.presence.current_url).toBe(page);
    const never = { presence: { online: false, last_seen_at: null, current_url: null } };
    expect((await desk.as(agent).get(`/users/${agent.id}/presence`)).body).toEqual(never);
    expect((await desk.as(customer).get(`/users/${agent.id}/presence`)).status).toBe(404);
    const refused = await desk.as(customer).put('/me/presence', { presence: { current_url: 'file:///etc/passwd' } });
    expect(refused.status).toBe(400);
  });

  it('of another company is neither told nor changed', async () => {
    const theirs = desk.globex.customer;
    await forget();
    await ok(desk, 'update-users-last-activity', { user_id: theirs.id }, { by: desk.globex.admin });
    expect(await ok(desk, 'is-online', { user_id: theirs.id })).toBe(false);
    expect(await ok(desk, 'agents-online')).toBe(false);
    for (const [name, args] of [
      ['update-users-last-activity', {}],
      ['current-url', { url: 'https://example.com' }],
    ] as const)
      expect((await rpc(desk, name, { user_id: theirs.id, ...args })).body).toMatchObject({ response: 'user-not-found' });
    expect(await ok(desk, 'current-url', { user_id: theirs.id }, { by: desk.globex.admin })).toBe(false);
    expect((await desk.as(desk.acme.admin).get(`/users/${theirs.id}/presence`)).status).toBe(404);
  });

  it('makes a list of people as the documents print it, by any of its columns and without whom one leaves out', async () => {
    const { customer, agent, collaborator } = desk.acme;
    await forget();
    expect(await ok(desk, 'get-online-users')).toEqual([]);
    for (const { id } of [agent, customer, collaborator]) await see(id);
    await ok(desk, 'update-users-last-activity', { user_id: desk.globex.agent.id }, { by: desk.globex.admin });
    await desk.db.query(`update user_presences set seen_at = seen_at - interval '9 seconds' where user_id = $1`, [agent.id]);
    const list = async (args = {}) =>
      (await ok(desk, 'get-online-users', args, elsewhere())).map(({ id }: { id: string }) => Number(id)) as number[];
    expect(await list()).toEqual([customer.id, collaborator.id, agent.id]);
    expect(await list({ sorting: 'email' })).toEqual([customer.id, collaborator.id, agent.id]);
    expect((await list({ sorting: 'last_activity' })).at(-1)).toBe(agent.id);
    expect(await list({ agents: true })).toEqual([collaborator.id, agent.id]);
    expect(await list({ exclude_id: JSON.stringify([customer.id, agent.id]) })).toEqual([collaborator.id]);
    const [shown] = await ok(desk, 'get-online-users', { exclude_id: `${agent.id},${collaborator.id}` });
    expect(shown).toEqual({
      ...{ id: String(customer.id), first_name: 'customer', last_name: 'acme', email: customer.email, user_type: 'user' },
      ...{ profile_image: 'http://acme.desk.test/images/users/128.png', department: null },
      ...{ creation_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/), last_activity: expect.any(String) },
      token: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    expect((await rpc(desk, 'get-online-users', { sorting: 'password_hash' })).body.response).toBe('invalid-arguments');
    await age(31);
    expect(await list()).toEqual([]);
  });

  it('leaves no event', async () => {
    const count = () => desk.db.query('select count(*) as count from events');
    const before = await count();
    await forget();
    await see(desk.acme.customer.id);
    expect(await count()).toEqual(before);
  });
});

describe('an avatar', () => {
  const avatar = (first_name: string, last_name: string) => ok(desk, 'get-avatar', { first_name, last_name }) as Promise<string>;
  const pathOf = (url: string) => new URL(url).pathname;
  const fetched = async (path: string, app: { url: string } = desk) => {
    const response = await fetch(`${app.url}${path}`);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  };
  const whitesOf = async (bytes: Buffer) => {
    const { data } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
    return data.filter((level) => level > 250).length;
  };

  it('is a PNG with the initials that every process and anybody can fetch', async () => {
    const url = await avatar('Don', 'John');
    expect(url).toMatch(/^http:\/\/acme\.desk\.test\/images\/avatars\/DJ-\d-[0-9a-f]{20}\.png$/);
    expect(await avatar('Don', 'John')).toBe(url);
    const { status, type, bytes } = await fetched(pathOf(url), other);
    expect([status, type]).toEqual([200, 'image/png']);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 128, height: 128 });
    // Letters are there, and not all of it is letters.
    const whites = await whitesOf(bytes);
    expect(whites).toBeGreaterThan(400);
    expect(whites).toBeLessThan(6000);
  });

  it('draws every letter, and a head for whoever has none that it knows', async () => {
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789') {
      const { bytes } = await fetched(pathOf(await avatar(letter, '-')));
      expect([letter, (await whitesOf(bytes)) > 100]).toEqual([letter, true]);
    }
    expect(pathOf(await avatar('élodie', 'Šimon'))).toContain('/ES-');
    expect(pathOf(await avatar('<svg onload="x">', '"&</svg>'))).toContain('/SS-');
    const head = pathOf(await avatar('李', '明'));
    expect(head).toContain('/avatars/-');
    expect(await whitesOf((await fetched(head)).bytes)).toBeGreaterThan(1000);
  });

  it('is drawn for nobody who has made up its name', async () => {
    const path = pathOf(await avatar('Don', 'John'));
    for (const made of [path.replace('DJ', 'XX'), path.replace(/.{4}\.png/, 'ffff.png'), '/images/avatars/nonsense.png'])
      expect((await fetched(made)).status).toBe(404);
  });
});

describe('typing', () => {
  const typings = () => desk.db.query<{ id: number; at: Date }>('select user_id as id, typed_at as at from typings order by 1');
  const ageTyping = (seconds: number) =>
    desk.db.query('update typings set typed_at = now() - make_interval(secs => $1)', [seconds]);

  it('is known to every process at once and ends after ten seconds', async () => {
    const { customer, agent } = desk.acme;
    const { id: conversation } = await openTicket(desk, { requester_email: customer.email });
    const type = (user_id: number) => ok(desk, 'set-typing', { user_id, conversation_id: conversation });
    const isTyping = (user_id: number) => ok(desk, 'is-typing', { user_id, conversation_id: conversation }, elsewhere());
    const agentTyping = () => ok(desk, 'is-agent-typing', { conversation_id: conversation }, elsewhere());
    expect([await isTyping(customer.id), await agentTyping()]).toEqual([false, false]);
    expect(await type(customer.id)).toBe(true);
    expect([await isTyping(customer.id), await isTyping(agent.id), await agentTyping()]).toEqual([true, false, false]);
    await type(agent.id);
    expect(await agentTyping()).toEqual({ id: String(agent.id), first_name: 'agent', last_name: 'acme' });
    const listed = await other.as(customer).get(`/tickets/${conversation}/typing`);
    expect(listed.body.users.map(({ id }: { id: number }) => id).sort()).toEqual([agent.id, customer.id].sort());
    await ageTyping(9);
    expect(await isTyping(customer.id)).toBe(true);
    await ageTyping(11);
    expect([await isTyping(customer.id), await agentTyping()]).toEqual([false, false]);
    expect((await desk.as(agent).get(`/tickets/${conversation}/typing`)).body).toEqual({ users: [] });
  });

  it('is written once in a few seconds, and swept when it is over', async () => {
    const { id } = await openTicket(desk);
    await desk.db.query('delete from typings');
    const type = () => desk.as(desk.acme.agent).put(`/tickets/${id}/typing`);
    expect((await type()).status).toBe(204);
    const first = await typings();
    await type();
    expect(await typings()).toEqual(first);
    await ageTyping(4);
    await type();
    expect((await typings())[0]?.at.getTime()).toBeGreaterThan(first[0]?.at.getTime() ?? Infinity);
    const sweeper = desk.app.get(TypingOnTickets);
    await sweeper.sweep();
    expect(await typings()).toHaveLength(1);
    await ageTyping(61);
    await sweeper.sweep();
    expect(await typings()).toEqual([]);
  });

  it('on what is not there, or another company has, is refused', async () => {
    const ours = await openTicket(desk);
    await desk.db.query('delete from typings');
    const type = async (user_id: number, conversation_id: number, by = desk.acme.admin) =>
      (await rpc(desk, 'set-typing', { user_id, conversation_id }, { by })).body.response as unknown;
    expect(await type(desk.acme.agent.id, 999_999)).toBe('conversation-not-found');
    expect(await type(desk.globex.agent.id, ours.id)).toBe('user-not-found');
    expect(await type(desk.globex.agent.id, ours.id, desk.globex.admin)).toBe('conversation-not-found');
    expect((await desk.as(desk.globex.agent).put(`/tickets/${ours.id}/typing`)).status).toBe(404);
    expect((await desk.as(desk.globex.agent).get(`/tickets/${ours.id}/typing`)).status).toBe(404);
    expect(await typings()).toEqual([]);
  });

  it('goes with its ticket', async () => {
    const { id } = await openTicket(desk);
    await ok(desk, 'set-typing', { user_id: desk.acme.agent.id, conversation_id: id });
    await desk.as(desk.acme.admin).post(`/tickets/${id}/trash`);
    expect((await desk.as(desk.acme.admin).delete(`/tickets/${id}`)).status).toBe(204);
    expect(await desk.db.tx((em) => rows(em, 'select 1 from typings where ticket_id = $1', [id]))).toEqual([]);
  });
});
