import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type Member, type OtherApp, type TestDesk } from '../support/desk.js';
import { ask, send } from '../support/send.js';
import { Sweeper } from '../../src/platform/database/sweeper.js';
import type { Answer } from '../support/client.js';

let desk: TestDesk;
/** Two more processes' worth of the desk, behind a proxy that tells them the address. */
let behind: [OtherApp, OtherApp];

beforeAll(async () => {
  desk = await startDesk({ RATE_LIMITS: 'on' });
  behind = [await desk.second({ TRUST_PROXY: 'true' }), await desk.second({ TRUST_PROXY: 'true' })];
});
afterAll(() => desk.stop());

const QUESTION = JSON.stringify({ ticket: { requester_email: 'jane@example.com', content: { text: 'Fire.' } } });
const BAD_QUESTION = JSON.stringify({ ticket: { requester_email: 'nobody', content: { text: 'Fire.' } } });

let addresses = 0;
const freshAddress = () => `198.51.100.${++addresses}`;

const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
const from = (address: string) => ({ 'x-forwarded-for': address });
const open = (app: { url: string }, headers: Record<string, string> = {}, body = QUESTION): Promise<Answer> =>
  ask(app.url, { method: 'POST', path: '/tickets', headers: { 'content-type': 'application/json', ...headers }, body });

async function freshToken(member: Member = desk.acme.agent): Promise<Member> {
  const { body } = await desk.as(desk.acme.admin).post('/api_tokens', { api_token: { name: 'limited', user_id: member.id } });
  return { ...member, token: body.api_token.token };
}

const statuses = (answers: Answer[]) => answers.map(({ status }) => status);
const times = <T>(count: number, make: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));
const ticketsOf = async () => (await desk.db.query<{ n: number }>('select count(*) as n from tickets'))[0]?.n ?? 0;
const endWindows = () => desk.db.query(`update rate_windows set ends_at = ends_at - interval '2 hours'`);

describe('opening tickets without a token', () => {
  it('is for an address 5 times an hour; then 429 with a text and the time to wait', async () => {
    const address = from(freshAddress());
    for (const left of [4, 3, 2, 1, 0]) {
      const { status, headers } = await open(behind[0], address);
      expect(status).toBe(201);
      expect(headers['ratelimit-policy']).toBe('"ticket-creation";q=5;w=3600');
      expect(headers['ratelimit']).toMatch(new RegExp(`^"ticket-creation";r=${left};t=(3600|359\\d)$`));
    }
    const { status, headers, body } = await open(behind[0], address);
    expect(status).toBe(429);
    expect(body).toEqual({ error: 'Without a token at most 5 tickets an hour may be opened' });
    expect(headers['ratelimit']).toBe(`"ticket-creation";r=0;t=${headers['retry-after'] ?? ''}`);
    expect(Number(headers['retry-after'])).toBeGreaterThan(3500);
    expect((await open(behind[0], from(freshAddress()))).status).toBe(201);
  });

  it('counts requests that were refused too, and begins anew after the hour', async () => {
    const address = from(freshAddress());
    for (let n = 0; n < 5; n++) expect((await open(behind[0], address, BAD_QUESTION)).status).toBe(400);
    expect((await open(behind[0], address)).status).toBe(429);
    await endWindows();
    expect((await open(behind[0], address)).status).toBe(201);
  });

  it('is counted exactly over all processes', async () => {
    const address = from(freshAddress());
    const before = await ticketsOf();
    const answers = await times(40, (n) => open(behind[n % 2 === 0 ? 0 : 1], address));
    expect(statuses(answers).filter((status) => status === 201)).toHaveLength(5);
    expect(statuses(answers).filter((status) => status === 429)).toHaveLength(35);
    expect(await ticketsOf()).toBe(before + 5);
  });

  it('is counted for each company by itself', async () => {
    const address = from(freshAddress());
    await times(5, () => open(behind[0], address));
    expect((await open(behind[0], address)).status).toBe(429);
    expect((await open(behind[0], { ...address, host: 'globex.desk.test' })).status).toBe(201);
  });

  it('believes X-Forwarded-For only where the operator trusts a proxy', async () => {
    await times(5, () => open(desk, from(freshAddress())));
    expect((await open(desk, from(freshAddress()))).status).toBe(429);
    expect((await open(desk, { ...from(freshAddress()), 'x-real-ip': '192.0.2.1', forwarded: 'for=192.0.2.1' })).status).toBe(
      429,
    );
  });

  it('reads only what the trusted proxy has added', async () => {
    const oneHop = await desk.second({ TRUST_PROXY: '1' });
    const real = freshAddress();
    await times(5, () => open(oneHop, from(`${freshAddress()}, ${real}`)));
    expect((await open(oneHop, from(`${freshAddress()}, ${real}`))).status).toBe(429);
    expect((await open(oneHop, from(`${real}, ${freshAddress()}`))).status).toBe(201);
  });

  it.each([
    ['IPv6 addresses of one /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:3::1'],
    ['an IPv6 address in other words', '2001:DB8:7::9', '2001:0db8:0007:0000::9', '2001:db8:8::9'],
    ['an IPv4 address with a port', '203.0.113.7', '203.0.113.7:4711', '203.0.113.8'],
    ['an IPv6 address with a port', '2001:db8:a::1', '[2001:db8:a::2]:443', '2001:db8:b::1'],
    ['an IPv4 address in IPv6', '203.0.113.20', '::ffff:203.0.113.20', '203.0.113.21'],
    ['nonsense', 'nonsense', 'other nonsense', '203.0.113.30'],
  ])('takes %s for one caller', async (_, one, same, other) => {
    await times(5, () => open(behind[0], from(one)));
    expect((await open(behind[0], from(same))).status).toBe(429);
    expect((await open(behind[0], from(other))).status).toBe(201);
  });
});

