import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { functionNamed } from '../../src/compat/rpc/table.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { documented, ok, rpc } from '../support/rpc.js';

let desk: TestDesk;
let values: Record<string, unknown>;

beforeAll(async () => {
  desk = await startDesk();
  const { customer, agent } = desk.acme;
  const started = await ok(desk, 'new-conversation', { user_id: customer.id });
  const conversation_id = Number(started.details.id);
  const said = { user_id: agent.id, conversation_id, message: 'Hello there' };
  const { id: message_id } = await ok(desk, 'send-message', said);
  const article = { id: 'art-1', title: 'Hello', content: '<p>World</p>', categories: [] };
  await ok(desk, 'save-articles', { articles: { articles: [article] } });
  values = {
    ...{ conversation_id, conversation_ids: [conversation_id], message_id, message_ids: [message_id] },
    ...{ user_id: customer.id, user_ids: [customer.id], id: customer.id, agent_id: agent.id, department: 'false' },
    ...{ article_id: article.id, search: 'hello', datetime: '2020-01-01', details: ['email'], message: 'Some words' },
    ...{ status_code: 2, settings: { conversation_id, rating: 1 } },
  };
});
afterAll(() => desk.stop());

/** The groups about people and conversations, and what chats ask beside them. */
const GROUPS = ['users', 'sessions', 'typing', 'conversations', 'messages', 'notes', 'articles'];
const present = documented.filter(({ name, group }) => GROUPS.includes(group) && functionNamed(name) !== undefined);

/** What the document puts into words, and the value that they mean. */
const WORDS: Record<string, unknown> = {
  'get-conversations.status_code': '',
  'get-articles.count': 1000,
  'add-user.first_name': '',
  'add-user.last_name': '',
  'add-user.user_type': 'visitor',
};

/** Defaults that are not served as they are printed. */
const OTHERWISE: Record<string, string> = {
  'login.token': 'in a form of PHP it takes the place of the token of the admin (rpc-conventions.md section 1.4)',
  'update-message.attachments': 'who changes the text only would lose the files; an empty list that is given takes them away',
};

const cases = present.flatMap(({ name, arguments: known }) =>
  known
    .filter(({ required, default: printed }) => !required && printed !== null)
    .map(({ name: argument, default: printed }) => ({
      ...{ name, argument, key: `${name}.${argument}` },
      value: `${name}.${argument}` in WORDS ? WORDS[`${name}.${argument}`] : printed,
    })),
);

const needed = (name: string) =>
  Object.fromEntries(
    (documented.find((one) => one.name === name)?.arguments ?? [])
      .filter(({ required }) => required)
      .map(({ name: argument }) => [argument, values[argument]]),
  );

/** An answer without its numbers and secrets, which are others each time. */
const kind = (answered: unknown) =>
  JSON.stringify(answered)
    .replace(/[\w-]{32,}/g, '*')
    .replace(/\d+/g, '#');

describe('a default', () => {
  it.each(cases.filter(({ key }) => !(key in OTHERWISE)))('$key is what is meant when nothing is said', async (one) => {
    const without = await ok(desk, one.name, needed(one.name));
    // As jQuery writes it; PHP writes false as 0, which may be a value of its own.
    const given = typeof one.value === 'boolean' ? String(one.value) : one.value;
    const withIt = await ok(desk, one.name, { ...needed(one.name), [one.argument]: given });
    expect(kind(withIt)).toBe(kind(without));
  });

  it('that is not served as printed is one of the documents, and the file stays', async () => {
    expect(cases.map(({ key }) => key)).toEqual(expect.arrayContaining([...Object.keys(OTHERWISE), ...Object.keys(WORDS)]));
    const attachments = [['a.png', 'https://example.com/a.png']];
    const { conversation_id, agent_id: user_id } = values;
    const { id } = await ok(desk, 'send-message', { conversation_id, user_id, message: 'Look', attachments });
    const filesOf = async () => {
      const { messages } = await ok(desk, 'get-conversation', { conversation_id });
      return (messages as { id: string; attachments: string }[]).find((message) => message.id === String(id))?.attachments;
    };
    await ok(desk, 'update-message', { message_id: id, message: 'Look here' });
    expect(JSON.parse((await filesOf()) ?? '')).toEqual(attachments);
    await ok(desk, 'update-message', { message_id: id, attachments: '[]' });
    expect(await filesOf()).toBe('');
  });
});

/** How each word is reached; or why no call can. */
const REACHED: Record<string, Record<string, unknown> | string> = {
  'add-user duplicate-email': { email: 'admin@acme.test' },
  'add-user invalid-user-type': { user_type: 'bot' },
  'update-user duplicate-email': { email: 'admin@acme.test' },
  'update-user invalid-user-type': { user_type: 'bot' },
  'current-url true': { url: 'https://shop.example.com' },
  'new-conversation user-not-found': { user_id: 999_999 },
  'update-conversation-status invalid-status-code': { status_code: 7 },
  'send-message invalid-status-code': { conversation_status_code: 7 },
  'article-ratings true': { rating: 1 },
  ...Object.fromEntries(
    ['add-user', 'update-user', 'new-conversation', 'send-message'].map((name) => [
      `${name} database error text`,
      'only a fault of the desk has it, and then as the word database-error, without the text of the database',
    ]),
  ),
};

describe('a word that is printed beside the answers', () => {
  const words = present.flatMap(({ name, response }) => response.other_responses.map((word) => ({ name, word: String(word) })));

  it('has a call that reaches it, or a reason', () => {
    expect(words.map(({ name, word }) => `${name} ${word}`).sort()).toEqual(Object.keys(REACHED).sort());
  });

  const reachable = words.filter(({ name, word }) => typeof REACHED[`${name} ${word}`] === 'object');
  it.each(reachable)('$word is what $name says', async ({ name, word }) => {
    const { status, body } = await rpc(desk, name, { ...needed(name), ...(REACHED[`${name} ${word}`] as object) });
    expect([status, body.success, body.response]).toEqual([200, word === 'true', word === 'true' ? true : word]);
  });
});
