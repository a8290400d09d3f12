import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { routes, type Route } from '../support/document.js';
import {
  addQuery,
  aliasesOf,
  asText,
  formOf,
  inWrapper,
  mapLeaves,
  outcome,
  plain,
  prepare,
  renamed,
  withBlanks,
  wrapped,
  type Call,
  type Outcome,
} from '../support/forms.js';
import { Objects } from '../support/objects.js';
import { untilLogged } from '../support/event-log.js';
import { ask, type Request } from '../support/send.js';

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

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

const bearer = () => ({ authorization: `Bearer ${token}` });
const addHeader = (request: Request, headers: Record<string, string>): Request => ({
  ...request,
  headers: { ...request.headers, ...headers },
});
const withBody = (call: Call, body: string, type: Record<string, string>): Request => ({
  method: call.route.method.toUpperCase(),
  path: call.path,
  body,
  headers: type,
});

const signed = (call: Call, body: string, type: Record<string, string>) => addHeader(withBody(call, body, type), bearer());

type Way = [name: string, write: (call: Call) => Request];

const usual = new Map<Route, Promise<Outcome>>();

async function write(route: Route, way: (call: Call) => Request): Promise<Outcome> {
  const call = await prepare(route, objects);
  return outcome(await ask(desk.url, way(call)), call);
}

/** However a call is written, it does the same as when it is written the ordinary way. */
async function expectSame(route: Route, ways: Way[]): Promise<void> {
  // What is read may have changed since it was read last.
  const known = route.method === 'get' ? undefined : usual.get(route);
  const ordinary = known ?? write(route, (call) => plain(call, token));
  usual.set(route, ordinary);
  const [first, ...others] = await Promise.all([ordinary, ...ways.map(([, way]) => write(route, way))]);
  expect(Math.floor(first.status / 100)).toBe(2);
  const outcomes = Object.fromEntries(ways.map(([name], index) => [name, others[index]]));
  const expected = Object.fromEntries(ways.map(([name]) => [name, first]));
  // Nearly always they are; comparing texts is much faster then.
  if (JSON.stringify(outcomes) !== JSON.stringify(expected)) expect(outcomes).toEqual(expected);
}

/** The path alone changed; a query that the route needs stays behind it. */
const rewritePath = (call: Call, change: (path: string) => string): Request => {
  const request = plain(call, token);
  const [path = '', query] = request.path.split('?');
  const changed = change(path);
  if (query === undefined) return { ...request, path: changed };
  return { ...request, path: `${changed}${changed.includes('?') ? '&' : '?'}${query}` };
};

describe.each(routes)('$title', (route) => {
  it('is the same at every address under which clients call it', () =>
    expectSame(
      route,
      Object.entries<(path: string) => string>({
        'with the suffix .json': (path) => `${path}.json`,
        'with a slash at its end and a question mark': (path) => `${path}/?`,
        'with a doubled slash in front and unknown names in the query': (path) =>
          `/${path}?unknown=1&nested[unknown]=2&list[]=3&_=1700000000`,
        'with all of these': (path) => `/${path}.json/?utm_source=mail`,
      }).map(([name, change]) => [name, (call) => rewritePath(call, change)]),
    ));

  if (route.token === 'none') return;

  it('takes the token in every place', () => {
    const query: Way = ['the query', (call) => addQuery(plain(call), `auth_token=${token}&unknown=1`)];
    const reading: Way[] = [
      ['a header in other letters', (call) => addHeader(plain(call), { authorization: `bearer ${token}` })],
      ['a header, whatever `access_token` says', (call) => addQuery(plain(call, token), 'access_token=1')],
    ];
    const writing: Way[] = [
      ['a JSON body', (call) => withBody(call, wrapped(call, { auth_token: token }), JSON_TYPE)],
      ['a form body', (call) => withBody(call, formOf(inWrapper(call, { auth_token: token })), FORM_TYPE)],
      ['a header, whatever `access_token` says', (call) => signed(call, wrapped(call, { access_token: '1' }), JSON_TYPE)],
    ];
    return expectSame(route, [query, ...(route.method === 'get' || route.takesFiles ? reading : writing)]);
  });
});

const bodies = routes.filter(({ body }) => body);

