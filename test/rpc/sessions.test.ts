import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import pino from 'pino';
import { buildApp, connect } from '../../src/app.js';
import { hashPassword } from '../../src/platform/crypto/passwords.js';
import { Logins } from '../../src/users/logins.service.js';
import { startDesk, type Member, type OtherApp, type TestDesk } from '../support/desk.js';
import { ok, phpForm, postForm, rpc } from '../support/rpc.js';

const PASSWORD = 'Träume süß, little one';

let desk: TestDesk;
let other: OtherApp;

beforeAll(async () => {
  desk = await startDesk();
  other = await desk.second();
  await setPassword(desk.acme.customer, PASSWORD);
});
afterAll(() => desk.stop());

async function setPassword({ id }: Member, password: string): Promise<void> {
  await desk.db.query('update users set password_hash = $2 where id = $1', [id, await hashPassword(password)]);
}

const byPassword = (fields = {}) => ok(desk, 'login', { email: desk.acme.customer.email, password: PASSWORD, ...fields });
const userOf = (value: string, app = desk.app, companyId = desk.acme.id) => app.get(Logins).userOf(companyId, value);
const signedIn = () =>
  desk.db.query<{ data: { user: { id: number } }; actor: object }>(
    `select data, actor from events where type = 'user.signed_in' order by id`,
  );
const sessions = async () => (await desk.db.query<{ count: number }>('select count(*) as count from login_sessions'))[0]?.count;

/** The token that the RPC shows for a person. */
async function tokenOf(member: Member, by: Member): Promise<string> {
  await ok(desk, 'update-users-last-activity', { user_id: member.id }, { by });
  const online = (await ok(desk, 'get-online-users', {}, { by })) as { id: string; token: string }[];
  return online.find(({ id }) => id === String(member.id))?.token ?? '';
}

describe('login', () => {
  it('by e-mail and password answers the person and a value that every process knows him by', async () => {
    const { customer } = desk.acme;
    const before = (await signedIn()).length;
    const [user, value] = await byPassword({ email: ` ${customer.email.toUpperCase()} ` });
    expect(user).toEqual({
      ...{ id: String(customer.id), first_name: 'customer', last_name: 'acme', email: customer.email, user_type: 'user' },
      ...{ profile_image: 'http://acme.desk.test/images/users/128.png', token: await tokenOf(customer, desk.acme.admin) },
    });
    expect(value).toMatch(/^[\w-]{60,}$/);
    expect([await userOf(value), await userOf(value, other.app)]).toEqual([customer.id, customer.id]);
    const told = await signedIn();
    expect(told).toHaveLength(before + 1);
    expect(told.at(-1)).toMatchObject({ actor: { id: customer.id, role: 'customer' }, data: { user: { id: customer.id } } });
  });

  it('by a wrong password, an unknown address, or one without a password is false, and leaves nothing', async () => {
    const [before, count] = [(await signedIn()).length, await sessions()];
    const { agent, customer } = desk.acme;
    const tries = [
      { email: customer.email, password: `${PASSWORD}!` },
      { email: 'nobody@acme.test', password: PASSWORD },
      { email: agent.email, password: '' },
      { email: agent.email, password: PASSWORD },
      { email: customer.email },
      { password: PASSWORD },
      { email: customer.email, password: 'x'.repeat(5000) },
      { user_id: customer.id },
      { user_id: customer.id, user_token: 'f'.repeat(40) },
      { user_id: 999_999, user_token: await tokenOf(customer, desk.acme.admin) },
      {},
    ];
    for (const fields of tries) expect([fields, await ok(desk, 'login', fields)]).toEqual([fields, false]);
    expect([(await signedIn()).length, await sessions()]).toEqual([before, count]);
  });

  it('by id and token needs no admin, whichever way the token is written', async () => {
    const { customer, admin } = desk.acme;
    const token = await tokenOf(customer, admin);
    const bodies = [
      phpForm({ function: 'login', token, user_id: customer.id }),
      phpForm({ function: 'login', user_token: token.toUpperCase(), user_id: customer.id }),
      `${phpForm({ function: 'login', token: admin.token, user_id: customer.id })}&token=${token}`,
      phpForm({ function: 'login', token: admin.token, user_token: token, 'user-id': customer.id }),
    ];
    for (const body of bodies) {
      const { body: answered } = await postForm(desk, body);
      expect(answered).toMatchObject({ success: true, response: [{ id: String(customer.id) }, expect.any(String)] });
      expect(await userOf(answered.response[1])).toBe(customer.id);
    }
    const bare = await postForm(desk, phpForm({ function: 'login', token, user_id: customer.id, envelope: 0 }));
    expect(bare.body).toEqual([expect.objectContaining({ id: String(customer.id) }), expect.any(String)]);
  });

  it('lets nobody do anything else by his own token', async () => {
    const { customer, agent, admin } = desk.acme;
    const token = await tokenOf(customer, admin);
    const word = async (fields: object) => (await postForm(desk, phpForm({ token, ...fields }))).body.response as unknown;
    expect(await word({ function: 'get-online-users', user_id: customer.id })).toBe('invalid-token');
    expect(await word({ function: 'login', user_id: agent.id })).toBe('invalid-token');
    expect(await word({ function: 'login', email: customer.email, password: PASSWORD })).toBe('invalid-token');
    await setPassword(agent, 'of the agent');
    const [user] = (await word({
      ...{ function: 'login', user_id: customer.id, email: agent.email, password: 'of the agent' },
    })) as [{ id: string }];
    expect(user.id).toBe(String(customer.id));
  });

  it('knows nobody of another company', async () => {
    const { customer } = desk.acme;
    const token = await tokenOf(customer, desk.acme.admin);
    const by = desk.globex.admin;
    expect(await ok(desk, 'login', { email: customer.email, password: PASSWORD }, { by })).toBe(false);
    expect(await ok(desk, 'login', { user_id: customer.id, user_token: token }, { by })).toBe(false);
    const atTheirs = { headers: { host: 'globex.desk.test' } };
    const refused = await postForm(desk, phpForm({ function: 'login', token, user_id: customer.id }), atTheirs);
    expect(refused.body.response).toBe('invalid-token');
    const [, value] = await byPassword();
    expect(await userOf(value, desk.app, desk.globex.id)).toBeNull();
  });

  it('tells its secrets to neither the log nor the events', async () => {
    const lines: string[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _, done) => {
        lines.push(chunk.toString());
        done();
      },
    });
    const logger = pino({ level: 'trace' }, sink);
    const app = await buildApp(desk.env, logger, await connect(desk.env, logger, 2));
    await app.listen(0, '127.0.0.1');
    try {
      const url = await app.getUrl();
      const options = { url, headers: { cookie: 'sb-login=a-cookie-of-nobody' } };
      const [{ token }, value] = await ok(desk, 'login', { email: desk.acme.customer.email, password: PASSWORD }, options);
      await rpc(desk, 'logout', { 'sb-login': value }, options);
      const told = `${lines.join('')}${JSON.stringify(await desk.db.query('select data, actor from events'))}`;
      expect(lines.length).toBeGreaterThan(0);
      for (const secret of [PASSWORD, token, value, 'scrypt$', 'a-cookie-of-nobody']) expect(told).not.toContain(secret);
    } finally {
      await app.close();
    }
  });
});

