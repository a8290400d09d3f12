import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isPassword } from '../../src/platform/crypto/passwords.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { callScript } from '../support/php.js';
import { ok, rpc } from '../support/rpc.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

type Args = Record<string, unknown>;

const call = (name: string, args: Args = {}) => ok(desk, name, args);
const add = (args: Args = {}): Promise<number> => call('add-user', args) as Promise<number>;
const user = (id: number, extra = false) => call('get-user', { user_id: id, extra });
const refusal = async (name: string, args: Args) => (await rpc(desk, name, args)).body.response as unknown;
const idsIn = (people: { id: string }[]) => people.map(({ id }) => Number(id));
const row = async (id: number) =>
  (
    await desk.db.query<{ password_hash: string | null; count: number }>(
      'select password_hash, (select count(*) from users) as count from users where id = $1',
      [id],
    )
  )[0];
const eventsOn = async (id: number) =>
  (
    await desk.db.query<{ type: string }>(`select type from events where (data->'user'->>'id')::bigint = $1 order by id`, [id])
  ).map(({ type }) => type);

describe('adding a person', () => {
  it('makes a visitor of nobody in particular and a user of who has an address', async () => {
    const visitor = await add();
    expect(await user(visitor)).toMatchObject({
      ...{ id: String(visitor), first_name: 'User', last_name: `#${visitor}`, email: null, user_type: 'visitor' },
      ...{ password: '', department: null, token: expect.stringMatching(/^[0-9a-f]{40}$/) },
    });
    expect(await user(visitor)).not.toHaveProperty('details');
    const known = await add({ first_name: 'Ann', email: 'ann@example.com', profile_image: 'https://example.com/ann.png' });
    const { first_name, last_name, user_type, profile_image, email } = await user(known);
    expect([first_name, user_type, profile_image, email]).toEqual([
      'Ann',
      'user',
      'https://example.com/ann.png',
      'ann@example.com',
    ]);
    expect(last_name).toMatch(/^#\d+$/);
    expect(await eventsOn(known)).toEqual(['user.created']);
    const { body } = await desk.as(desk.acme.admin).get(`/users/${known}`);
    expect(body.user).toMatchObject({ id: known, email: 'ann@example.com', role: 'customer', first_name: 'Ann' });
  });

  it.each([
    ['visitor', 'customer'],
    ['lead', 'customer'],
    ['user', 'customer'],
    ['agent', 'agent'],
    ['admin', 'admin'],
  ])('makes a %s when it is told so', async (type, role) => {
    const id = await add({ user_type: type, email: `${type}@types.example.com` });
    expect((await user(id)).user_type).toBe(type);
    expect((await desk.as(desk.acme.admin).get(`/users/${id}`)).body.user.role).toBe(role);
  });

  it('keeps a password as a hash only, and shows it to nobody', async () => {
    const id = await add({ email: 'secret@example.com', password: ' pass word ' });
    const { password_hash: hash = null } = (await row(id)) ?? {};
    expect(await isPassword(' pass word ', hash)).toBe(true);
    expect(await isPassword('pass word', hash)).toBe(false);
    const { text } = await rpc(desk, 'get-user', { user_id: id });
    expect(text).not.toContain('scrypt');
    expect(text).not.toContain('pass word');
    const told = await desk.db.query(`select 1 from events where data::text like '%pass word%' or data::text like '%scrypt$%'`);
    expect(told).toEqual([]);
  });

  it('refuses with the words of the documents, and then writes nothing', async () => {
    const before = (await row(desk.acme.admin.id))?.count;
    expect(await refusal('add-user', { email: desk.acme.customer.email.toUpperCase() })).toBe('duplicate-email');
    expect(await refusal('add-user', { user_type: 'bot' })).toBe('invalid-user-type');
    expect(await refusal('add-user', { user_type: 'agent' })).toBe('invalid-arguments');
    expect(await refusal('add-user', { email: 'no address' })).toBe('invalid-arguments');
    expect(await refusal('add-user', { profile_image: 'javascript:alert(1)' })).toBe('invalid-arguments');
    expect(await refusal('add-user', { email: 'whole@example.com', extra: '[1]' })).toBe('invalid-arguments');
    expect((await row(desk.acme.admin.id))?.count).toBe(before);
    // The same address in another company is another person's.
    expect(await add({ email: desk.globex.customer.email })).toEqual(expect.any(Number));
  });
});

describe('changing a person', () => {
  it('changes what is given, tells of it once, and not at all when nothing is new', async () => {
    const id = await add({ email: 'bob@example.com', extra: { phone: ['+39 1', 'Phone'], city: ['Rome', 'City'] } });
    const change = {
      'user-id': id,
      last_name: 'Builder',
      settings_extra: { phone: ['+39 2', 'Telephone'], city: '', 'made-up': 'x' },
    };
    expect(await call('update-user', change)).toBe(true);
    expect(await call('update-user', change)).toBe(true);
    const { last_name, details, email } = await user(id, true);
    expect([last_name, email]).toEqual(['Builder', 'bob@example.com']);
    expect(details).toEqual([
      { slug: 'made-up', name: 'Made up', value: 'x' },
      { slug: 'phone', name: 'Telephone', value: '+39 2' },
    ]);
    expect(await eventsOn(id)).toEqual(['user.created', 'user.updated']);
    await desk.as(desk.acme.admin).put(`/users/${id}`, { user: { name: 'Robert Builder' } });
    expect((await user(id)).first_name).toBe('Robert');
  });

  it('makes a user of a visitor who leaves his address, and a visitor of who loses it', async () => {
    const id = await add();
    await call('update-user', { user_id: id, email: 'left@example.com' });
    expect(await user(id)).toMatchObject({ user_type: 'user', email: 'left@example.com' });
    expect(await eventsOn(id)).toEqual(['user.created', 'user.updated', 'user.email_left']);
    await call('update-user', { user_id: id, email: 'NULL' });
    expect(await user(id)).toMatchObject({ user_type: 'visitor', email: null });
  });

  it('makes another token with another password', async () => {
    const id = await add({ email: 'token@example.com', password: 'one' });
    const { token } = await user(id);
    await call('update-user', { user_id: id, first_name: 'T' });
    expect((await user(id)).token).toBe(token);
    await call('update-user', { user_id: id, password: 'two' });
    expect((await user(id)).token).not.toBe(token);
  });

  it('refuses a taken address, unknown people, and an admin who would be none', async () => {
    const { admin, customer } = desk.acme;
    const id = await add();
    expect(await refusal('update-user', { user_id: id, email: customer.email })).toBe('duplicate-email');
    expect(await refusal('update-user', { user_id: id, user_type: 'king' })).toBe('invalid-user-type');
    expect(await refusal('update-user', { user_id: desk.globex.customer.id, first_name: 'X' })).toBe('user-not-found');
    expect(await refusal('update-user', { user_id: await call('get-bot-id'), first_name: 'X' })).toBe('user-not-found');
    expect((await rpc(desk, 'update-user', { user_id: admin.id, user_type: 'user' })).body.success).toBe(false);
    expect((await user(admin.id)).user_type).toBe('admin');
    expect(await eventsOn(id)).toEqual(['user.created']);
  });

  it('keeps a lead who writes a ticket or is written for, and raises him to a user', async () => {
    const byRest = await add({ email: 'rest.lead@example.com', user_type: 'lead' });
    const byPhp = await add({ email: 'php.lead@example.com' });
    await call('update-user-to-lead', { user_id: byPhp });
    expect((await user(byPhp)).user_type).toBe('lead');
    const content = { text: 'Hello' };
    const ticket = { requester_email: 'Rest.Lead@example.com', requester_name: 'R', subject: 'S', content };
    const { body } = await desk.as(desk.acme.admin).post('/tickets', { ticket });
    expect(body.ticket.requester.id).toBe(byRest);
    const fields = { user_email: 'php.lead@example.com', name: 'P', company: '', subject: 'S', message: 'M' };
    const form = new URLSearchParams(fields).toString();
    expect((await callScript(desk, { script: 'tickets_create', body: form, by: desk.acme.admin })).body.success).toBe(true);
    for (const id of [byRest, byPhp]) {
      expect((await user(id)).user_type).toBe('user');
      expect(await eventsOn(id)).toContain('user.updated');
    }
  });
});

describe('asking about people', () => {
  it('finds by address and phone, however the number is written', async () => {
    const id = await add({ email: 'Find.Me@example.com', extra: { phone: ['+39 (06) 555-77', 'Phone'] } });
    expect(await call('get-user-by', { by: 'email', value: 'find.me@EXAMPLE.com' })).toMatchObject({ id: String(id) });
    expect(await call('get-user-by', { by: 'phone', value: '390655577' })).toMatchObject({ id: String(id) });
    expect(await call('get-user-by', { by: 'phone', value: 'none' })).toBe(false);
    expect(await call('get-user-by', { by: 'email', value: desk.globex.agent.email })).toBe(false);
    expect(await call('get-user', { user_id: desk.globex.customer.id })).toBe(false);
    expect(await call('get-agent', { agent_id: id })).toBe(false);
    expect(await call('get-agent', { agent_id: desk.acme.agent.id })).toMatchObject({ user_type: 'agent', password: '' });
  });

  it('answers single details, or what is to stand for them', async () => {
    const id = await add({ extra: { language: 'pt-BR', browser: ['Chrome', 'Browser'] } });
    expect(await call('get-user-extra', { user_id: id, slug: 'browser' })).toBe('Chrome');
    expect(await call('get-user-extra', { user_id: id, slug: 'os' })).toBe(false);
    expect(await call('get-user-extra', { user_id: id, slug: 'os', default: 'none' })).toBe('none');
    expect(await call('get-user-extra', { user_id: id })).toHaveLength(2);
    expect(await call('get-user-extra', { user_id: await add() })).toEqual([]);
    expect(await call('get-user-language', { user_id: id })).toBe('pt');
    await call('update-user', { user_id: id, extra: { language: 'en' } });
    expect(await call('get-user-language', { user_id: id })).toBe(false);
  });

  it('lists by type, text, id and order, newest first unless told otherwise, 100 to a page', async () => {
    await desk.db.query(
      `insert into users (company_id, kind, first_name, created_at) select $1, 'visitor', 'Page ' || n, now() - interval '1 year' from generate_series(1, 101) n`,
      [desk.acme.id],
    );
    const visitors = (args: Args) => call('get-users', { user_types: ['visitor'], search: 'page ', ...args });
    const first = await visitors({});
    expect(first).toHaveLength(100);
    expect(await visitors({ pagination: 0 })).toEqual(first);
    expect(await visitors({ pagination: 1, user_types: 'visitor', sorting: '["creation_time","DESC"]' })).toEqual(first);
    expect(await visitors({ pagination: 2 })).toHaveLength(1);
    const names = await call('get-users', { sorting: ['first_name', 'ASC'], search: 'Page 10' });
    expect((names as { first_name: string }[]).map(({ first_name: name }) => name)).toEqual(['Page 10', 'Page 100', 'Page 101']);
    const id = await add({ extra: { phone: 'p 100%', city: 'Rome' } });
    expect(idsIn(await call('get-users', { search: '100%' }))).toEqual([id]);
    expect(idsIn(await call('search-users', { search: 'P 100%' }))).toEqual([id]);
    const [withPhone] = await call('get-users', { user_ids: [id, desk.globex.customer.id], extra: ['phone'] });
    expect(withPhone.details).toEqual([{ slug: 'phone', name: 'Phone', value: 'p 100%' }]);
    const [bare] = await call('get-users', { user_ids: String(id) });
    expect(bare).not.toHaveProperty('details');
    expect((await call('get-users', { user_ids: [id], extra: true }))[0].details).toHaveLength(2);
    expect(idsIn(await call('get-new-users', { datetime: id - 1 }))).toEqual([id]);
    expect(await call('get-new-users', { datetime: '2999-01-01' })).toEqual([]);
  });

  it('groups people by their details, all of them, some, or the staff', async () => {
    const { admin, agent, customer } = desk.acme;
    const [one] = [await add({ email: 'd@example.com', extra: { phone: '1' } })];
    const by = (args: Args) => call('get-users-with-details', { details: ['email', 'phone'], ...args });
    expect(await by({ user_ids: [one] })).toEqual({
      email: [{ id: one, value: 'd@example.com' }],
      phone: [{ id: one, value: '1' }],
    });
    const staff = (await by({ user_ids: 'agents' })).email as { id: number }[];
    expect(staff.map(({ id }) => id)).toEqual(expect.arrayContaining([admin.id, agent.id]));
    expect(staff.map(({ id }) => id)).not.toContain(customer.id);
    const all = (await by({})).email as { id: number }[];
    expect(await by({ user_ids: 'all' })).toEqual(await by({ user_ids: false }));
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining([one, customer.id, agent.id]));
    expect(all.map(({ id }) => id)).not.toContain(desk.globex.customer.id);
    expect(await by({ details: 'no such, neither' })).toEqual({});
  });

  it('counts by type, and names the agents with or without the admins', async () => {
    const counted = await call('count-users');
    await add({ user_type: 'lead' });
    const after = await call('count-users');
    expect(Number(after.lead)).toBe(Number(counted.lead) + 1);
    expect([after.user, after.visitor]).toEqual([counted.user, counted.visitor]);
    expect(Number(after.all)).toBe(Number(counted.all) + 1);
    expect(await call('get-agents-ids')).toEqual(expect.arrayContaining([desk.acme.admin.id, desk.acme.agent.id]));
    expect(await call('get-agents-ids', { admins: false })).not.toContain(desk.acme.admin.id);
  });
});
