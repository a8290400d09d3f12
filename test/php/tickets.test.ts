import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { callScript, threeWays, type ScriptCall } from '../support/php.js';
import { eventsOf, openTicket } from '../support/tickets.js';

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

describe('tickets_create.php', () => {
  const fields = (email: string) => ({
    ...{ subject: 'Test Ticket', message: 'Line 1\nLine 2', user_email: email, name: 'Test User', company: 'Test Company' },
    ...{ priority: 'high', category_id: '', custom_fields: '{}' },
  });

  it.each([0, 1, 2])('takes the same from a form, JSON and multipart (%#)', async (index) => {
    const email = fresh();
    const { body, type } = threeWays(fields(email))[index] ?? { body: '', type: '' };
    const answer = await callScript(desk, { script: 'tickets_create', body, type, by: desk.acme.admin });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.body).toEqual({ success: true, ticket_id: expect.any(Number) });
    const { ticket } = await view(answer.body.ticket_id, email);
    expect(ticket).toEqual({
      ...{ id: answer.body.ticket_id, subject: 'Test Ticket', message: 'Line 1\nLine 2', status: 'open', priority: 'high' },
      ...{ category_id: null, user_id: expect.any(Number), user_email: email, name: 'Test User', company: 'Test Company' },
      ...{ created_at: expect.stringMatching(TIME), updated_at: expect.stringMatching(TIME) },
    });
  });

  it('makes the ticket and the customer that REST shows, with the events of REST', async () => {
    const { id, email } = await create({ name: 'Jane van Doe' });
    const ticket = await rest(id);
    expect(ticket).toMatchObject({ subject: 'Test Ticket', unanswered: true, content: { text: 'Initial message' } });
    expect(ticket.requester).toMatchObject({ email, name: 'Jane van Doe', role: 'customer' });
    expect(await eventsOf(desk, id)).toEqual(['ticket.created']);
  });

  it('knows a customer again, keeps his name, and takes the company that is given last', async () => {
    const { email } = await create({ name: 'Jane', company: 'Old' });
    const second = await create({ user_email: email.toUpperCase(), name: 'Joan', company: 'New' });
    const third = await create({ user_email: email, company: '' });
    expect((await view(second.id, email)).ticket).toMatchObject({ name: 'Jane', company: 'New', user_email: email });
    expect((await view(third.id, email)).ticket.company).toBe('New');
  });

  it.each([
    ['no priority', {}, 'medium'],
    ['a blank one', { priority: '' }, 'medium'],
    ['one in capitals', { priority: 'LOW' }, 'low'],
  ])('with %s gives %o the priority %s', async (_, fields, priority) => {
    const { id, email } = await create(fields);
    expect((await view(id, email)).ticket.priority).toBe(priority);
  });

  it('puts it into a category, and into none for 0', async () => {
    const made = await desk.as(desk.acme.admin).post('/categories', { category: { name: 'Billing' } });
    const category = made.body.category.id as number;
    const [inOne, inNone] = [await create({ category_id: String(category) }), await create({ category_id: '0' })];
    expect((await view(inOne.id, inOne.email)).ticket.category_id).toBe(category);
    expect((await view(inNone.id, inNone.email)).ticket.category_id).toBeNull();
    const foreign = await desk.as(desk.globex.admin).post('/categories', { category: { name: 'Theirs' } });
    const answer = await call('tickets_create', {
      ...{ subject: 'x', message: 'x', user_email: 'nobody.at.all@example.com' },
      category_id: String(foreign.body.category.id),
    });
    expect(answer.body).toEqual({ success: false, error: 'category_id is not a category of this company' });
    expect(await desk.db.query(`select 1 from users where email = 'nobody.at.all@example.com'`)).toEqual([]);
  });

  it.each(['subject', 'message', 'user_email'])('refuses a ticket without %s, or with a blank one', async (field) => {
    const whole: Record<string, string> = { subject: 'x', message: 'x', user_email: 'x@example.com' };
    const { [field]: _left, ...without } = whole;
    for (const fields of [without, { ...whole, [field]: '  ' }]) {
      const answer = await call('tickets_create', fields);
      expect([answer.status, answer.body]).toEqual([200, { success: false, error: 'Missing required fields' }]);
    }
  });

  it.each([
    [{ priority: 'urgent' }, 'priority must be one of low, medium, high'],
    [{ user_email: 'nobody' }, 'user_email must be an e-mail address'],
    [{ category_id: 'x' }, 'category_id must be a number'],
    [{ custom_fields: '{"1":' }, 'custom_fields must be a JSON object'],
    [{ custom_fields: '["a"]' }, 'custom_fields must be a JSON object'],
  ])('refuses %o', async (bad, error) => {
    const answer = await call('tickets_create', { subject: 'x', message: 'x', user_email: 'x@example.com', ...bad });
    expect([answer.status, answer.body]).toEqual([200, { success: false, error }]);
  });

  it('is the same under any path in front of it', async () => {
    for (const folder of ['/support', '/a/b', '/', '//help/']) {
      const fields = { subject: 'x', message: 'x', user_email: 'x@example.com' };
      const answer = await call('tickets_create', fields, { script: `${folder}/api/tickets_create.php` });
      expect(answer.body).toEqual({ success: true, ticket_id: expect.any(Number) });
    }
  });

  it('opens one ticket for each Idempotency-Key', async () => {
    const fields = { subject: 'Once', message: 'x', user_email: 'once@example.com' };
    const headers = { 'idempotency-key': 'a-key-of-the-php-tests' };
    const [first, second] = [
      await call('tickets_create', fields, { headers }),
      await call('tickets_create', fields, { headers }),
    ];
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
  });
});

