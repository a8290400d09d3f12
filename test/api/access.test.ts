import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { until } from '../support/until.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

async function tokenOf(member: Member, fields: object = {}): Promise<Member & { tokenId: number }> {
  const { status, body } = await desk
    .as(desk.acme.admin)
    .post('/api_tokens', { api_token: { user_id: member.id, name: 'made', ...fields } });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return { ...member, token: body.api_token.token, tokenId: body.api_token.id };
}

describe('API tokens', () => {
  it('are shown once and stored as a hash', async () => {
    const made = await tokenOf(desk.acme.agent);
    expect(made.token).toMatch(/^pd_[\w-]{43}$/);
    expect((await desk.as(made).get('/me')).body.user.id).toBe(desk.acme.agent.id);
    const list = await desk.as(desk.acme.admin).get('/api_tokens');
    expect(list.text).not.toContain(made.token);
    const dump = await desk.db.query<{ rows: string }>(
      `select (select string_agg(t::text, ' ') from api_tokens t) || (select string_agg(e::text, ' ') from events e) as rows`,
    );
    expect(dump[0]?.rows).not.toContain(made.token);
  });

  it('of others are made by admins only; everybody makes his own', async () => {
    for (const member of [desk.acme.agent, desk.acme.collaborator, desk.acme.customer]) {
      expect((await desk.as(member).post('/api_tokens', { api_token: { name: 'mine' } })).body.api_token.user_id).toBe(member.id);
      expect((await desk.as(member).post('/api_tokens', { api_token: { name: 'x', user_id: desk.acme.admin.id } })).status).toBe(
        403,
      );
    }
    const foreign = await desk
      .as(desk.acme.admin)
      .post('/api_tokens', { api_token: { name: 'x', user_id: desk.globex.agent.id } });
    expect(foreign.status).toBe(400);
  });

  it('are listed to their owners, and all of them to admins', async () => {
    const { body } = await desk.as(desk.acme.customer).get('/api_tokens');
    expect(new Set(body.api_tokens.map(({ user_id }: { user_id: number }) => user_id))).toEqual(new Set([desk.acme.customer.id]));
    const all = (await desk.as(desk.acme.admin).get('/api_tokens')).body.api_tokens.map(
      ({ user_id }: { user_id: number }) => user_id,
    );
    expect(all).toContain(desk.acme.agent.id);
    expect(all).not.toContain(desk.globex.agent.id);
  });

  it('end at once when they are revoked, and by nobody else', async () => {
    const made = await tokenOf(desk.acme.agent);
    expect((await desk.as(desk.acme.collaborator).delete(`/api_tokens/${made.tokenId}`)).status).toBe(404);
    expect((await desk.as(desk.globex.admin).delete(`/api_tokens/${made.tokenId}`)).status).toBe(404);
    expect((await desk.as(made).get('/me')).status).toBe(200);
    expect((await desk.as(desk.acme.agent).delete(`/api_tokens/${made.tokenId}`)).status).toBe(204);
    const refused = await desk.as(made).get('/me');
    expect(refused).toMatchObject({ status: 401, body: { error: 'The token is unknown, expired or revoked' } });
    expect(refused.headers['www-authenticate']).toContain('Bearer');
  });

  it('end at their time', async () => {
    const made = await tokenOf(desk.acme.agent, { expires_at: '2001-02-15T04:05:06+07:00' });
    expect((await desk.as(made).get('/me')).status).toBe(401);
    const later = await tokenOf(desk.acme.agent, { expires_at: '15th Feb 2101 04:05:06 PM' });
    expect((await desk.as(later).get('/me')).status).toBe(200);
  });

  it('do not outlive the token that made them', async () => {
    const made = await tokenOf(desk.acme.agent, { expires_at: '2101-01-01' });
    const create = (fields: object) => desk.as(made).post('/api_tokens', { api_token: { name: 'next', ...fields } });
    expect((await create({})).body.api_token.expires_at).toBe('2101-01-01T00:00:00Z');
    expect((await create({ expires_at: '2100-01-01' })).body.api_token.expires_at).toBe('2100-01-01T00:00:00Z');
    expect((await create({ expires_at: '2102-01-01' })).status).toBe(403);
  });

  it('do what their scopes say, and give no more than they have', async () => {
    const reader = await tokenOf(desk.acme.agent, { scopes: ['tickets:read', 'api_tokens:write'] });
    expect((await desk.as(reader).get('/tickets')).status).toBe(200);
    expect((await desk.as(reader).get('/users')).body.error).toBe('The token lacks the scope users:read');
    expect((await desk.as(reader).post('/tickets', { requester_email: 'a@example.com', content: { text: 'x' } })).status).toBe(
      403,
    );
    expect((await desk.as(reader).post('/api_tokens', { name: 'more', scopes: ['*'] })).status).toBe(403);
    expect((await desk.as(reader).post('/api_tokens', { name: 'same' })).body.api_token.scopes).toEqual([
      'tickets:read',
      'api_tokens:write',
    ]);
    expect((await desk.as(desk.acme.admin).post('/api_tokens', { name: 'x', scopes: ['everything'] })).status).toBe(400);
  });

  it('note when they were last used', async () => {
    const made = await tokenOf(desk.acme.agent);
    await desk.as(made).get('/me');
    const used = 'select 1 from api_tokens where id = $1 and last_used_at is not null';
    await until(async () => (await desk.db.query(used, [made.tokenId])).length === 1, 'the note of its use');
  });
});

describe('host names', () => {
  const at = (member: Member, host: string) => desk.as(member).get('/me', { headers: { Host: host } });

  it("refuse another company's token", async () => {
    expect((await at(desk.acme.admin, 'globex.desk.test')).status).toBe(401);
    expect((await at(desk.acme.admin, 'acme.desk.test:8080')).status).toBe(200);
    expect((await at(desk.acme.admin, 'unknown.desk.test')).status).toBe(200);
    expect((await at(desk.acme.admin, '127.0.0.1:3000')).status).toBe(200);
  });
});
