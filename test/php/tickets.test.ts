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
