import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ok, rpc } from '../support/rpc.js';
import { eventsOf } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const call = (name: string, args: Record<string, unknown> = {}) => ok(desk, name, args);
const start = async (args: Record<string, unknown> = {}): Promise<number> =>
  Number((await call('new-conversation', { user_id: desk.acme.customer.id, ...args })).details.id);
const say = (conversation: number, user: number, message: string, more: Record<string, unknown> = {}) =>
  call('send-message', { conversation_id: conversation, user_id: user, message, ...more });
const rest = async (id: number) => (await desk.as(desk.acme.admin).get(`/tickets/${id}`)).body.ticket;

describe('messages', () => {
  it('are changed, read and deleted, and REST counts them again', async () => {
    const { customer, agent } = desk.acme;
    const id = await start();
    const first = await say(id, customer.id, 'Frist');
    const second = await say(id, agent.id, 'Second', { attachments: '[["a","https://example.com/a"]]' });
    await call('update-message', { message_id: first.id, message: 'First' });
    await call('update-message', { message_id: second.id, payload: '{"a":1}' });
    await call('update-messages-status', { message_ids: [first.id, 999_999] });
    const { messages } = await call('get-conversation', { conversation_id: id });
    expect(messages).toMatchObject([
      { message: 'First', status_code: '2' },
      { message: 'Second', status_code: '0', payload: '{"a":1}', attachments: '[["a", "https://example.com/a"]]' },
    ]);
    const after = await call('get-new-messages', { user_id: customer.id, conversation_id: id, datetime: first.id });
    expect(after.map((one: { id: string }) => one.id)).toEqual([String(second.id)]);
    expect(await call('get-new-messages', { user_id: customer.id, conversation_id: id, datetime: '2099-01-01' })).toEqual([]);
    expect(await call('get-new-messages', { user_id: agent.id, conversation_id: id, datetime: '2000-01-01' })).toEqual([]);
    await call('delete-message', { message_id: second.id });
    expect(await rest(id)).toMatchObject({ replies_count: 1, agent_replies_count: 0 });
    expect((await rpc(desk, 'delete-message', { message_id: second.id })).body).toEqual({
      success: false,
      response: 'message-not-found',
    });
    expect((await eventsOf(desk, id)).slice(-3)).toEqual(['reply.updated', 'reply.updated', 'message.deleted']);
  });

  it('of the bot are those of an agent', async () => {
    const [bot] = await desk.db.query<{ id: number }>(`select id from users where company_id = $1 and kind = 'bot'`, [
      desk.acme.id,
    ]);
    const id = await start();
    await say(id, bot?.id ?? 0, 'Beep');
    expect((await call('get-conversation', { conversation_id: id })).messages).toMatchObject([
      { user_type: 'bot', message: 'Beep' },
    ]);
    expect((await rest(id)).unanswered).toBe(false);
    expect(await call('get-agents-in-conversation', { conversation_id: id })).toEqual([]);
  });

  it('in the name of strangers, or on what is not there, are refused', async () => {
    const id = await start();
    const refused = async (args: object) =>
      (await rpc(desk, 'send-message', { conversation_id: id, user_id: desk.acme.agent.id, message: 'x', ...args })).body;
    expect(await refused({ user_id: desk.globex.agent.id })).toEqual({ success: false, response: 'user-not-found' });
    expect(await refused({ conversation_id: 999_999 })).toEqual({ success: false, response: 'conversation-not-found' });
    expect(await refused({ attachments: '[["a","javascript:x"]]' })).toMatchObject({
      success: false,
      response: 'invalid-arguments',
    });
    expect((await rest(id)).replies_count).toBe(0);
  });
});

describe('notes', () => {
  it('are comments over REST, and seen by nobody else', async () => {
    const { agent, customer } = desk.acme;
    const id = await start();
    const note = await call('add-note', { conversation_id: id, user_id: agent.id, name: 'Mind', message: 'A secret' });
    await desk.as(agent).post(`/tickets/${id}/comments`, { comment: { content: { text: 'By REST' } } });
    expect(await call('get-notes', { conversation_id: id })).toEqual([
      { id: expect.any(Number), user_id: String(agent.id), name: 'agent acme', message: 'By REST' },
      { id: note, user_id: String(agent.id), name: 'Mind', message: 'A secret' },
    ]);
    const { comment } = (await desk.as(agent).get(`/tickets/${id}/comments/${note}`)).body;
    expect(comment).toMatchObject({ content: { text: 'A secret' }, commenter: { id: agent.id } });
    expect(JSON.stringify(await call('get-conversation', { conversation_id: id }))).not.toContain('secret');
    const refused = await rpc(desk, 'add-note', { conversation_id: id, user_id: customer.id, name: 'x', message: 'x' });
    expect(refused.body).toEqual({ success: false, response: 'user-not-found' });
    const elsewhere = await rpc(desk, 'delete-note', { conversation_id: await start(), note_id: note });
    expect(elsewhere.body).toEqual({ success: false, response: 'note-not-found' });
    await call('delete-note', { conversation_id: id, note_id: note });
    expect((await rest(id)).comments_count).toBe(1);
    expect((await eventsOf(desk, id)).at(-1)).toBe('comment.deleted');
  });
});
