import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { callScript, threeWays, type ScriptCall } from '../support/php.js';
import { eventsOf } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;
const UNKNOWN = { success: false, error: 'Ticket not found or no permission' };

const call = (script: string, fields: Record<string, string>, more: Partial<ScriptCall> = {}) =>
  callScript(desk, { script, body: new URLSearchParams(fields).toString(), by: desk.acme.admin, ...more });

let count = 0;
const fresh = () => `php.${++count}@example.com`;

async function create(fields: Record<string, string> = {}): Promise<{ id: number; email: string }> {
  const email = fields['user_email'] ?? fresh();
  const { body } = await call('tickets_create', {
    subject: 'Test Ticket',
    message: 'Initial message',
    user_email: email,
    ...fields,
  });
  if (body.success !== true) throw new Error(JSON.stringify(body));
  return { id: body.ticket_id as number, email };
}

const view = async (id: number, email: string) => (await call('ticket_view', { ticket_id: String(id), user_email: email })).body;
const rest = async (id: number) => (await desk.as(desk.acme.admin).get(`/tickets/${id}`)).body.ticket;

describe('ticket_view.php', () => {
  it('shows the replies, oldest first, and never a note', async () => {
    const { id, email } = await create();
    const agent = desk.as(desk.acme.agent);
    const reply = await agent.post(`/tickets/${id}/replies`, {
      reply: { content: { html: '<p>Have you <b>tried</b> water?</p>' } },
    });
    await agent.post(`/tickets/${id}/comments`, { comment: { content: { text: 'A secret note' } } });
    const mine = await call('ticket_reply', { ticket_id: String(id), user_email: email, message: '<b>Yes</b>' });
    const answer = await callScript(desk, {
      script: 'ticket_view',
      query: `ticket_id=${id}&user_email=${email}`,
      by: desk.acme.admin,
    });
    const common = { ticket_id: id, attachment: null, created_at: expect.stringMatching(TIME) };
    expect(answer.body.replies).toEqual([
      { id: expect.any(Number), user_id: null, message: 'Initial message', ...common },
      { id: reply.body.reply.id, user_id: desk.acme.agent.id, message: 'Have you tried water?', ...common },
      { id: mine.body.reply_id, user_id: null, message: '<b>Yes</b>', ...common },
    ]);
    expect(answer.body.custom_fields).toEqual({});
    expect(answer.text).not.toContain('secret');
    expect((await call('ticket_view', { ticket_id: String(id), user_email: email.toUpperCase() })).body).toEqual(answer.body);
  });

  it('shows a ticket to its own address only, and nothing of trash and spam', async () => {
    const { id, email } = await create();
    await create({ user_email: 'other@example.com' });
    expect(await view(id, 'other@example.com')).toEqual(UNKNOWN);
    expect(await view(id, 'stranger@example.com')).toEqual(UNKNOWN);
    expect(await view(999_999_999, email)).toEqual(UNKNOWN);
    const theirs = await call('ticket_view', { ticket_id: String(id), user_email: email }, { by: desk.globex.admin });
    expect(theirs.body).toEqual(UNKNOWN);
    for (const odd of ['abc', '-1', '0', '1.5', '9'.repeat(30)])
      expect((await call('ticket_view', { ticket_id: odd, user_email: email })).body).toEqual(UNKNOWN);
    for (const state of ['spam', 'trash']) {
      await desk.as(desk.acme.admin).post(`/tickets/${id}/${state}`);
      expect(await view(id, email)).toEqual(UNKNOWN);
      await desk.as(desk.acme.admin).delete(`/tickets/${id}/${state}`);
    }
    expect(await view(id, email)).toMatchObject({ success: true });
  });

  it.each([{ ticket_id: '1' }, { user_email: 'x@example.com' }, {}])('needs the ticket and the address: %o', async (fields) => {
    const answer = await call('ticket_view', fields as Record<string, string>);
    expect([answer.status, answer.body]).toEqual([200, { success: false, error: 'Missing ticket_id or user_email' }]);
  });
});

