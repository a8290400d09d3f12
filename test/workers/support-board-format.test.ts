import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Spelling } from '../../src/webhooks/formats/format.js';
import { FORMATS } from '../../src/webhooks/formats/formats.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { lastLogged, logEvent } from '../support/logged-events.js';
import { namesOf, sentOf, sentOfTicket, type Sent } from '../support/support-board-hook.js';
import { shapeOf, SUPPORT_BOARD, type Shape } from '../support/support-board.js';
import { openTicket } from '../support/tickets.js';

const format = FORMATS.support_board;
const SPELLINGS = ['gb-talk', 'support-board'] as const;

let desk: TestDesk;
/** Opened by nobody in particular for Jane, who has no name. */
let id: number;
let janeId: number;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

beforeEach(async () => {
  const ticket = await openTicket(desk, { subject: 'Fire' });
  [id, janeId] = [ticket.id, ticket.requester.id];
});

const agent = () => desk.as(desk.acme.agent);
const answer = () => agent().post(`/tickets/${id}/replies`, { reply: { content: { text: 'Have you tried water?' } } });

const NEW_MESSAGES = { 'gb-talk': 'new-messages-received', 'support-board': 'new-message' };

/** What one of each event makes, and what has happened to its ticket before. */
async function oneOfEach(spelling: Spelling): Promise<Sent[]> {
  await answer();
  const ticket = (await agent().get(`/tickets/${id}`)).body.ticket as object;
  const user = (await agent().get(`/users/${janeId}`)).body.user as object;
  const result = { type: 'inputs', result: { phone: ['+39 1', 'Phone'] } };
  await logEvent(desk, 'rich_message.submitted', { message_id: 2045, result, ticket }, id);
  const response = { messages: [{ message: 'Hi!', attachments: [] }], response: { queryText: 'Hello' } };
  await logEvent(desk, 'bot.replied', { question: 'Hello', response, ticket }, id);
  await logEvent(desk, 'slack.message_sent', { message: 'Hello', channel: 'C011JFFGSKY', ticket }, id);
  await logEvent(desk, 'message.deleted', { message_id: 2044, ticket }, id);
  const registration = { 'first-name': ['Jane', 'First name'] };
  const others = [
    await logEvent(desk, 'user.signed_in', { user }),
    await logEvent(desk, 'user.registered', { user, registration, extra: { phone: ['+39 1', 'Phone'] } }),
    await logEvent(desk, 'user.email_left', { user }),
    await logEvent(desk, 'user.deleted', { user }),
    await logEvent(desk, 'email.sent', { recipient: user, message: 'You have mail' }),
    await logEvent(desk, 'sms.sent', { recipient: user, message: 'Hello', response: { status: 'queued' } }),
  ];
  return [...(await sentOfTicket(desk, id, spelling)), ...others.flatMap((event) => sentOf(desk, event, null, spelling))];
}

function shapeIn(spelling: Spelling, name: string): unknown {
  const { conversation_id, ...older } = SUPPORT_BOARD['bot-message'] as Record<string, Shape>;
  expect(conversation_id).toBe('number');
  return name === 'bot-message' && spelling === 'support-board' ? older : SUPPORT_BOARD[name];
}

describe.each(SPELLINGS)('the events of %s', (spelling) => {
  it('have the names, the keys and the JSON types of the document', async () => {
    const sent = await oneOfEach(spelling);
    const missing = spelling === 'gb-talk' ? ['new-message'] : ['new-messages-received', 'new-conversation-received'];
    expect([...new Set(namesOf(sent))].sort()).toEqual(
      Object.keys(SUPPORT_BOARD)
        .filter((name) => !missing.includes(name))
        .sort(),
    );
    for (const { function: name, data, ...others } of sent) {
      expect(others).toEqual({ key: 'hush', 'sender-url': 'http://acme.desk.test' });
      expect([name, shapeOf(data)]).toEqual([name, shapeIn(spelling, name)]);
    }
  });

  it('come once each of what happens to a ticket', async () => {
    await answer();
    await agent().post(`/tickets/${id}/archive`);
    const news = NEW_MESSAGES[spelling];
    const opened =
      spelling === 'gb-talk' ? ['new-conversation-received', 'new-conversation-created'] : ['new-conversation-created'];
    expect(namesOf(await sentOfTicket(desk, id, spelling))).toEqual([
      ...[...opened, 'message-sent', news],
      ...['message-sent', news, 'conversation-status-updated'],
      'conversation-status-updated',
    ]);
  });

  it('can be asked for by the names of either document', async () => {
    const named = async (...patterns: string[]) => namesOf(await sentOfTicket(desk, id, spelling, patterns));
    const opened = spelling === 'gb-talk' ? 'new-conversation-received' : 'new-conversation-created';
    for (const pattern of ['new-message', 'new-messages-received', 'new-message*'])
      expect(await named(pattern)).toEqual([NEW_MESSAGES[spelling]]);
    for (const pattern of ['new-conversation', 'new-conversation-received']) expect(await named(pattern)).toEqual([opened]);
    expect(await named('new-conversation-created')).toEqual(['new-conversation-created']);
    expect(await named('message-sent', 'login')).toEqual(['message-sent']);
    expect(await named()).toEqual([]);
    expect(await named('ticket.*')).toEqual([]);
  });
});

describe('what is no message of Support Board', () => {
  it('has no part', async () => {
    await desk.as(desk.acme.admin).post('/labels', { label: { name: 'quiet' } });
    expect(format.partsOf(await lastLogged(desk, 'label.created'), null)).toEqual([]);
  });

  it('is refused as a pattern', () => {
    expect(['*', 'new-message', 'new-conversation', 'slack-*', 'user-deleted'].map((name) => format.problemOf(name))).toEqual(
      Array<null>(5).fill(null),
    );
    expect(format.problemOf('ticket.created')).toBe('"ticket.created" is not an event');
    expect(format.problemOf('slack.*')).toBe('"slack.*" matches no event');
  });

  it('but a test is one, of ours', async () => {
    const event = await logEvent(desk, 'web_hook.tested', { web_hook: { id: 7 } });
    expect(sentOf(desk, event, null)).toEqual([
      { function: 'test', key: 'hush', 'sender-url': 'http://acme.desk.test', data: { web_hook: '7' } },
    ]);
  });
});
