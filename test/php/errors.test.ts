import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../support/client.js';
import { startDesk, type OtherApp, type TestDesk } from '../support/desk.js';
import { legacyRoutes } from '../support/document.js';
import { callScript, type ScriptCall } from '../support/php.js';

let desk: TestDesk;
let strict: OtherApp;
let narrow: string;

beforeAll(async () => {
  desk = await startDesk();
  strict = await desk.second({ PHP_API_STRICT_STATUS: true });
  const token = { name: 'narrow', scopes: ['tickets:read'] };
  narrow = (await desk.as(desk.acme.admin).post('/api_tokens', { api_token: token })).body.api_token.token;
});
afterAll(() => desk.stop());

const FIELDS = 'subject=x&message=x&user_email=x@example.com';
const create = (more: Partial<ScriptCall> = {}): ScriptCall => ({
  script: 'tickets_create',
  body: FIELDS,
  by: desk.acme.admin,
  ...more,
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const unauthorized = 'Unauthorized';

const CASES: [name: string, call: () => ScriptCall, status: number, error: unknown][] = [
  ['no token', () => create({ by: undefined }), 401, unauthorized],
  ['a wrong token', () => create({ by: undefined, headers: bearer('pd_wrong') }), 401, unauthorized],
  ['a wrong token as parameter', () => create({ by: undefined, query: 'auth_token=pd_wrong' }), 401, unauthorized],
  ['a wrong token in the body', () => create({ by: undefined, body: `${FIELDS}&auth_token=pd_wrong` }), 401, unauthorized],
  ['the token of an agent', () => create({ by: desk.acme.agent }), 403, unauthorized],
  [
    'the token of a customer',
    () => ({ script: 'tickets_list', query: 'user_email=x', by: desk.acme.customer }),
    403,
    unauthorized,
  ],
  ['a token without the scope', () => create({ by: undefined, headers: bearer(narrow) }), 403, unauthorized],
  ['a wrong token where none is needed', () => ({ script: 'ticket_categories', headers: bearer('pd_wrong') }), 401, unauthorized],
  ['a missing field', () => create({ body: 'subject=x' }), 400, 'Missing required fields'],
  ['a bad value', () => create({ body: `${FIELDS}&priority=x` }), 400, 'priority must be one of low, medium, high'],
  [
    'an unknown ticket',
    () => ({ script: 'ticket_view', query: 'ticket_id=999999&user_email=x', by: desk.acme.admin }),
    404,
    'Ticket not found or no permission',
  ],
  ['GET where POST is needed', () => create({ method: 'GET', body: undefined }), 405, 'Method not allowed'],
  ['JSON that cannot be read', () => create({ body: '{' }), 400, 'The body is not readable JSON'],
  ['a multipart body that cannot be read', () => create({ type: 'multipart/form-data' }), 400, expect.stringMatching(/read/)],
  [
    'a multipart body that breaks off',
    () => create({ type: 'multipart/form-data; boundary=x', body: '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb' }),
    400,
    'The body is not complete multipart/form-data',
  ],
  [
    'a form that names a prototype',
    () => create({ body: `${FIELDS}&a[__proto__][b]=1` }),
    400,
    expect.stringMatching(/__proto__/),
  ],
  ['a form that is too deep', () => create({ body: `${FIELDS}&a${'[b]'.repeat(30)}=1` }), 400, expect.stringMatching(/deep/)],
  ['a query that cannot be read', () => create({ query: '__proto__[x]=1' }), 400, expect.stringMatching(/__proto__/)],
  ['too much', () => create({ body: `${FIELDS}&filler=${'a'.repeat(1_048_577)}` }), 413, expect.stringMatching(/1 MB/)],
  [
    'too much of multipart',
    () =>
      create({
        type: 'multipart/form-data; boundary=x',
        body: `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n${'b'.repeat(1_048_577)}\r\n--x--\r\n`,
      }),
    413,
    expect.stringMatching(/1 MB/),
  ],
];

function expectFailure(answer: Answer, status: number, error: unknown): void {
  expect([answer.status, answer.body]).toEqual([status, { success: false, error }]);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.headers['x-request-id']).toMatch(/\S{8}/);
  expect(answer.headers['access-control-allow-origin']).toBe('*');
}

describe.each(CASES)('%s', (_, call, status, error) => {
  it('is told with 200, as by the original', async () => {
    expectFailure(await callScript(desk, call()), 200, error);
  });

  it('is told with its own status where the desk is set to be strict', async () => {
    const answer = await callScript(desk, { ...call(), url: strict.url });
    expectFailure(answer, status, error);
    if (status === 405) expect(answer.headers['allow']).toBe('POST');
  });
});

describe('the token', () => {
  it.each([
    ['in the header', () => create()],
    ['in the query', () => create({ by: undefined, query: `auth_token=${desk.acme.admin.token}` })],
    ['in a form', () => create({ by: undefined, body: `${FIELDS}&auth_token=${desk.acme.admin.token}` })],
    [
      'in JSON',
      () =>
        create({
          by: undefined,
          body: JSON.stringify({ ...Object.fromEntries(new URLSearchParams(FIELDS)), auth_token: desk.acme.admin.token }),
        }),
    ],
  ])('may stand %s', async (_, call) => {
    expect((await callScript(desk, call())).body).toMatchObject({ success: true });
  });
});

describe('the scripts', () => {
  it('are in the document, each with its own methods', () => {
    expect(
      legacyRoutes
        .filter((route) => route['x-dialect'] === 'php')
        .map(({ title }) => title)
        .sort(),
    ).toEqual(
      [
        ...['POST /api/tickets_create.php', 'POST /api/ticket_reply.php'],
        ...['tickets_list', 'ticket_view', 'ticket_categories', 'ticket_custom_fields'].flatMap((script) => [
          `GET /api/${script}.php`,
          `POST /api/${script}.php`,
        ]),
      ].sort(),
    );
  });

  it('forget a refusal for too many requests, so that trying again under the same key is not refused for ever', async () => {
    const limited = await desk.second({ RATE_LIMITS: true });
    const wrong = () => callScript(desk, create({ by: undefined, headers: bearer('pd_wrong'), url: limited.url }));
    let last = await wrong();
    for (let tries = 0; tries < 31; tries++) last = await wrong();
    expect([last.status, last.body]).toEqual([200, { success: false, error: 'Too many wrong tokens from your address' }]);
    expect(last.headers['retry-after']).toMatch(/^\d+$/);
  });
});
