import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DOCUMENTED } from '../../src/compat/rpc/documented.table.js';
import { LATER } from '../../src/compat/rpc/later.table.js';
import { FUNCTIONS, functionNamed, UNPRINTED } from '../../src/compat/rpc/table.js';
import { startDesk, type TestCompany, type TestDesk } from '../support/desk.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { documented, ok, rpc } from '../support/rpc.js';

let desk: TestDesk;
let receiver: Receiver;
let ours: Record<string, unknown>;
let theirs: Record<string, unknown>;

beforeAll(async () => {
  desk = await startDesk({ WEBHOOK_ALLOWED_CIDRS: '127.0.0.1/32' });
  receiver = await startReceiver((_hit, res) => res.end('{"a-setting":[{"option":"value"},"text"]}'));
  VALUES['file_url'] = receiver.url;
  ours = await thingsOf(desk.acme);
  theirs = await thingsOf(desk.globex);
});
afterAll(async () => {
  await desk.stop();
  await receiver.close();
});

/** A conversation with one message of each side, and a note: what the arguments of a valid call name. */
async function thingsOf({ id: companyId, admin, agent, customer }: TestCompany): Promise<Record<string, unknown>> {
  const options = { by: admin };
  const started = await ok(desk, 'new-conversation', { user_id: customer.id }, options);
  const conversation = Number(started.details.id);
  const say = (user: number) =>
    ok(desk, 'send-message', { user_id: user, conversation_id: conversation, message: 'Hello there' }, options);
  await say(customer.id);
  const message = (await say(agent.id)).id as number;
  const note = await ok(desk, 'add-note', { conversation_id: conversation, user_id: agent.id, name: 'N', message: 'M' }, options);
  await ok(desk, 'update-conversation-agent', { conversation_id: conversation, agent_id: agent.id }, options);
  const replies = [{ 'reply-name': 'hello', 'reply-text': 'Hello!' }];
  await ok(desk, 'save-settings', { settings: { ...SETTINGS, 'saved-replies': replies } }, options);
  const article = { id: `art-${customer.id}`, title: 'Hello', content: '<p>World</p>', categories: ['Nv9PG'] };
  await ok(desk, 'save-articles', { articles: { articles: [article] } }, options);
  await ok(desk, 'save-articles-categories', { categories: CATEGORIES }, options);
  await ok(desk, 'automations-save', { automations: AUTOMATIONS }, options);
  await desk.db.query(`insert into teams (company_id, name) values ($1, 'Sales') on conflict do nothing`, [companyId]);
  await ok(desk, 'current-url', { user_id: customer.id, url: 'https://shop.example.com' }, options);
  const details = [
    ['phone', 'Phone', `+39 02 ${customer.id}`],
    ['language', 'Language', 'es-MX'],
  ];
  for (const [slug, name, value] of details)
    await desk.db.query(
      `insert into user_details (company_id, user_id, slug, name, value)
       select company_id, id, $2, $3, $4 from users where id = $1 on conflict do nothing`,
      [customer.id, slug, name, value],
    );
  const online = (await ok(desk, 'get-online-users', {}, options)) as { id: string; token: string }[];
  const { token } = online.find(({ id }) => id === String(customer.id)) ?? {};
  return {
    ...{ conversation_id: conversation, conversation_ids: [conversation], message_id: message, message_ids: [message] },
    ...{ article_id: article.id, articles: [article] },
    ...{
      note_id: note,
      user_id: customer.id,
      id: customer.id,
      agent_id: agent.id,
      recipient_id: customer.id,
      department: 'false',
    },
    ...{ user_ids: [customer.id], user_token: token },
  };
}

const CATEGORIES = [{ id: 'Nv9PG', title: 'Business' }];
const POPUP = { id: 'ckN24', conditions: [['languages', 'en']], name: 'Pop', message: 'Look' };
const PICTURE = 'https://example.com/image.jpg';
const MAIL = { ...POPUP, id: '0BOaG', subject: 'Half price' };
const AUTOMATIONS = { emails: [MAIL], popups: [{ ...POPUP, title: 'Here', profile_image: PICTURE }] };
const SETTINGS = { 'a-setting': { option: 'value' } };