describe('logout', () => {
  it('ends the login of the cookie for every process, and no other', async () => {
    const [[, first], [, second]] = [await byPassword(), await byPassword()];
    expect(await ok(desk, 'logout', {}, { headers: { cookie: `a=b; sb-login=${first}` } })).toBe(true);
    expect([await userOf(first, other.app), await userOf(first)]).toEqual([null, null]);
    expect(await userOf(second, other.app)).toBe(desk.acme.customer.id);
    expect(await ok(desk, 'logout', { 'sb-login': second }, { url: other.url })).toBe(true);
    expect(await userOf(second)).toBeNull();
    expect(await ok(desk, 'logout', { 'sb-login': second })).toBe(true);
  });

  it('without a cookie ends those of the owner of the token', async () => {
    const { admin } = desk.acme;
    await setPassword(admin, 'of the admin');
    const [[, customers], [, admins]] = [await byPassword(), await byPassword({ email: admin.email, password: 'of the admin' })];
    expect(await ok(desk, 'logout')).toBe(true);
    expect([await userOf(customers), await userOf(admins)]).toEqual([desk.acme.customer.id, null]);
  });

  it('by a value that is none, or of another company, ends nothing', async () => {
    const [, value] = await byPassword();
    const spoilt = `${value.slice(0, -4)}AAAA`;
    for (const given of [spoilt, 'nonsense', 'x'.repeat(5000)]) {
      expect(await ok(desk, 'logout', { 'sb-login': given })).toBe(true);
      expect(await userOf(given)).toBeNull();
    }
    await ok(desk, 'logout', { 'sb-login': value }, { by: desk.globex.admin });
    expect(await userOf(value)).toBe(desk.acme.customer.id);
  });
});