describe('tickets_list.php', () => {
  it('lists the tickets of an address, the latest update first, over GET and POST', async () => {
    const { id: first, email } = await create();
    const { id: second } = await create({ user_email: email, subject: 'Second', priority: 'low' });
    await create();
    await desk.db.query(`update tickets set updated_at = now() + interval '1 hour' where id = $1`, [first]);
    const got = await callScript(desk, {
      script: 'tickets_list',
      query: `user_email=${email.toUpperCase()}`,
      by: desk.acme.admin,
    });
    const posted = await call('tickets_list', { user_email: email });
    expect(got.body).toEqual(posted.body);
    const times = { created_at: expect.stringMatching(TIME), updated_at: expect.stringMatching(TIME) };
    expect(got.body).toEqual({
      success: true,
      tickets: [
        { id: first, subject: 'Test Ticket', status: 'open', priority: 'medium', ...times },
        { id: second, subject: 'Second', status: 'open', priority: 'low', ...times },
      ],
    });
    const sliced = await call('tickets_list', { user_email: email, limit: '1', offset: '1' });
    expect(sliced.body.tickets.map(({ id }: { id: number }) => id)).toEqual([second]);
  });

  it('lists none for a stranger, and none of another company', async () => {
    const { email } = await create();
    expect((await call('tickets_list', { user_email: 'stranger@example.com' })).body).toEqual({ success: true, tickets: [] });
    const theirs = await call('tickets_list', { user_email: email }, { by: desk.globex.admin });
    expect(theirs.body).toEqual({ success: true, tickets: [] });
  });

  it('lists what REST has opened, and shows what REST calls no subject as an empty one', async () => {
    const email = fresh();
    const { id } = await openTicket(desk, { requester_email: email });
    expect((await call('tickets_list', { user_email: email })).body.tickets).toMatchObject([{ id, subject: '' }]);
  });

  it('needs the address', async () => {
    const answer = await callScript(desk, { script: 'tickets_list', by: desk.acme.admin });
    expect([answer.status, answer.body]).toEqual([200, { success: false, error: 'Missing user_email' }]);
  });

  it('tells the status that REST has given', async () => {
    const { id, email } = await create();
    const status = async () => (await call('tickets_list', { user_email: email })).body.tickets[0]?.status as string | undefined;
    const admin = desk.as(desk.acme.admin);
    expect(await status()).toBe('open');
    await desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, { reply: { content: { text: 'Yes' } } });
    expect(await status()).toBe('answered');
    await admin.post(`/tickets/${id}/archive`);
    expect(await status()).toBe('closed');
    await admin.delete(`/tickets/${id}/archive`);
    await admin.delete(`/tickets/${id}/answered`);
    expect(await status()).toBe('open');
    await admin.post(`/tickets/${id}/spam`);
    expect(await status()).toBeUndefined();
    await admin.delete(`/tickets/${id}/spam`);
    await admin.post(`/tickets/${id}/trash`);
    expect(await status()).toBeUndefined();
  });
});

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