/** Our company with a customer whom nobody misses. */
async function withStranger(): Promise<TestCompany> {
  const id = (await ok(desk, 'add-user')) as number;
  return { ...desk.acme, customer: { ...desk.acme.customer, id } };
}

const VALUES: Record<string, unknown> = {
  ...{ datetime: '2020-01-01', search: 'hello', status_code: 2, message: 'Some words', name: 'A name' },
  ...{ details: ['email', 'phone'], first_name: 'Don', last_name: 'John' },
  ...{ automations: AUTOMATIONS, automation: POPUP },
  ...{ to: 'somebody@example.com', subject: 'Hello' },
  ...{ setting: 'a-setting', settings: SETTINGS, categories: CATEGORIES, app_name: 'slack', key: 'k' },
};

/** What calls give beside what they need, so that the answer says all that is printed. */
const MORE: Record<string, Record<string, unknown>> = {
  'get-user': { extra: true },
  'search-users': { search: 'acme' },
  reports: { name: 'conversations', date_start: '01/03/2021', date_end: '2021-05-31' },
  'reports-update': { name: 'subscribe' },
};

const present = documented.filter(({ name }) => functionNamed(name) !== undefined);

function needed(name: string, things: Record<string, unknown>): Record<string, unknown> {
  const known = present.find((one) => one.name === name)?.arguments ?? [];
  const fields = known.filter(({ required }) => required).map((one) => [one.name, things[one.name] ?? VALUES[one.name]]);
  const given = Object.fromEntries(fields) as Record<string, unknown>;
  // Nothing is required of it, and without anything nobody is logged in.
  if (name === 'login') return { user_id: things['user_id'], user_token: things['user_token'] };
  if (name === 'set-rating') return { ...given, settings: { conversation_id: things['conversation_id'], rating: 1 } };
  // Notes are written by staff.
  if (name === 'add-note') return { ...given, user_id: things['agent_id'] };
  return { ...given, ...MORE[name] };
}

describe('the table', () => {
  const names = documented.flatMap(({ name, aliases }) => [name, ...aliases]);

  it('has every function of the documents, or says that it comes later', () => {
    expect([...DOCUMENTED].sort()).toEqual([...new Set(names)].sort());
    const missing = names.filter((name) => functionNamed(name) === undefined);
    expect([...LATER].sort()).toEqual(missing.sort());
    expect(Object.keys(FUNCTIONS).filter((name) => !names.includes(name))).toEqual([...UNPRINTED]);
  });

  it.each(present)('takes the arguments of $name as they are documented', ({ name, arguments: known }) => {
    const args = functionNamed(name)?.args ?? {};
    expect(Object.keys(args)).toEqual(known.map((argument) => argument.name));
    const told = Object.entries(args).map(([argument, { isRequired, aliases }]) => [argument, isRequired, [...aliases]]);
    expect(told).toEqual(known.map((argument) => [argument.name, argument.required, argument.aliases ?? []]));
  });

  it.each(present)('knows whether $name is printed without an envelope', ({ name, response }) => {
    expect(functionNamed(name)?.isBare).toBe(response.enveloped === false);
  });
});

/** The keys of printed objects with the kinds of their values; lists by their first item, objects that are keyed by ids by their first. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  const entries = Object.entries(value as Record<string, unknown>);
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))) return { id: shapeOf(entries[0]?.[1]) };
  return Object.fromEntries(entries.map(([key, inner]) => [key, shapeOf(inner)]));
}

/** What is printed is answered with the same kind; more may stand beside it, and an empty list of the example may be filled. */
function expectShape(answered: unknown, printed: unknown): void {
  if (Array.isArray(printed)) {
    expect(Array.isArray(answered)).toBe(true);
    if (printed.length > 0 && Array.isArray(answered) && answered.length > 0) expectShape(answered[0], printed[0]);
  } else if (typeof printed === 'object' && printed !== null) {
    for (const [key, kind] of Object.entries(printed as Record<string, unknown>)) {
      expect(answered).toHaveProperty([key]);
      expectShape((answered as Record<string, unknown>)[key], kind);
    }
  } else if (printed !== 'null') expect(answered).toBe(printed);
  else expect(['null', 'string']).toContain(answered);
}

