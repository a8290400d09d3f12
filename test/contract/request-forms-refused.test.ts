import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { startDesk, type TestDesk } from '../support/desk.js';
import { routes, type Route } from '../support/document.js';
import { addQuery, formOf, inWrapper, outcome, plain, prepare } from '../support/forms.js';
import {
  HOSTILE_FORMS,
  HOSTILE_JSON,
  HOSTILE_QUERIES,
  LAST_FORMS,
  LAST_JSON,
  UNREADABLE_JSON,
} from '../support/hostile-input.js';
import { Objects } from '../support/objects.js';
import { ask, send, type Request } from '../support/send.js';

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

/** What comes of each of several requests, by their names. */
async function statuses(requests: [name: string, request: Request][]): Promise<Record<string, number>> {
  const answers = await Promise.all(requests.map(([, request]) => send(desk.url, request)));
  expect({}).not.toHaveProperty('polluted');
  return Object.fromEntries(requests.map(([name], index) => [name, answers[index]?.status ?? 0]));
}

const each = (names: Iterable<string>, status: number) => Object.fromEntries([...names].map((name) => [name, status]));

describe.each(closed)('a wrong token for $title', (route) => {
  const headers = [`Bearer ${WRONG}`, `bearer ${WRONG}`, 'Bearer', `Bearer ${WRONG} ${WRONG}`, 'Basic YWRtaW46YWRtaW4='];

  it('is refused with 401 and a challenge in the header, whatever stands elsewhere', async () => {
    const request = plain(await prepare(route, objects));
    for (const authorization of headers) {
      for (const tried of [request, addQuery(request, `auth_token=${WRONG}`)]) {
        const answer = await ask(desk.url, { ...tried, headers: { ...tried.headers, authorization } });
        // A token that is no bearer's gives way to one that is.
        const isBearer = /^bearer /i.test(authorization);
        expect([authorization, answer.status]).toEqual([authorization, isBearer || tried === request ? 401 : 403]);
        if (answer.status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="/);
      }
    }
    const both = addQuery(
      { ...request, headers: { ...request.headers, authorization: `Bearer ${WRONG}` } },
      `auth_token=${token}`,
    );
    expect((await ask(desk.url, both)).status).toBe(401);
  });

  it('is refused with 403 as a parameter', async () => {
    const call = await prepare(route, objects);
    const method = route.method.toUpperCase();
    const inside = inWrapper(call, { auth_token: WRONG });
    const requests: Request[] = [addQuery(plain(call), `auth_token=${WRONG}`)];
    if (method !== 'GET' && !route.takesFiles) {
      requests.push({ method, path: call.path, body: JSON.stringify(inside), headers: JSON_TYPE });
      requests.push({ method, path: call.path, body: formOf(inside), headers: FORM_TYPE });
    }
    for (const request of requests) {
      const answer = await ask(desk.url, request);
      expect(answer.status).toBe(403);
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    }
  });
});

const FILLER = 'a'.repeat(1_048_577);
const ALMOST_TOO_LARGE = JSON.stringify({ filler: 'a'.repeat(1_000_000) });
const GZIP = { ...JSON_TYPE, 'content-encoding': 'gzip' };

describe.each(writing)('$title', (route) => {
  // Bodies are refused before anybody looks at what the path names.
  const path = route.path.replace(/\{\w+\}/g, '999999999');
  const post = (body: string | Buffer, headers: Record<string, string>, chunked = false): Request => ({
    method: route.method.toUpperCase(),
    path,
    body,
    headers: { authorization: `Bearer ${token}`, ...headers },
    chunked,
  });

  it('refuses JSON that cannot be read with 400 and a text', async () => {
    for (const [name, body] of Object.entries(UNREADABLE_JSON)) {
      const answer = await ask(desk.url, post(body, JSON_TYPE));
      expect([name, answer.status, answer.body.error]).toEqual([name, 400, expect.stringMatching(/JSON/)]);
    }
  });

  it('refuses bodies that are too deep, too wide, or name a prototype, with 400', async () => {
    const json = Object.entries(HOSTILE_JSON).map(([name, body]): [string, Request] => [name, post(body, JSON_TYPE)]);
    const forms = Object.entries(HOSTILE_FORMS).map(([name, body]): [string, Request] => [name, post(body, FORM_TYPE)]);
    expect(await statuses(json)).toEqual(each(Object.keys(HOSTILE_JSON), 400));
    expect(await statuses(forms)).toEqual(each(Object.keys(HOSTILE_FORMS), 400));
  });

  it('refuses a body of unknown charset or encoding with 400', async () => {
    const unknown: [string, Request][] = [
      ['charset', post('{}', { 'content-type': 'application/json; charset=klingon' })],
      ['encoding', post('{}', { ...JSON_TYPE, 'content-encoding': 'klingon' })],
      ['not what it says', post('{}', GZIP)],
    ];
    expect(await statuses(unknown)).toEqual(each(['charset', 'encoding', 'not what it says'], 400));
  });

  it('refuses more than 1 MB with 413', async () => {
    expect(await statuses([['JSON', post(JSON.stringify({ FILLER }), JSON_TYPE)]])).toEqual({ JSON: 413 });
    if (route.title !== 'POST /tickets') return;
    const large: [string, Request][] = [
      ['JSON in chunks', post(JSON.stringify({ FILLER }), JSON_TYPE, true)],
      ['a form', post(`filler=${FILLER}`, FORM_TYPE)],
      ['something of no type', post(FILLER, NO_TYPE)],
      ['something compressed', post(gzipSync(JSON.stringify({ FILLER })), GZIP)],
    ];
    expect(await statuses(large)).toEqual(
      each(
        large.map(([name]) => name),
        413,
      ),
    );
  });

  it('takes bodies that are just within these limits', async () => {
    const tell = async (request: Request) => outcome(await send(desk.url, { ...request, path: await objects.path(route) }));
    const empty = await tell(post('{}', JSON_TYPE));
    expect(await tell(post(LAST_JSON, JSON_TYPE))).toEqual(empty);
    for (const form of LAST_FORMS) expect(await tell(post(form, FORM_TYPE))).toEqual(empty);
    if (route.title !== 'POST /tickets') return;
    expect(await tell(post(ALMOST_TOO_LARGE, JSON_TYPE))).toEqual(empty);
    expect(await tell(post(gzipSync(ALMOST_TOO_LARGE), GZIP))).toEqual(empty);
  });
});

describe.each(routes)('the query of $title', (route: Route) => {
  it('is refused with 400 when it is too deep, too wide, or names a prototype', async () => {
    const request = plain(await prepare(route, objects), token);
    const hostile = Object.entries(HOSTILE_QUERIES).map(([name, query]): [string, Request] => [name, addQuery(request, query)]);
    expect(await statuses(hostile)).toEqual(each(Object.keys(HOSTILE_QUERIES), 400));
  });

  it('may have escapes that mean nothing', async () => {
    const request = plain(await prepare(route, objects), token);
    const answer = await ask(desk.url, addQuery(request, 'unknown=%&%zz=1&=&&other=%ff'));
    expect(Math.floor(answer.status / 100)).toBe(2);
  });
});

describe('what is no route', () => {
  it.each([
    ['GET', '/nothing/here'],
    ['GET', '/tickets/1/replies/1/nothing.json'],
    ['POST', '/healthz'],
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

  it('is answered without the token that was shown', async () => {
    const answer = await send(desk.url, { path: `/nothing?auth_token=${token}` });
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain(token);
  });
});