describe('opening tickets with a token', () => {
  it('is done 8 times a minute, exactly, over all processes', async () => {
    const member = await freshToken();
    const before = await ticketsOf();
    const answers = await times(50, (n) => open([desk, ...behind][n % 3] ?? desk, bearer(member)));
    expect(statuses(answers).filter((status) => status === 201)).toHaveLength(8);
    expect(await ticketsOf()).toBe(before + 8);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toEqual({ error: 'With one token at most 8 tickets a minute may be opened' });
    expect(refused?.headers['ratelimit-policy']).toBe('"default";q=1200;w=60, "ticket-creation";q=8;w=60');
    expect(refused?.headers['ratelimit']).toMatch(/^"default";r=\d+;t=\d+, "ticket-creation";r=0;t=(60|[1-5]?\d)$/);
    expect((await open(desk, bearer(await freshToken()))).status).toBe(201);
    await endWindows();
    expect((await open(desk, bearer(member))).status).toBe(201);
  });

  it('is done as often as the company says', async () => {
    await desk.db.query('update companies set ticket_creations_per_minute = 3 where id = $1', [desk.globex.id]);
    const answers = await times(10, () => open(desk, bearer(desk.globex.agent)));
    expect(statuses(answers).filter((status) => status === 201)).toHaveLength(3);
    await desk.db.query('update companies set ticket_creations_per_minute = 5 where id = $1', [desk.globex.id]);
    const more = await times(10, () => open(desk, bearer(desk.globex.agent)));
    expect(statuses(more).filter((status) => status === 201)).toHaveLength(2);
  });

  it('counts tickets: what was refused opens none', async () => {
    const member = await freshToken();
    expect(new Set(statuses(await times(20, () => open(desk, bearer(member), BAD_QUESTION))))).toEqual(new Set([400, 429]));
    for (let n = 0; n < 8; n++) expect((await open(desk, bearer(member))).status).toBe(201);
    expect((await open(desk, bearer(member))).status).toBe(429);
  });

  it('does not count an answer that is only repeated, and forgets no key over a 429', async () => {
    const member = await freshToken();
    const keyed = (key: string) => open(desk, { ...bearer(member), 'idempotency-key': key });
    for (let n = 0; n < 8; n++) expect((await keyed(`key-${n}`)).status).toBe(201);
    expect((await keyed('key-8')).status).toBe(429);
    expect((await keyed('key-0')).headers['idempotency-replayed']).toBe('true');
    await endWindows();
    const late = await keyed('key-8');
    expect(late.status).toBe(201);
    expect(late.headers).not.toHaveProperty('idempotency-replayed');
  });
});

