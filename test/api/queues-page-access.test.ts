import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { BROWSER, cookieOf, OWN_PAGE, signIn, visit } from '../support/operator.js';

const MINUTE_MS = 60_000;
const FORM = 'name="auth_token"';

let desk: TestDesk;
let admin: Member;

beforeAll(async () => {
  desk = await startDesk({ TRUST_PROXY: 'true' });
  ({ admin } = desk.acme);
});
afterAll(() => desk.stop());
afterEach(() => void jest.restoreAllMocks());

async function newToken(settings: object = {}): Promise<Member> {
  const { body } = await desk.as(admin).post('/api_tokens', { api_token: { name: 'operator', ...settings } });
  const { id, token } = body.api_token as { id: number; token: string };
  return { id, email: admin.email, token };
}

const session = async (member: Member = admin) => cookieOf(await signIn(desk.url, member));
const seen = (headers: Record<string, string>) => visit(desk.url, '/queues', { headers: { ...BROWSER, ...headers } });
const listed = (headers: Record<string, string>) => visit(desk.url, '/queues/api/queues', { headers });
const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
const press = (path: string, headers: Record<string, string>) =>
  visit(desk.url, `/queues/api/queues/maintenance/${path}`, { method: 'put', headers });
const isPaused = async () => {
  const { body } = await listed(bearer(admin));
  return (body as { queues: { isPaused: boolean }[] }).queues[0]?.isPaused;
};

describe('without a token', () => {
  it('browsers get the form to sign in', async () => {
    const { status, text, headers } = await seen({});
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    expect(headers['content-security-policy']).toContain("form-action 'self'");
    expect(text).toContain(FORM);
    expect(text).not.toContain('id="root"');
  });

  it('programs are refused, also by the files and the calls of the page', async () => {
    for (const path of ['/queues', '/queues/api/queues', '/queues/static/favicon.ico']) {
      const { status, body } = await visit(desk.url, path);
      expect(status).toBe(403);
      expect(body).toEqual({ error: 'Sign in at /queues, or give a token' });
    }
  });
});

describe('an operator', () => {
  it('signs in by the form, without the token in page or cookie', async () => {
    const answer = await signIn(desk.url, admin);
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe('/queues');
    expect(answer.cookies).toHaveLength(1);
    expect(answer.cookies[0]).toMatch(
      /^polydesk_queues=[\w-]+; Max-Age=1800; Path=\/queues; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    const page = await seen(cookieOf(answer));
    expect(page.status).toBe(200);
    expect(page.text).toContain('id="root"');
    const { body, text } = await listed(cookieOf(answer));
    expect(body).toHaveProperty('queues');
    for (const shown of [page.text, text, JSON.stringify(answer.cookies), JSON.stringify(page.headers)])
      expect(shown).not.toContain(admin.token);
  });

  it('gets the cookie for https only where he came by https', async () => {
    const answer = await signIn(desk.url, admin, { ...OWN_PAGE, 'x-forwarded-proto': 'https' });
    expect(answer.cookies[0]).toMatch(/; Secure/);
  });

  it('may open the page with auth_token, which leaves the address at once', async () => {
    const answer = await visit(desk.url, `/queues/queue/webhooks?status=failed&auth_token=${admin.token}`, { headers: BROWSER });
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe('/queues/queue/webhooks?status=failed');
    expect((await seen(cookieOf(answer))).text).toContain('id="root"');
  });

  it('may call with a bearer token, and gets no session for it', async () => {
    const { status, body, cookies } = await listed(bearer(admin));
    expect(status).toBe(200);
    expect(body).toHaveProperty('queues');
    expect(cookies).toEqual([]);
    expect((await press('pause', bearer(admin))).status).toBe(200);
    expect(await isPaused()).toBe(true);
    expect((await press('resume', bearer(admin))).status).toBe(200);
    expect(await isPaused()).toBe(false);
  });

  it('sees who is signed in, and signs out', async () => {
    const cookie = await session();
    const { text } = await visit(desk.url, '/queues/session', { headers: { ...BROWSER, ...cookie } });
    expect(text).toContain(admin.email);
    expect(text).toContain('action="/queues/session/end"');
    const out = await visit(desk.url, '/queues/session/end', { method: 'post', headers: { ...cookie, ...OWN_PAGE } });
    expect(out.status).toBe(303);
    expect(out.cookies[0]).toMatch(/^polydesk_queues=; Path=\/queues; Expires=Thu, 01 Jan 1970/);
    expect((await seen(cookieOf(out))).text).toContain(FORM);
  });
});

describe('the queues are closed', () => {
  const others: [string, () => Promise<Member>, string][] = [
    ['an agent', () => Promise.resolve(desk.acme.agent), 'admins of the company'],
    ['a collaborator', () => Promise.resolve(desk.acme.collaborator), 'admins of the company'],
    ['a customer', () => Promise.resolve(desk.acme.customer), 'admins of the company'],
    ["another company's admin", () => Promise.resolve(desk.globex.admin), 'admins of the company'],
    ['a token of smaller scope', () => newToken({ scopes: ['tickets:read', 'events:read'] }), 'lacks the scope'],
  ];

  it.each(others)('to %s', async (_who, memberOf, reason) => {
    const member = await memberOf();
    const direct = await listed(bearer(member));
    expect(direct.status).toBe(403);
    expect(direct.body).toEqual({ error: expect.stringContaining(reason) });
    const { status, text, cookies } = await signIn(desk.url, member);
    expect(status).toBe(403);
    expect(text).toContain(reason);
    expect(text).toContain(FORM);
    expect(cookies).toEqual([]);
    const byAddress = await visit(desk.url, `/queues?auth_token=${member.token}`, { headers: BROWSER });
    expect(byAddress.status).toBe(403);
    expect(byAddress.cookies).toEqual([]);
  });

  it('to a wrong token, and to none', async () => {
    expect((await listed({ authorization: 'Bearer wrong' })).status).toBe(401);
    const wrong = await signIn(desk.url, { token: 'wrong' });
    expect([wrong.status, wrong.cookies]).toEqual([403, []]);
    expect(wrong.text).toContain('The token is unknown');
    const none = await signIn(desk.url, { token: '' });
    expect([none.status, none.cookies]).toEqual([403, []]);
  });

  it('to an address that tries too many wrong tokens', async () => {
    const limited = await desk.second({ RATE_LIMITS: true });
    const from = { ...OWN_PAGE, 'x-forwarded-for': '203.0.113.7' };
    const attempt = (token: string) => signIn(limited.url, { token }, from);
    for (let n = 0; n < 30; n++) expect((await attempt(`wrong ${n}`)).status).toBe(403);
    const refused = await attempt(admin.token);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.cookies).toEqual([]);
  });
});

