import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLES, type Role } from '../../src/access/actor.js';
import type { Answer } from '../support/client.js';
import { CANARY, fingerprint, plantCanaries, startIdsAt } from '../support/canaries.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { routes, type Route } from '../support/document.js';
import { addQuery, leafAt, plain, prepare, shapeOf, withLeaf, type Call } from '../support/forms.js';
import { fillPath, Objects, referencesOf, type Ids } from '../support/objects.js';
import { ask, send, type Request } from '../support/send.js';

/** What stands in acme and must not be known to globex: for each route ids and fields that work there. */
interface Theirs {
  ids: Ids;
  fields: Record<string, unknown>;
}

/** A thing of the other company, and one of the same kind that does not exist. */
interface Pair {
  theirs: unknown;
  nobodys: unknown;
}

let desk: TestDesk;
let ours: Objects;
const theirs = new Map<Route, Theirs>();
let theirEmails: string[];
let handles: Pair[];

const NOBODY = 9_999_999;
const nobodysEmail = (() => {
  let count = 0;
  return () => `stranger-${++count}@stranger.test`;
})();

beforeAll(async () => {
  desk = await startDesk();
  await startIdsAt(desk, 7_000_001);
  const objects = new Objects(desk, desk.acme);
  for (const route of routes.filter(({ method }) => method !== 'delete'))
    await ask(desk.url, plain(await prepare(route, objects), objects.caller.token));
  for (const route of routes) {
    const { ids, fields = {} } = await prepare(route, objects);
    theirs.set(route, { ids, fields });
  }
  expect(await plantCanaries(desk, desk.acme)).toEqual([]);
  const labels = await desk.db.query<{ name: string }>('select name from labels where company_id = $1', [desk.acme.id]);
  for (const { ids } of theirs.values()) if ('label_name' in ids) ids['label_name'] = encodeURIComponent(labels[0]?.name ?? '');
  const people = await desk.db.query<{ email: string }>('select email from users where company_id = $1 and email is not null', [
    desk.acme.id,
  ]);
  theirEmails = people.map(({ email }) => email);
  handles = await theirHandles();
  await startIdsAt(desk, 3_000_001);
  ours = new Objects(desk, desk.globex);
  // The last use of a token is noted once a minute, which is a change.
  await desk.db.query(`update api_tokens set last_used_at = '2100-01-01'`);
}, 60_000);
afterAll(() => desk.stop());

/** One thing of each table, and a name or an address. */
async function theirHandles(): Promise<Pair[]> {
  const tables = ['users', 'tickets', 'teams', 'labels', 'messages', 'attachments'];
  const sql = tables.map((table) => `(select min(id) as id from ${table} where company_id = $1)`).join(' union all ');
  const found = await desk.db.query<{ id: number }>(sql, [desk.acme.id]);
  const words = await desk.db.query<{ name: string }>('select name from labels where company_id = $1 limit 1', [desk.acme.id]);
  return [
    ...found.map(({ id }) => ({ theirs: id, nobodys: NOBODY })),
    ...words.map(({ name }) => ({ theirs: name, nobodys: 'nothing' })),
    { theirs: theirEmails[0], nobodys: nobodysEmail() },
  ];
}

/** The same request twice: with something of theirs, and with something that nobody has. */
type Case = [where: string, theirs: Request, nobodys: Request, pair: Pair];

function casesOf(route: Route, call: Call, token: string): Case[] {
  const known = theirs.get(route) ?? { ids: {}, fields: {} };
  const request = (changed: Partial<Call>) => plain({ ...call, ...changed }, token);
  const at = (ids: Ids) => request({ path: fillPath(route, { ...call.ids, ...ids }) });
  const named = route.names.filter((name) => name.endsWith('_id') || name === 'label_name');
  const inPath = named.map((name): Case => {
    const pair = { theirs: known.ids[name] ?? '', nobodys: name === 'label_name' ? 'nothing' : NOBODY };
    return [name, at({ [name]: pair.theirs }), at({ [name]: pair.nobodys }), pair];
  });
  const whole = named.length > 1 ? [wholePath(named, known.ids, at)] : [];
  const inBody = referencesOf(route.body?.dto).map(({ path, isEmail }): Case => {
    const pair = isEmail
      ? { theirs: theirEmails.pop(), nobodys: nobodysEmail() }
      : { theirs: leafAt(known.fields, path), nobodys: NOBODY };
    const nobodys = Array.isArray(pair.theirs) ? [pair.nobodys] : pair.nobodys;
    const write = (value: unknown) => request({ fields: withLeaf(call.fields ?? {}, path, value) });
    return [path, write(pair.theirs), write(nobodys), pair];
  });
  const inQuery = route.query
    .filter(({ schema }) => schema.enum === undefined && schema.type !== 'boolean')
    .flatMap(({ name }) =>
      handles.map((pair): Case => {
        const write = (value: unknown) => addQuery(request({}), `${name}=${encodeURIComponent(String(value))}`);
        return [`?${name}`, write(pair.theirs), write(pair.nobodys), pair];
      }),
    );
  return [...inPath, ...whole, ...inBody, ...inQuery];
}

function wholePath(names: string[], ids: Ids, at: (ids: Ids) => Request): Case {
  const missing = Object.fromEntries(names.map((name) => [name, NOBODY]));
  return ['the whole path', at(ids), at(missing), { theirs: Object.values(ids).join('/'), nobodys: NOBODY }];
}

/** What an answer tells, without what was asked for. */
function told({ status, body, text }: Answer, asked: unknown): { status: number; told: unknown } {
  if (status < 400) return { status, told: shapeOf(body) };
  const names = String(asked)
    .split(/[/,]/)
    .flatMap((name) => [name, decodeURIComponent(name)]);
  return { status, told: names.reduce((left, name) => left.replaceAll(name, '…'), text) };
}

const tokenOf = (role: Role) => desk.globex[role].token;

describe.each(routes)('$title', (route) => {
  it('answers about what is of another company as about what does not exist, and changes nothing there', async () => {
    const call = await prepare(route, ours);
    const cases = ROLES.flatMap((role) => casesOf(route, call, tokenOf(role)).map((one) => ({ role, one })));
    const [here, everywhere] = [await fingerprint(desk, desk.acme), await fingerprint(desk)];
    const outcomes = await Promise.all(
      cases.map(async ({ role, one: [where, foreign, missing, pair] }) => {
        const [about, nothing] = [await send(desk.url, foreign), await send(desk.url, missing)];
        return { where: `${role}: ${where}`, about, nothing, pair };
      }),
    );
    const of = (which: 'about' | 'nothing') =>
      outcomes.map(({ where, pair, ...answers }) => ({
        where,
        ...told(answers[which], which === 'about' ? pair.theirs : pair.nobodys),
      }));
    expect(of('about')).toEqual(of('nothing'));
    for (const { about, pair } of outcomes) expect(String(told(about, pair.theirs).told)).not.toMatch(CANARY);
    expect(await fingerprint(desk, desk.acme)).toEqual(here);
    // What was refused changed nothing at home either.
    if (outcomes.every(({ about, nothing }) => about.status >= 400 && nothing.status >= 400))
      expect(await fingerprint(desk)).toEqual(everywhere);
  });
});