describe('requests with a token', () => {
  const me = (app: { url: string }, member: Member) => ask(app.url, { path: '/me', headers: bearer(member) });

  it('tell what is left', async () => {
    const member = await freshToken();
    const [first, second] = [await me(desk, member), await me(desk, member)];
    expect(first.headers['ratelimit-policy']).toBe('"default";q=1200;w=60');
    expect(first.headers['ratelimit']).toBe('"default";r=1199;t=60');
    expect(second.headers['ratelimit']).toMatch(/^"default";r=1198;t=(60|59)$/);
  });

  it('are 1200 a minute over all processes, never more, and nearly never less', async () => {
    const member = await freshToken();
    const answered: Answer[] = [];
    for (let round = 0; round < 28; round++)
      answered.push(...(await times(50, (n) => me([desk, ...behind][n % 3] ?? desk, member))));
    const allowed = statuses(answered).filter((status) => status === 200).length;
    expect(allowed).toBeLessThanOrEqual(1200);
    expect(allowed).toBeGreaterThan(1150);
    const refused = answered.at(-1);
    expect(refused?.status).toBe(429);
    expect(refused?.body).toEqual({ error: 'Too many requests with this token: at most 1200 in 60 seconds' });
    expect(refused?.headers['ratelimit']).toBe(`"default";r=0;t=${refused?.headers['retry-after'] ?? ''}`);
    expect((await me(desk, desk.acme.admin)).status).toBe(200);
  });
});

describe('wrong tokens', () => {
  const guess = (app: { url: string }, token: string, address: string) =>
    ask(app.url, { path: '/me', headers: { ...bearer({ token }), ...from(address) } });

  it('may be tried 30 times a minute from an address; then right ones are refused there too', async () => {
    const address = freshAddress();
    const answers = await times(50, (n) => guess(behind[0], `wrong-${n}`, address));
    expect(statuses(answers).filter((status) => status === 401)).toHaveLength(30);
    expect(statuses(answers).filter((status) => status === 429)).toHaveLength(20);
    const right = await guess(behind[0], desk.acme.agent.token, address);
    expect(right.status).toBe(429);
    expect(right.body).toEqual({ error: 'Too many wrong tokens from your address' });
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(50);
    expect((await guess(behind[0], desk.acme.agent.token, freshAddress())).status).toBe(200);
  });

  it('are counted over all processes, as parameters too', async () => {
    const address = freshAddress();
    await times(30, (n) => ask(behind[0].url, { path: `/me?auth_token=wrong-${n}`, headers: from(address) }));
    expect((await guess(behind[1], 'wrong', address)).status).toBe(429);
    expect((await guess(behind[1], desk.acme.agent.token, address)).status).toBe(429);
  });

  it('do not shut out a token that was right from there before', async () => {
    const address = freshAddress();
    expect((await guess(behind[0], desk.acme.agent.token, address)).status).toBe(200);
    await times(40, (n) => guess(behind[0], `wrong-${n}`, address));
    expect((await guess(behind[0], desk.acme.agent.token, address)).status).toBe(200);
    expect((await guess(behind[0], desk.acme.admin.token, address)).status).toBe(429);
  });
});

describe('the limits', () => {
  it('do not concern what needs no token', async () => {
    expect((await send(desk.url, { path: '/healthz' })).headers).not.toHaveProperty('ratelimit');
  });

  it('leave nothing behind when their windows are over', async () => {
    await endWindows();
    await open(desk, bearer(await freshToken()));
    await desk.app.get(Sweeper).sweep();
    const left = await desk.db.query<{ policy: string }>('select policy from rate_windows order by policy');
    expect(left.map(({ policy }) => policy)).toEqual(['default', 'ticket-creation']);
  });

  it('are off with RATE_LIMITS=off', async () => {
    const off = await desk.second({ RATE_LIMITS: false });
    const answers = await times(40, (n) => open(off, n % 2 === 0 ? {} : bearer(desk.acme.agent)));
    expect(new Set(statuses(answers))).toEqual(new Set([201]));
    expect(answers.some(({ headers }) => 'ratelimit' in headers)).toBe(false);
  });
});
