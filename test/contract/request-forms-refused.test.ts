import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { startDesk, type TestDesk } from '../support/desk.js';
import { routes } from '../support/document.js';
import { formOf, inWrapper, outcome, plain, prepare, wrapped } from '../support/forms.js';
import { Objects } from '../support/objects.js';
import { ask, send } from '../support/send.js';

let desk: TestDesk;
let objects: Objects;
let token: string;

beforeAll(async () => {
  desk = await startDesk();
  objects = new Objects(desk, desk.acme);
  token = desk.acme.admin.token;
});
afterAll(() => desk.stop());

const WRONG = 'pd_this-is-nobodys-token-nobodys-token-nobodys';
const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const NO_TYPE = {};

const closed = routes.filter((route) => route.token !== 'none');
const writing = routes.filter(({ method }) => method !== 'get');

describe.each(closed)('a wrong token for $title', (route) => {
  it('is refused with 403 as a parameter', async () => {
    const request = plain(await prepare(route, objects));
    const answer = await ask(desk.url, { ...request, path: `${request.path}?auth_token=${WRONG}` });
    expect(answer.status).toBe(403);
    expect(answer.headers).not.toHaveProperty('www-authenticate');
  });

  it.each([`Bearer ${WRONG}`, `bearer ${WRONG}`, 'Bearer', `Bearer ${WRONG} ${WRONG}`, 'Basic YWRtaW46YWRtaW4='])(
    'is refused with 401 and a challenge as `Authorization: %s`',
    async (authorization) => {
      const request = plain(await prepare(route, objects));
      const answer = await ask(desk.url, { ...request, headers: { ...request.headers, authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="/);
    },
  );

  it('is not made right by a right one in another place', async () => {
    const request = plain(await prepare(route, objects), WRONG);
    const answer = await ask(desk.url, { ...request, path: `${request.path}?auth_token=${token}` });
    expect(answer.status).toBe(401);
  });

  if (route.method === 'get' || route.takesFiles) return;

  it.each([
    ['a JSON body', JSON_TYPE, JSON.stringify],
    ['a form body', FORM_TYPE, formOf],
  ])('is refused with 403 inside %s', async (_, type, write: (fields: Record<string, unknown>) => string) => {
    const call = await prepare(route, objects);
    const body = write(inWrapper(call, { auth_token: WRONG }));
    const answer = await ask(desk.url, { method: route.method.toUpperCase(), path: call.path, body, headers: type });
    expect(answer.status).toBe(403);
  });
});

describe.each(writing)('$title', (route) => {
  const post = async (body: string | Buffer, type: Record<string, string>, chunked = false) => {
    const headers = { authorization: `Bearer ${token}`, ...type };
    return ask(desk.url, { method: route.method.toUpperCase(), path: await objects.path(route), body, headers, chunked });
  };

  it.each([
    ['is cut off', '{"ticket": {"subject": "x"'],
    ['has no quotes', '{ticket: 1}'],
    ['has something behind it', '{"ticket": {}} more'],
    ['is no JSON at all', 'subject=x'],
    ['is a list', '[{"ticket": {}}]'],
    ['is a text', '"ticket"'],
    ['is a number', '17'],
  ])('refuses JSON that %s with 400 and a text', async (_, body) => {
    const answer = await post(body, JSON_TYPE);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(/JSON/);
  });

  it.each([
    ['charset', { 'content-type': 'application/json; charset=klingon' }],
    ['encoding', { 'content-encoding': 'klingon', ...JSON_TYPE }],
  ])('refuses a body of unknown %s with 400', async (_, headers) => {
    expect((await post('{}', headers)).status).toBe(400);
  });

  const filler = 'a'.repeat(1_048_576);
  const small = JSON.stringify({ filler: 'a'.repeat(1_000_000) });

  it.each<[string, string | Buffer, Record<string, string>, boolean]>([
    ['JSON', JSON.stringify({ filler }), JSON_TYPE, false],
    ['JSON in chunks', JSON.stringify({ filler }), JSON_TYPE, true],
    ['a form', `filler=${filler}`, FORM_TYPE, false],
    ['something of no type', filler, NO_TYPE, false],
    ['something compressed', gzipSync(JSON.stringify({ filler })), { ...JSON_TYPE, 'content-encoding': 'gzip' }, false],
  ])('refuses more than 1 MB of %s with 413', async (_, body, headers, chunked) => {
    expect((await post(body, headers, chunked)).status).toBe(413);
  });

  it('takes a little less than 1 MB', async () => {
    const empty = await post('{}', JSON_TYPE);
    expect(outcome(await post(small, JSON_TYPE))).toEqual(outcome(empty));
    expect(outcome(await post(gzipSync(small), { ...JSON_TYPE, 'content-encoding': 'gzip' }))).toEqual(outcome(empty));
  });

  const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const deepList = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  const deepName = (levels: number) => `a${'[a]'.repeat(levels)}`;
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => index);

  it.each([
    ['nests too deep', deep(21)],
    ['nests absurdly deep', deep(10_000)],
    ['nests lists too deep', deepList(21)],
    ['has too many keys', JSON.stringify(Object.fromEntries(numbered(10_001).map((key) => [`k${key}`, 1])))],
    ['has too long a list', JSON.stringify({ list: numbered(10_001) })],
    ['has too many keys inside', JSON.stringify({ ticket: Object.fromEntries(numbered(10_001).map((key) => [`k${key}`, 1])) })],
    ['names __proto__', '{"__proto__": {"polluted": true}}'],
    ['names __proto__ inside', '{"ticket": {"content": {"__proto__": {"polluted": true}}}}'],
    ['names __proto__ in escapes', '{"\\u005f_proto__": {"polluted": true}}'],
    ['names a constructor', '{"constructor": {"prototype": {"polluted": true}}}'],
    ['names a prototype in a list', '{"list": [{"prototype": {"polluted": true}}]}'],
    ['has a NUL', '{"subject": "a\\u0000b"}'],
    ['has a NUL in a list', '{"cc": ["a\\u0000b"]}'],
    ['has a NUL in a name', '{"a\\u0000b": 1}'],
  ])('refuses JSON that %s with 400', async (_, body) => {
    expect((await post(body, JSON_TYPE)).status).toBe(400);
    expect({}).not.toHaveProperty('polluted');
  });

  const forms: [string, string][] = [
    ['nests too deep', `${deepName(11)}=1`],
    ['nests absurdly deep', `${deepName(10_000)}=1`],
    [
      'has too many fields',
      numbered(1_001)
        .map((key) => `k${key}=1`)
        .join('&'),
    ],
    [
      'has too long a list',
      numbered(1_001)
        .map(() => 'list[]=1')
        .join('&'),
    ],
    ['names __proto__', '__proto__[polluted]=1'],
    ['names __proto__ inside', 'ticket[__proto__][polluted]=1'],
    ['names __proto__ in escapes', '%5F%5Fproto%5F%5F%5Bpolluted%5D=1'],
    ['names a constructor', 'constructor[prototype][polluted]=1'],
    ['names a prototype inside', 'ticket[prototype][polluted]=1'],
    ['has a NUL', 'subject=a%00b'],
    ['has a NUL in a name', 'a%00b=1'],
  ];

  it.each(forms)('refuses a form that %s with 400', async (_, body) => {
    expect((await post(body, FORM_TYPE)).status).toBe(400);
    expect({}).not.toHaveProperty('polluted');
  });

  it('takes input that is just within the limits', async () => {
    const empty = await post('{}', JSON_TYPE);
    for (const body of [deep(20), deepList(19), JSON.stringify({ list: numbered(9_999) })])
      expect(outcome(await post(body, JSON_TYPE))).toEqual(outcome(empty));
    for (const body of [
      `${deepName(10)}=1`,
      numbered(1_000)
        .map((key) => `k${key}=1`)
        .join('&'),
    ])
      expect(outcome(await post(body, FORM_TYPE))).toEqual(outcome(empty));
  });
});

describe.each(routes)('the query of $title', (route) => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=1`).join('&');

  it.each([
    ['nests too deep', `a${'[a]'.repeat(11)}=1`],
    ['has too many names', names(1_001)],
    ['names __proto__', '__proto__[polluted]=1'],
    ['names a constructor', 'a[constructor][polluted]=1'],
    ['has a NUL', 'page=%00'],
  ])('is refused with 400 when it %s', async (_, query) => {
    const request = plain(await prepare(route, objects), route.token === 'none' ? undefined : token);
    const answer = await ask(desk.url, { ...request, path: `${request.path}?${query}` });
    expect(answer.status).toBe(400);
    expect({}).not.toHaveProperty('polluted');
  });

  it('may have escapes that mean nothing', async () => {
    const call = await prepare(route, objects);
    const request = plain(call, route.token === 'none' ? undefined : token);
    const answer = await ask(desk.url, { ...request, path: `${request.path}?unknown=%&%zz=1&=&&auth=%ff` });
    expect(Math.floor(answer.status / 100)).toBe(2);
  });
});

describe('what is no route', () => {
  it.each([
    ['GET', '/nothing/here'],
    ['GET', '/tickets/1/replies/1/nothing.json'],
    ['POST', '/healthz'],
    ['DELETE', '/tickets'],
    ['PATCH', '/tickets/1'],
    ['GET', '/..%2f..%2fetc%2fpasswd'],
  ])('is answered 404 with a text: %s %s', async (method, path) => {
    const answer = await ask(desk.url, { method, path, headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(404);
    expect(answer.body.error).toMatch(/nothing at/);
  });

  it('is answered 400 when its address cannot be read', async () => {
    const answer = await send(desk.url, { path: '/tickets/%E0%A4%A', headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(400);
  });

  it('never repeats a token', async () => {
    const answer = await send(desk.url, { path: `/nothing?auth_token=${token}` });
    expect(answer.text).not.toContain(token);
  });
});

it('a body that works is what these were compared with', async () => {
  const route = routes.find(({ title }) => title === 'POST /tickets');
  expect(route).toBeDefined();
  if (!route) return;
  const call = await prepare(route, objects);
  const { status } = await ask(desk.url, { method: 'POST', path: '/tickets', body: wrapped(call), headers: JSON_TYPE });
  expect(status).toBe(201);
});
