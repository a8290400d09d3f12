import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { Dialects } from '../support/dialects.js';
import { rpc } from '../support/rpc.js';
import { addLabel, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let seen: Dialects;

beforeAll(async () => {
  desk = await startDesk();
  seen = new Dialects(desk);
});
afterAll(() => desk.stop());

const GONE = 'Ticket not found or no permission';

const rest = () => desk.as(desk.acme.admin);
const say = (conversation_id: number, user_id: number, message: string) =>
  seen.rpc('send-message', { conversation_id, user_id, message });
const person = async (id: number) => (await rest().get(`/users/${id}`)).body.user;

let count = 0;
const nextEmail = () => `person${(count += 1)}@example.com`;
const ticketOf = (email: string) => openTicket(desk, { requester_email: email });

describe('people', () => {
  it('added by REST or a script are users of the RPC, and those of the RPC are known to both', async () => {
    const [byRest, byScript, byRpc] = [nextEmail(), nextEmail(), nextEmail()];
    const { user } = (await rest().post('/users', { user: { email: byRest, name: 'Jane Doe' } })).body;
    const expected = { first_name: 'Jane', last_name: 'Doe', email: byRest, user_type: 'user' };
    expect(await seen.rpc('get-user', { user_id: user.id })).toMatchObject(expected);
    await seen.script('tickets_create', { subject: 'S', message: 'M', user_email: byScript, name: 'Joe Roe', company: 'Acme' });
    const found = await seen.rpc('get-user-by', { by: 'email', value: byScript });
    expect(found).toMatchObject({ first_name: 'Joe', last_name: 'Roe', user_type: 'user' });
    expect(found.details).toContainEqual({ slug: 'company', name: 'Company', value: 'Acme' });
    const id = (await seen.rpc('add-user', { email: byRpc, first_name: 'Ann', last_name: 'Lee' })) as number;
    expect(await person(id)).toMatchObject({ email: byRpc, name: 'Ann Lee', role: 'customer' });
    expect((await seen.script('tickets_create', { subject: 'S', message: 'M', user_email: byRpc })).body.success).toBe(true);
    expect((await ticketOf(byRpc)).requester.id).toBe(id);
  });

  it('changed in one of the two that change them are changed in all', async () => {
    const email = nextEmail();
    const { id, requester } = await ticketOf(email);
    await rest().put(`/users/${requester.id}`, { user: { first_name: 'Jane', last_name: 'Doe' } });
    expect((await seen.conversation(id)).details).toMatchObject({ first_name: 'Jane', last_name: 'Doe' });
    const renamed = nextEmail();
    await seen.rpc('update-user', { user_id: requester.id, first_name: 'Joan', email: renamed });
    expect(await person(requester.id)).toMatchObject({ name: 'Joan Doe', email: renamed });
    expect((await seen.view(id, renamed)).ticket).toMatchObject({ name: 'Joan Doe', user_email: renamed });
    expect((await seen.view(id, email)).error).toBe(GONE);
  });

  it('have one address, whatever its case: taken for REST and the RPC, known to a script', async () => {
    const email = nextEmail();
    const { requester } = await ticketOf(email);
    const shouted = email.toUpperCase();
    expect((await rest().post('/users', { user: { email: shouted, name: 'X' } })).status).toBe(400);
    expect((await rpc(desk, 'add-user', { email: shouted })).body).toMatchObject({ response: 'duplicate-email' });
    const made = await seen.script('tickets_create', { subject: 'S', message: 'M', user_email: shouted });
    expect((await seen.ticket(made.body.ticket_id)).requester.id).toBe(requester.id);
  });

  it('without an address are visitors of the RPC and customers over REST', async () => {
    const id = (await seen.rpc('add-user')) as number;
    expect(await seen.rpc('get-user', { user_id: id })).toMatchObject({ user_type: 'visitor', last_name: `#${id}` });
    expect(await person(id)).toMatchObject({ role: 'customer', email: null });
  });
});

describe('what only some of them know', () => {
  it('is kept: a rating of the RPC stands in the ticket over REST, and one of REST counts in the RPC', async () => {
    const { customer, agent } = desk.acme;
    const [first, second] = [await ticketOf(customer.email), await ticketOf(customer.email)];
    for (const { id } of [first, second]) await say(id, agent.id, 'Water?');
    await seen.rpc('set-rating', { settings: { conversation_id: first.id, rating: 1 } });
    await desk.as(customer).put(`/tickets/${second.id}/rating`, { rating: { score: 'bad' } });
    expect((await seen.ticket(first.id)).customer_rating).toMatchObject({ score: 'good', agent_id: agent.id });
    expect(await seen.rpc('get-rating', { user_id: agent.id })).toEqual([1, 1]);
  });

  it('is kept: labels are read in the details of a conversation', async () => {
    const { id } = await ticketOf(nextEmail());
    await addLabel(desk, 'urgent');
    await rest().post(`/tickets/${id}/labels/urgent`);
    expect((await seen.conversation(id)).details.labels).toEqual(['urgent']);
    await rest().delete(`/tickets/${id}/labels/urgent`);
    expect((await seen.conversation(id)).details.labels).toEqual([]);
  });

  it('is kept: category, priority and custom fields of a script outlive what the others write', async () => {
    const email = nextEmail();
    const { category } = (await rest().post('/categories', { category: { name: 'Billing' } })).body;
    const { custom_field: field } = (await rest().post('/custom_fields', { custom_field: { name: 'Order', type: 'text' } })).body;
    const values = { priority: 'high', category_id: category.id, custom_fields: JSON.stringify({ [field.id]: '12345' }) };
    const made = await seen.script('tickets_create', { subject: 'S', message: 'M', user_email: email, ...values });
    const id = made.body.ticket_id as number;
    await rest().put(`/tickets/${id}`, { ticket: { subject: 'T' } });
    await say(id, desk.acme.agent.id, 'Water?');
    const { ticket, custom_fields: shown } = await seen.view(id, email);
    expect(ticket).toMatchObject({ subject: 'T', priority: 'high', category_id: category.id, status: 'answered' });
    expect(shown[field.id]).toMatchObject({ name: 'Order', value: '12345' });
  });
});
