import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLES, SCOPES } from '../../src/access/actor.js';
import type { Answer } from '../support/client.js';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { routes, type Route } from '../support/document.js';
import { ask } from '../support/send.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

interface Issued {
  id: number;
  token: string;
}

const issue = async (fields: Record<string, unknown>, by: Member = desk.acme.admin): Promise<Issued> => {
  const { status, body } = await desk.as(by).post('/api_tokens', { api_token: { name: 'probe', ...fields } });
  expect(status).toBe(201);
  return body.api_token as Issued;
};

/** Calls the route about what does not exist and with nothing in the body: whoever is let in changes nothing. */
function knock(route: Route, token: string, host = 'acme.desk.test'): Promise<Answer> {
  const path = route.path.replace(/\{\w+\}/g, '999999999');
  const isFile: Record<string, string> = route.takesFiles ? { 'content-type': 'multipart/form-data; boundary=x' } : {};
  return ask(desk.url, {
    method: route.method.toUpperCase(),
    path,
    headers: { authorization: `Bearer ${token}`, host, ...isFile },
  });
}

const isLetIn = ({ status }: Answer) => status !== 401 && status !== 403;

describe.each(routes.filter(({ token }) => token !== 'none'))('$title', (route) => {
  it("refuses a token at another company's host name", async () => {
    const { token } = desk.acme.admin;
    const answer = await knock(route, token, 'globex.desk.test');
    expect(answer.status).toBe(401);
    for (const host of ['globex.desk.test:3000', 'GLOBEX.desk.test', 'globex.evil.example', 'globex'])
      expect([host, (await knock(route, token, host)).status]).toEqual([host, 401]);
    expect(isLetIn(await knock(route, token))).toBe(true);
    expect(isLetIn(await knock(route, desk.globex.admin.token, 'globex.desk.test'))).toBe(true);
  });

  it('refuses a token that has expired', async () => {
    const { id, token } = await issue({ expires_at: '2100-01-01T00:00:00Z' });
    expect(isLetIn(await knock(route, token))).toBe(true);
    await desk.db.query(`update api_tokens set expires_at = now() - interval '1 second' where id = $1`, [id]);
    expect((await knock(route, token)).status).toBe(401);
  });

  it('refuses a token from the moment on in which it is revoked', async () => {
    const { id, token } = await issue({});
    expect(isLetIn(await knock(route, token))).toBe(true);
    expect((await desk.as(desk.acme.admin).delete(`/api_tokens/${id}`)).status).toBe(204);
    expect((await knock(route, token)).status).toBe(401);
  });

  it('wants its scope, and no other', async () => {
    const scope = route['x-required-scope'] ?? '';
    const others = SCOPES.filter((known) => known !== scope && known !== '*');
    const answer = await knock(route, (await issue({ scopes: others })).token);
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({ error: `The token lacks the scope ${scope}` });
    // A second one, where there is one, stands in the description.
    const further = [...(route.description ?? '').matchAll(/needs the scope `([\w:]+)` too/g)].map(([, name]) => name);
    expect(isLetIn(await knock(route, (await issue({ scopes: [scope, ...further] })).token))).toBe(true);
  });
});

describe('making tokens', () => {
  const count = async () => (await desk.db.query('select 1 from api_tokens')).length;
  const try_ = async (by: { token: string }, fields: Record<string, unknown>) => {
    const before = await count();
    const answer = await desk.as({ ...desk.acme.agent, ...by }).post('/api_tokens', { api_token: { name: 'probe', ...fields } });
    expect(await count()).toBe(answer.status === 201 ? before + 1 : before);
    return answer;
  };

  it.each(ROLES.filter((role) => role !== 'admin'))('is for %s only for himself', async (role) => {
    for (const other of ROLES.filter((known) => known !== role))
      expect((await try_(desk.acme[role], { user_id: desk.acme[other].id })).status).toBe(403);
    const own = await try_(desk.acme[role], { user_id: desk.acme[role].id });
    expect(own.status).toBe(201);
    expect(own.body.api_token.user_id).toBe(desk.acme[role].id);
    expect((await desk.as({ ...desk.acme[role], ...own.body.api_token }).get('/me')).body.user.role).toBe(role);
  });

  it('is for admins for anybody of the company', async () => {
    for (const role of ROLES) expect((await try_(desk.acme.admin, { user_id: desk.acme[role].id })).status).toBe(201);
    expect((await try_(desk.acme.admin, { user_id: desk.globex.agent.id })).status).toBe(400);
  });

  it.each(['admin', 'agent'] as const)('gives an %s no more than the token has that makes them', async (role) => {
    const { token } = await issue({ scopes: ['api_tokens:write', 'tickets:read'] }, desk.acme[role]);
    const narrow = { ...desk.acme[role], token };
    for (const scopes of [['*'], ['tickets:write'], ['tickets:read', 'users:read'], ['events:read']])
      expect([scopes, (await try_(narrow, { scopes })).status]).toEqual([scopes, 403]);
    expect((await try_(narrow, { scopes: ['tickets:read'] })).status).toBe(201);
    const inherited = await try_(narrow, {});
    expect(inherited.body.api_token.scopes).toEqual(['api_tokens:write', 'tickets:read']);
    expect((await desk.as({ ...narrow, ...inherited.body.api_token }).get('/users')).status).toBe(403);
  });

  it('gives scopes that nobody knows to nobody', async () => {
    const answer = await try_(desk.acme.admin, { scopes: ['everything'] });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(/^Validation failed: scopes /);
  });
});

describe('the list of tokens', () => {
  it('shows admins all of the company and others their own, and never a secret', async () => {
    const secret = await issue({}, desk.acme.agent);
    const rows = await desk.db.query<{ id: number; user_id: number; company_id: number }>(
      'select id, user_id, company_id from api_tokens order by id',
    );
    for (const role of ROLES) {
      const { body, text } = await desk.as(desk.acme[role]).get('/api_tokens');
      const own = rows.filter((row) => (role === 'admin' ? row.company_id === desk.acme.id : row.user_id === desk.acme[role].id));
      expect((body.api_tokens as Issued[]).map(({ id }) => id).sort((a, b) => a - b)).toEqual(own.map(({ id }) => id));
      expect(own.length).toBeGreaterThan(0);
      expect(text).not.toContain(secret.token);
      expect(text).not.toMatch(/hash/);
    }
  });

  it.each(ROLES.filter((role) => role !== 'admin'))('lets %s revoke his own only', async (role) => {
    const foreign = await issue({}, desk.acme.admin);
    const own = await issue({}, desk.acme[role]);
    expect((await desk.as(desk.acme[role]).delete(`/api_tokens/${foreign.id}`)).status).toBe(404);
    expect((await desk.as({ ...desk.acme.admin, token: foreign.token }).get('/me')).status).toBe(200);
    expect((await desk.as(desk.acme[role]).delete(`/api_tokens/${own.id}`)).status).toBe(204);
  });

  it('keeps no secret in the database', async () => {
    const { token } = await issue({});
    const found = await desk.db.query(`select 1 from api_tokens t where t::text like '%' || $1 || '%'`, [token]);
    const told = await desk.db.query(`select 1 from events e where e::text like '%' || $1 || '%'`, [token]);
    expect([found, told]).toEqual([[], []]);
  });
});