describe('update-login', () => {
  const shownOf = async (member: Member) => (await ok(desk, 'get-user', { user_id: member.id })) as Record<string, string | null>;

  it('replaces what is known of the active user by what is sent, and his value by a new one', async () => {
    const { customer, agent } = desk.acme;
    const [, value] = await byPassword();
    const details = {
      profile_image: 'https://shop.example.com/me.png',
      first_name: 'Jane',
      last_name: 'Doe',
      email: customer.email,
    };
    const headers = { cookie: `sb-login=${value}` };
    const renewed = (await ok(desk, 'update-login', details, { headers })) as string;
    expect([await userOf(value), await userOf(renewed, other.app)]).toEqual([null, customer.id]);
    expect(await shownOf(customer)).toMatchObject(details);
    const { user } = (await desk.as(desk.acme.admin).get(`/users?with_roles=customer`)).body.users
      .map((shown: { id: number }) => ({ user: shown }))
      .find(({ user: shown }: { user: { id: number } }) => shown.id === customer.id);
    expect(user).toMatchObject({ first_name: 'Jane', last_name: 'Doe' });
    const before = await shownOf(agent);
    const again = (await ok(desk, 'update-login', { email: customer.email, 'sb-login': renewed })) as string;
    expect(await shownOf(customer)).toMatchObject({ first_name: 'User', last_name: `#${customer.id}`, email: customer.email });
    expect(await userOf(again)).toBe(customer.id);
    expect(await shownOf(agent)).toEqual(before);
    const told = await desk.db.query<{ data: { user: { id: number } } }>(
      `select data from events where type = 'user.updated' order by id desc limit 2`,
    );
    expect(told.map(({ data }) => data.user.id)).toEqual([customer.id, customer.id]);
  });

  it('is of the owner of the token where nobody else has logged in; staff keep their address and get the department', async () => {
    const { admin } = desk.acme;
    const { team } = (await desk.as(admin).post('/teams', { team: { name: 'Sales' } })).body;
    const value = (await ok(desk, 'update-login', { first_name: 'Ada', department: team.id })) as string;
    expect(await userOf(value)).toBe(admin.id);
    expect(await shownOf(admin)).toMatchObject({
      first_name: 'Ada',
      last_name: '',
      email: admin.email,
      department: String(team.id),
    });
  });

  it('changes nothing when it is refused', async () => {
    const { customer, agent } = desk.acme;
    const [, value] = await byPassword();
    const before = await shownOf(customer);
    const word = async (fields: object, by = desk.acme.admin) =>
      (await rpc(desk, 'update-login', { first_name: 'X', 'sb-login': value, ...fields }, { by })).body.response as unknown;
    expect(await word({ email: agent.email })).toBe('duplicate-email');
    expect(await word({ email: 'no address' })).toBe('invalid-arguments');
    expect(await word({ profile_image: 'javascript:x' })).toBe('invalid-arguments');
    expect(await word({ 'sb-login': `${String(value).slice(0, -4)}AAAA` })).toBe('invalid-token');
    expect(await word({}, desk.globex.admin)).toBe('invalid-token');
    expect([await shownOf(customer), await userOf(value)]).toEqual([before, customer.id]);
  });
});

describe('a login', () => {
  it('ends with its time, with the password, and with the person', async () => {
    const { customer } = desk.acme;
    const [, expired] = await byPassword();
    await desk.db.query(`update login_sessions set expires_at = now() - interval '1 second'`);
    expect(await userOf(expired)).toBeNull();
    await desk.app.get(Logins).sweep();
    expect(await sessions()).toBe(0);
    const token = await tokenOf(customer, desk.acme.admin);
    const [, value] = await byPassword();
    await setPassword(customer, PASSWORD);
    expect(await userOf(value)).toBeNull();
    expect(await ok(desk, 'login', { user_id: customer.id, user_token: token })).toBe(false);
    const passing = { email: 'passing@acme.test', name: 'P' };
    const { user } = (await desk.as(desk.acme.admin).post('/users', { user: passing })).body;
    await setPassword({ ...user, token: '' }, 'short-lived');
    const [, ofPassing] = await byPassword({ email: passing.email, password: 'short-lived' });
    expect(await userOf(ofPassing)).toBe(user.id);
    await desk.db.query('delete from users where id = $1', [user.id]);
    expect(await userOf(ofPassing)).toBeNull();
  });

  it('may fail ten times in a quarter of an hour for one person, over all processes, and no more', async () => {
    const [one, two] = [await desk.second({ RATE_LIMITS: true }), await desk.second({ RATE_LIMITS: true })];
    const { customer, agent, admin } = desk.acme;
    const guess = (fields: object, index: number) => rpc(desk, 'login', { ...fields }, { url: index % 2 ? one.url : two.url });
    for (const wrong of [
      { user_id: customer.id, user_token: 'f'.repeat(40) },
      { email: 'nobody.at.all@acme.test', password: 'wrong' },
    ]) {
      const answers = await Promise.all(Array.from({ length: 11 }, (_, index) => guess(wrong, index)));
      expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(10).fill(200), 429]);
      expect(answers.filter(({ body }) => body.response === false)).toHaveLength(10);
    }
    const token = await tokenOf(customer, admin);
    expect((await guess({ user_id: customer.id, user_token: token }, 0)).body.response).toBe('too-many-requests');
    const right = { user_id: agent.id, user_token: await tokenOf(agent, admin) };
    for (let count = 0; count < 11; count++)
      expect((await rpc(desk, 'login', right, { url: one.url })).body.response).toEqual([expect.anything(), expect.any(String)]);
  });
});