describe('a session ends', () => {
  const isOver = async (cookie: Record<string, string>) => {
    expect((await listed(cookie)).status).toBe(403);
    const page = await seen(cookie);
    expect(page.text).toContain(FORM);
    expect(page.text).not.toContain('id="root"');
  };

  it('with its token', async () => {
    const token = await newToken();
    const cookie = await session(token);
    expect((await listed(cookie)).status).toBe(200);
    expect((await desk.as(admin).delete(`/api_tokens/${token.id}`)).status).toBe(204);
    await isOver(cookie);
  });

  it('when its person is no admin any more', async () => {
    const token = await newToken();
    const cookie = await session(token);
    const setRole = (role: string) => desk.db.query('update users set role = $2 where id = $1', [admin.id, role]);
    await setRole('agent');
    await isOver(cookie);
    await setRole('admin');
    expect((await listed(cookie)).status).toBe(200);
  });

  it('after half an hour', async () => {
    const cookie = await session();
    const start = Date.now();
    const clock = jest.spyOn(Date, 'now');
    clock.mockReturnValue(start + 29 * MINUTE_MS);
    expect((await listed(cookie)).status).toBe(200);
    clock.mockReturnValue(start + 31 * MINUTE_MS);
    await isOver(cookie);
  });

  it('when its cookie is not as we gave it', async () => {
    const { cookie = '' } = await session();
    const [name, value = ''] = cookie.split('=');
    const middle = Math.floor(value.length / 2);
    const other = value[middle] === 'A' ? 'B' : 'A';
    for (const forged of [
      value.slice(0, middle) + other + value.slice(middle + 1),
      value.slice(0, -4),
      '',
      'x',
      '1 1 9999999999999',
    ])
      await isOver({ cookie: `${name}=${forged}` });
    expect((await listed({ cookie: `other=1; ${cookie}; last=2` })).status).toBe(200);
  });

  it('on a desk with another secret', async () => {
    const other = await desk.second({ APP_SECRET: 'another secret that is long enough to be one' });
    const answer = await visit(other.url, '/queues/api/queues', { headers: await session() });
    expect(answer.status).toBe(403);
  });
});

describe('another site', () => {
  const foreign: [string, Record<string, string>][] = [
    ['by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
    ['of a sibling host', { 'sec-fetch-site': 'same-site' }],
    ['by Origin', { origin: 'https://evil.example' }],
    ['that hides its origin', { origin: 'null' }],
    ['that says nothing', {}],
  ];

  it.each(foreign)('%s changes nothing with the session of a visitor', async (_how, headers) => {
    const cookie = await session();
    const { status, body } = await press('pause', { ...cookie, ...headers });
    expect(status).toBe(403);
    expect(body).toEqual({ error: 'The request comes from another site' });
    expect(await isPaused()).toBe(false);
  });

  it.each(foreign)('%s signs nobody in and nobody out', async (_how, headers) => {
    const answer = await signIn(desk.url, admin, headers);
    expect([answer.status, answer.cookies]).toEqual([403, []]);
    const out = await visit(desk.url, '/queues/session/end', { method: 'post', headers: { ...(await session()), ...headers } });
    expect([out.status, out.cookies]).toEqual([403, []]);
  });

  it('is told from our own page by its Origin too', async () => {
    const cookie = await session();
    expect((await press('pause', { ...cookie, origin: desk.url })).status).toBe(200);
    expect(await isPaused()).toBe(true);
    expect((await press('resume', { ...cookie, origin: desk.url })).status).toBe(200);
  });
});
