import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../support/client.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { routes, type Route } from '../support/document.js';
import { untilLogged } from '../support/event-log.js';
import { addQuery, plain, prepare } from '../support/forms.js';
import { Objects } from '../support/objects.js';
import { ask, send } from '../support/send.js';

let desk: TestDesk;
let objects: Objects;
let token: string;

beforeAll(async () => {
  desk = await startDesk();
  objects = new Objects(desk, desk.acme);
  token = desk.acme.admin.token;
  // The list of tokens shows their last use, which is noted some time after a call unless it is known already.
  await desk.db.query(`update api_tokens set last_used_at = '2100-01-01'`);
  await untilLogged(desk);
});
afterAll(() => desk.stop());

async function call(route: Route, headers: Record<string, string> = {}, method?: string): Promise<Answer> {
  const request = plain(await prepare(route, objects), token);
  const sent = { ...request, headers: { ...request.headers, ...headers }, method: method ?? request.method };
  return method === undefined ? ask(desk.url, sent) : send(desk.url, sent);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe.each(routes)('$title', (route) => {
  it('tells the id of the request: the given one when it is harmless, else one of its own', async () => {
    const given = 'a-harmless.id_0123456789';
    expect((await call(route, { 'x-request-id': given })).headers['x-request-id']).toBe(given);
    const others = ['short', '<script>alert(1)</script>', 'x'.repeat(129)];
    const answers = await Promise.all(others.map((id) => call(route, { 'x-request-id': id })));
    const ids = answers.map(({ headers }) => headers['x-request-id']);
    ids.forEach((id) => expect(id).toMatch(UUID));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('may be called from any site', async () => {
    const origin = 'https://shop.example';
    const method = route.method.toUpperCase();
    const asked = {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    };
    const path = await objects.path(route);
    const preflight = await send(desk.url, { method: 'OPTIONS', path, headers: asked });
    expect(preflight.status).toBe(204);
    expect(preflight.text).toBe('');
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': expect.stringContaining(method),
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-max-age': expect.stringMatching(/^\d+$/),
    });
    const { headers } = await call(route, { origin });
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-expose-headers']).toContain('X-Request-Id');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    // It tells nothing about what serves it, and nobody guesses its type.
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });
});

describe('an error', () => {
  const errors: [string, number, () => Promise<Answer>][] = [
    ['without a token', 403, () => send(desk.url, { path: '/tickets' })],
    ['with a wrong one', 401, () => send(desk.url, { path: '/tickets', headers: { authorization: 'Bearer wrong' } })],
    ['of what is missing', 404, () => send(desk.url, { path: `/tickets/999999999?auth_token=${token}` })],
    ['of what is no route', 404, () => send(desk.url, { path: '/nothing' })],
    ['of bad input', 400, () => send(desk.url, { method: 'POST', path: '/tickets', body: '{' })],
    ['of a query that cannot be read', 400, () => send(desk.url, { path: '/tickets?__proto__[x]=1' })],
    ['of too much', 413, () => send(desk.url, { method: 'POST', path: '/tickets', body: 'a'.repeat(1_048_577) })],
  ];

  it.each(errors)('%s may be read by any site and tells its request', async (_, status, fail) => {
    const answer = await fail();
    expect(answer.status).toBe(status);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['x-request-id']).toMatch(UUID);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.body).toEqual({ error: expect.stringMatching(/\S{2}/) });
  });
});

describe.each(routes.filter(({ answersJson }) => answersJson))('the content of $title', (route) => {
  if (route.method !== 'get') {
    it('is JSON in UTF-8', async () => {
      expect((await call(route)).headers['content-type']).toBe('application/json; charset=utf-8');
    });
    return;
  }

  it('is not sent again to whoever has it', async () => {
    let known = await call(route);
    expect(known.headers['content-type']).toBe('application/json; charset=utf-8');
    // What changes between two calls, if anything does, has another tag.
    for (let tries = 1; ; tries++) {
      const etag = known.headers['etag'] ?? '';
      expect(etag).toMatch(/^"[^"]+"$/);
      const again = await call(route, { 'if-none-match': etag });
      if (again.status === 304) {
        expect(again.text).toBe('');
        expect(again.headers['etag']).toBe(etag);
        expect(again.headers['x-request-id']).toBeDefined();
        break;
      }
      expect(again.headers['etag']).not.toBe(etag);
      expect(tries).toBeLessThan(5);
      known = again;
    }
    const list = `"other", W/${known.headers['etag']}`;
    expect((await call(route, { 'if-none-match': list })).status).toBe(304);
    expect((await call(route, { 'if-none-match': '"other"' })).status).toBe(200);
  });
});

describe.each(routes.filter(({ method }) => method === 'get'))('HEAD of $path', (route) => {
  it('tells what GET tells, without the content', async () => {
    await untilLogged(desk);
    const got = await call(route);
    const head = await call(route, {}, 'HEAD');
    const told = ({ status, headers }: Answer) => ({
      status,
      type: headers['content-type'],
      length: headers['content-length'],
      etag: headers['etag'],
      disposition: headers['content-disposition'],
    });
    expect(told(head)).toEqual(told(got));
    expect(head.text).toBe('');
    expect(got.text).not.toBe('');
  });

  it('is refused like GET', async () => {
    if (route.token !== 'needed') return;
    const request = plain(await prepare(route, objects));
    const refused = await send(desk.url, { ...addQuery(request, 'auth_token=wrong'), method: 'HEAD' });
    expect(refused.status).toBe(403);
    expect(refused.text).toBe('');
  });
});
