import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { routes } from '../support/document.js';
import { addQuery, leavesOf, plain, prepare, withLeaf } from '../support/forms.js';
import { fillPath, Objects } from '../support/objects.js';
import { ask, type Request } from '../support/send.js';

let desk: TestDesk;
let objects: Objects;
let token: string;

beforeAll(async () => {
  desk = await startDesk();
  objects = new Objects(desk, desk.acme);
  token = desk.acme.admin.token;
});
afterAll(() => desk.stop());

/** Whatever comes, an answer that the document knows goes out, and never a fault of ours. */
async function faults(requests: [name: string, request: Request][]): Promise<string[]> {
  const found = await Promise.all(
    requests.map(async ([name, request]) => {
      try {
        const { status } = await ask(desk.url, request);
        return status >= 500 ? [`${name} → ${status}`] : [];
      } catch (error) {
        return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
      }
    }),
  );
  return found.flat();
}

/** Those that have upset programs most often, and others. */
const SHARP: unknown[] = [null, 2 ** 53, '\ud800 half a pair', 'x'.repeat(3000), { a: { b: [] } }, [[{}]]];
const VALUES: unknown[] = [
  ...[...SHARP, true, -1, 1.5, 1e300, [], {}, [null]],
  ...['-1', '9'.repeat(30), '2024-02-30', `it's \\ % _ "q" :(`, '\u202e👍\u0001'],
];
const TEXTS = VALUES.filter((value): value is string => typeof value === 'string');

describe.each(routes.filter(({ body }) => body))('odd values in the body of $title', (route) => {
  it('are taken or refused, in one field and in all', async () => {
    const call = await prepare(route, objects);
    const fields = call.fields ?? {};
    const leaves = leavesOf(fields).map(([path]) => path);
    expect(leaves.length).toBeGreaterThan(0);
    const set = (paths: string[], value: unknown): [string, Request] => [
      `${paths.join()} = ${JSON.stringify(value).slice(0, 60)}`,
      plain({ ...call, fields: paths.reduce((left, path) => withLeaf(left, path, value), fields) }, token),
    ];
    expect(await faults(VALUES.map((value) => set(leaves, value)))).toEqual([]);
    expect(await faults(leaves.flatMap((path) => SHARP.map((value) => set([path], value))))).toEqual([]);
  });

  it('are taken or refused in place of the whole', async () => {
    const call = await prepare(route, objects);
    const key = route.body?.key ?? '';
    const requests = VALUES.map((value): [string, Request] => [
      JSON.stringify(value).slice(0, 60),
      { ...plain(call, token), body: JSON.stringify({ [key]: value }) },
    ]);
    expect(await faults(requests)).toEqual([]);
  });
});

describe.each(routes.filter(({ query }) => query.length > 0))('odd values in the query of $title', (route) => {
  it('are taken or refused, name by name', async () => {
    const request = plain(await prepare(route, objects), token);
    const requests = route.query.flatMap(({ name }) => [
      ...TEXTS.map((text): [string, Request] => [
        `${name}=${text.slice(0, 60)}`,
        addQuery(request, `${name}=${encodeURIComponent(text.replace('\ud800', ''))}`),
      ]),
      ...['[]=1', '[a]=1', '[a][b]=1', '=1&%s=2', '[]=&%s[]=%%', '=%%ff'].map((rest): [string, Request] => {
        const query = `${name}${rest.replaceAll('%s', name).replaceAll('%%', '%')}`;
        return [query, addQuery(request, query)];
      }),
    ]);
    expect(await faults(requests)).toEqual([]);
  });
});

const numbered = routes.filter(({ numbers }) => numbers.length > 0);

describe.each(numbered)('odd ids in the path of $title', (route) => {
  it('are those of nothing', async () => {
    const odd = ['0', '-1', '1.5', '1e3', 'abc', '9'.repeat(15), '9'.repeat(30), '%20', '%E2%91%A0', "1'--", '1%00', '..%2f1'];
    const call = await prepare(route, objects);
    const requests = route.numbers.flatMap((name) =>
      odd.map((id) => ({ ...call, path: fillPath(route, { ...call.ids, [name]: id }) })),
    );
    const answers = await Promise.all(requests.map((odd) => ask(desk.url, plain(odd, token))));
    expect(answers.map(({ status }) => status)).toEqual(requests.map(() => 404));
  });
});