/** What is true for a few seconds only. */
async function enliven({ conversation_id, user_id, agent_id }: Record<string, unknown>): Promise<void> {
  for (const person of [user_id, agent_id]) {
    await ok(desk, 'set-typing', { conversation_id, user_id: person });
    await ok(desk, 'update-users-last-activity', { user_id: person });
  }
}

describe.each(present)('$name', ({ name, group, arguments: known, response }) => {
  it('answers what is printed, also when it is called again', async () => {
    // What deletes has nothing left to delete.
    const deletes = name.startsWith('delete-');
    const things = deletes || name === 'update-user-to-lead' ? await thingsOf(await withStranger()) : ours;
    if (group === 'typing' || /online/.test(name)) await enliven(things);
    const answered = await ok(desk, name, needed(name, things));
    if (Array.isArray(response.example)) expect(answered).not.toHaveLength(0);
    expectShape(shapeOf(answered), shapeOf(response.example));
    const again = await rpc(desk, name, needed(name, things));
    expect(again.status).toBe(200);
    // All leads may be none.
    expect(again.body.success).toBe(!deletes || name === 'delete-leads');
  });

  const needs = known.filter(({ required }) => required);
  it('needs what it needs', async () => {
    for (const { name: argument } of needs) {
      for (const blank of [undefined, '']) {
        const { status, body } = await rpc(desk, name, { ...needed(name, ours), [argument]: blank });
        expect([argument, status, body]).toEqual([
          argument,
          200,
          { success: false, response: 'missing-arguments', message: argument },
        ]);
      }
    }
  });

  it('refuses what is no id, time or number', async () => {
    // The id that another program has for it may be any text.
    const ofDesk = known.filter((argument) => argument.name !== 'external_id');
    const typed = ofDesk.filter((argument) => /(^|_)ids?$|^datetime$|^pagination$|status_code$/.test(argument.name));
    for (const { name: argument } of typed) {
      const { status, body } = await rpc(desk, name, { ...needed(name, ours), [argument]: 'no such thing' });
      const word = /status_code$/.test(argument) ? 'invalid-status-code' : 'invalid-arguments';
      expect([argument, status, body.success, body.response]).toEqual([argument, 200, false, word]);
    }
  });

  it('is for admins only', async () => {
    const { body } = await rpc(desk, name, needed(name, ours), { by: desk.acme.agent });
    expect(body).toMatchObject({ success: false, response: 'not-admin' });
  });

  it('knows nothing of another company', async () => {
    const facts = () =>
      desk.db.query(
        `select md5(string_agg(t::text, ' ' order by t.id)) as tickets,
      (select md5(string_agg(m::text, ' ' order by m.id)) from messages m where m.company_id = $1) as messages,
      (select md5(string_agg(u::text, ' ' order by u.id)) from users u where u.company_id = $1) as users
      from tickets t where t.company_id = $1`,
        [desk.globex.id],
      );
    const before = await facts();
    const named = known.filter((one) => one.name in theirs && !['department', 'articles'].includes(one.name));
    const { body, text } = await rpc(desk, name, {
      ...needed(name, ours),
      ...Object.fromEntries(named.map((one) => [one.name, theirs[one.name]])),
    });
    if (named.length > 0 && body.success)
      expect([[], {}, false, true, 0, [0, 0], { messages: [], details: '' }]).toContainEqual(body.response);
    expect(text).not.toContain('globex');
    expect(await facts()).toEqual(before);
  });
});