describe.each(bodies)('the body of $title', (route) => {
  const { dto, key } = route.body ?? { dto: '', key: '' };

  it('may be JSON or a form, wrapped or not, under any type', () =>
    expectSame(route, [
      ['JSON without a wrapper', (call) => signed(call, JSON.stringify(call.fields), JSON_TYPE)],
      ['JSON called a form', (call) => signed(call, wrapped(call), FORM_TYPE)],
      ['JSON of no type', (call) => signed(call, wrapped(call), {})],
      [
        'JSON as text, in chunks',
        (call) => ({ ...signed(call, wrapped(call), { 'content-type': 'text/plain;charset=UTF-8' }), chunked: true }),
      ],
      ['a form, as Rails writes it', (call) => signed(call, formOf(inWrapper(call)), FORM_TYPE)],
      ['a form without a wrapper, of no type', (call) => signed(call, formOf(call.fields ?? {}), {})],
    ]));

  it('may hold numbers and booleans as text, and fields that nobody knows', () =>
    expectSame(route, [
      ['as text', (call) => signed(call, JSON.stringify({ [key]: mapLeaves(call.fields ?? {}, asText) }), JSON_TYPE)],
      [
        'with strangers',
        (call) => signed(call, JSON.stringify({ [key]: withStrangers(call.fields ?? {}), ...STRANGERS }), JSON_TYPE),
      ],
      ['with strangers, unwrapped', (call) => signed(call, JSON.stringify(withStrangers(call.fields ?? {})), JSON_TYPE)],
    ]));

  it('may leave blank what it may leave out', async () => {
    const tell = async (write: (call: Call) => Request) => {
      const call = await prepare(route, objects, 'needed');
      return outcome(await ask(desk.url, write(call)), call);
    };
    const blanks = (call: Call) => ({ [key]: withBlanks(dto, call.fields ?? {}) });
    const brief = await tell((call) => plain(call, token));
    expect(Math.floor(brief.status / 100)).toBe(2);
    expect(await tell((call) => signed(call, JSON.stringify(blanks(call)), JSON_TYPE))).toEqual(brief);
    expect(await tell((call) => signed(call, formOf(blanks(call)), FORM_TYPE))).toEqual(brief);
  });
});

const aliases = bodies.flatMap((route) =>
  aliasesOf(route.body?.dto ?? '').map((alias) => ({ route, title: route.title, ...alias })),
);

it.each(aliases)('$title takes $field as $alias too', ({ route, field, alias }) =>
  expectSame(route, [[alias, (call) => signed(call, JSON.stringify(renamed(call.fields ?? {}, field, alias)), JSON_TYPE)]]),
);

describe.each(routes.filter(({ method }) => method !== 'get'))('$title without a body', (route) => {
  it('is like one with an empty object', async () => {
    const call = async (given: Partial<Request>) => {
      const request = {
        method: route.method.toUpperCase(),
        path: await objects.path(route),
        headers: { ...bearer(), ...JSON_TYPE },
      };
      const answer = await ask(desk.url, { ...request, ...given });
      expect(answer.status).toBeLessThan(500);
      expect(answer.text).not.toMatch(/read/);
      return outcome(answer);
    };
    const empty = await call({ body: '{}' });
    const others = [{}, { body: ' \n ', chunked: true }, { body: 'null' }];
    expect(await Promise.all(others.map(call))).toEqual(others.map(() => empty));
  });
});

describe.each(routes.filter(({ query }) => query.length > 0))('the query of $title', (route) => {
  it.each(route.query)('knows $name', async ({ name, example, schema }) => {
    const value = encodeURIComponent(String(example ?? schema.example));
    const request = addQuery(plain(await prepare(route, objects), token), `${name}=${value}`);
    expect([200, 201]).toContain((await ask(desk.url, request)).status);
  });

  it('may leave everything blank', () => {
    const blanks = route.query.filter(({ required }) => !required).map(({ name }) => `${name}=`);
    return expectSame(route, [['blank', (call) => addQuery(plain(call, token), blanks.join('&'))]]);
  });
});

const STRANGERS = { unknown: 1, created_at: 'never', nested: { unknown: [{}] } };

function withStrangers(fields: Record<string, unknown>): Record<string, unknown> {
  const known = Object.entries(fields).map(([name, value]) => [name, isPlain(value) ? withStrangers(value) : value]);
  return { ...STRANGERS, ...Object.fromEntries(known) } as Record<string, unknown>;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