describe('ticket_reply.php', () => {
  it.each([0, 1, 2])("writes the customer's own reply, however it is sent (%#)", async (index) => {
    const { id, email } = await create();
    await desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, { reply: { content: { text: 'Done?' } } });
    await desk.as(desk.acme.admin).post(`/tickets/${id}/archive`);
    const ways = threeWays({ ticket_id: String(id), user_email: email.toUpperCase(), message: 'This is a reply' });
    const { body, type } = ways[index] ?? { body: '', type: '' };
    const answer = await callScript(desk, { script: 'ticket_reply', body, type, by: desk.acme.admin });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ success: true, reply_id: expect.any(Number) });
    const ticket = await rest(id);
    expect(ticket).toMatchObject({ unanswered: true, archived: false, replies_count: 2, agent_replies_count: 1 });
    const { reply } = (await desk.as(desk.acme.admin).get(`/tickets/${id}/replies/${answer.body.reply_id}`)).body;
    expect(reply).toMatchObject({ content: { text: 'This is a reply' }, replier: { email, agent: false } });
    expect(await eventsOf(desk, id)).toEqual([
      ...['ticket.created', 'agent.reply.created', 'ticket.archived', 'customer.reply.created', 'ticket.unarchived'],
    ]);
  });

  it('moves the update', async () => {
    const { id, email } = await create();
    await desk.db.query(`update tickets set updated_at = now() - interval '1 day' where id = $1`, [id]);
    const before = (await view(id, email)).ticket.updated_at as string;
    await desk.as(desk.acme.agent).post(`/tickets/${id}/comments`, { comment: { content: { text: 'A note moves nothing' } } });
    expect((await view(id, email)).ticket.updated_at).toBe(before);
    await call('ticket_reply', { ticket_id: String(id), user_email: email, message: 'x' });
    expect((await view(id, email)).ticket.updated_at > before).toBe(true);
  });

  it('is no reply to what is of another address, of another company, in the trash or spam', async () => {
    const { id, email } = await create();
    const reply = (fields: object, more = {}) =>
      call('ticket_reply', { ticket_id: String(id), user_email: email, message: 'x', ...fields }, more);
    expect((await reply({ user_email: desk.acme.customer.email })).body).toEqual(UNKNOWN);
    expect((await reply({ ticket_id: '999999999' })).body).toEqual(UNKNOWN);
    expect((await reply({}, { by: desk.globex.admin })).body).toEqual(UNKNOWN);
    await desk.as(desk.acme.admin).post(`/tickets/${id}/trash`);
    expect((await reply({})).body).toEqual(UNKNOWN);
    await desk.as(desk.acme.admin).delete(`/tickets/${id}/trash`);
    await desk.as(desk.acme.admin).post(`/tickets/${id}/spam`);
    expect((await reply({})).body).toEqual(UNKNOWN);
    expect((await rest(id)).replies_count).toBe(0);
  });

  it.each(['ticket_id', 'user_email', 'message'])('needs %s', async (field) => {
    const { id, email } = await create();
    const whole: Record<string, string> = { ticket_id: String(id), user_email: email, message: 'x' };
    const answer = await call('ticket_reply', { ...whole, [field]: '' });
    expect([answer.status, answer.body]).toEqual([200, { success: false, error: 'Missing required fields' }]);
    expect((await rest(id)).replies_count).toBe(0);
  });

  it('of staff who ask for help themselves is that of a customer', async () => {
    const { id, email } = await create({ user_email: desk.acme.agent.email });
    const { body } = await call('ticket_reply', { ticket_id: String(id), user_email: email, message: 'x' });
    expect((await view(id, email)).replies.at(-1)).toMatchObject({ id: body.reply_id, user_id: null });
    expect((await rest(id)).unanswered).toBe(true);
  });
});
