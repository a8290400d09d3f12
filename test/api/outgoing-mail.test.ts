import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Member, TestDesk } from '../support/desk.js';
import { startDesk } from '../support/desk.js';
import { settledMails } from '../support/mails.js';
import { addTeam, openTicket } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk({ ROLES: 'api,worker' });
});
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);
const agent = () => desk.as(desk.acme.agent);

async function reply(email: string, by: Member = desk.acme.agent): Promise<number> {
  const { id } = await openTicket(desk, { requester_email: email }, by);
  await desk.as(by).post(`/tickets/${id}/replies`, { reply: { content: { text: 'Hello' } } });
  await settledMails(desk, id);
  return id;
}

const listed = async (query = '', by: Member = desk.acme.agent) => {
  const { status, body } = await desk.as(by).get(`/emails/deliveries${query}`);
  expect(status).toBe(200);
  return body.deliveries as { id: number; recipient: string; ticket_id: number | null; state: string; kind: string }[];
};

describe('GET /emails/deliveries', () => {
  it('shows each mail with what the server said, newest first, page by page', async () => {
    const ids: number[] = [];
    for (const name of ['a', 'b', 'c']) ids.push(await reply(`${name}@list.example`));
    const [newest] = await listed();
    expect(newest).toMatchObject({
      ...{ kind: 'reply', state: 'sent', recipient: 'c@list.example', ticket_id: ids[2], attempts_count: 1, error: null },
      ...{
        server_answer: expect.stringContaining('written to'),
        internet_message_id: expect.stringMatching(/^<pd\./),
        next_attempt_at: null,
      },
    });
    const first = await agent().get('/emails/deliveries?per_page=2');
    expect(first.body.deliveries.map(({ ticket_id: id }: { ticket_id: number }) => id)).toEqual([ids[2], ids[1]]);
    const second = await agent().get(`/emails/deliveries?per_page=2&cursor=${first.body.next_cursor}`);
    expect(second.body).toMatchObject({ has_more: false, next_cursor: null, deliveries: [{ ticket_id: ids[0] }] });
    expect((await agent().get('/emails/deliveries?cursor=x')).status).toBe(400);
  });

  it('can be narrowed to a ticket, an address and a state', async () => {
    const id = await reply('Narrow@list.example');
    expect((await listed(`?ticket_id=${id}`)).map(({ recipient }) => recipient)).toEqual(['Narrow@list.example']);
    expect((await listed('?recipient=narrow@list.example')).map(({ ticket_id }) => ticket_id)).toEqual([id]);
    expect(await listed(`?ticket_id=${id}&state=failed`)).toEqual([]);
    expect(await listed(`?ticket_id=${id}&state=sent`)).toHaveLength(1);
  });

  it('shows nothing of tickets that the reader may not see, nor of other companies', async () => {
    const id = await reply('hidden@list.example');
    const team = await addTeam(desk, 'Secrets', [desk.acme.admin.id]);
    await desk.db.query('update tickets set team_assignee_id = $2 where id = $1', [id, team]);
    await desk.db.query('update companies set teams_are_open = false where id = $1', [desk.acme.id]);
    const [byAgent, byAdmin] = [await listed(`?ticket_id=${id}`), await listed(`?ticket_id=${id}`, desk.acme.admin)];
    await desk.db.query('update companies set teams_are_open = true where id = $1', [desk.acme.id]);
    expect([byAgent.length, byAdmin.length]).toEqual([0, 1]);
    expect(await listed('', desk.globex.admin)).toEqual([]);
    expect((await desk.as(desk.acme.collaborator).get('/emails/deliveries')).status).toBe(403);
  });
});

describe('a suppressed address', () => {
  it('gets no mail until it is taken off the list', async () => {
    const { status, body } = await agent().post('/emails/suppressions', {
      suppression: { email: 'Stop@Example.com', note: 'By phone' },
    });
    expect([status, body.suppression]).toMatchObject([201, { email: 'stop@example.com', reason: 'manual', note: 'By phone' }]);
    const ticketId = await reply('sTOP@example.com');
    expect(await listed(`?ticket_id=${ticketId}`)).toMatchObject([{ state: 'suppressed', internet_message_id: null }]);
    expect(
      (await agent().post('/emails/suppressions', { suppression: { email: 'stop@example.com' } })).body.errors,
    ).toMatchObject({
      email: ['is suppressed already'],
    });
    expect((await admin().get('/emails/suppressions?email=STOP@example.com')).body).toMatchObject({ total: 1 });
    expect((await desk.as(desk.globex.admin).delete(`/emails/suppressions/${body.suppression.id}`)).status).toBe(404);
    expect((await agent().delete(`/emails/suppressions/${body.suppression.id}`)).status).toBe(204);
    expect((await admin().get('/emails/suppressions')).body).toMatchObject({ total: 0, suppressions: [] });
    expect(await listed(`?ticket_id=${await reply('stop@example.com')}`)).toMatchObject([{ state: 'sent' }]);
  });
});

describe('/me/notification_settings', () => {
  const all = { assignment: true, team_assignment: true, customer_reply: true, mention: true };

  it('are all on until their owner switches one off, for himself alone', async () => {
    expect((await agent().get('/me/notification_settings')).body).toEqual({ notification_settings: all });
    const { body } = await agent().put('/me/notification_settings', { notification_settings: { assignment: false } });
    expect(body.notification_settings).toEqual({ ...all, assignment: false });
    const again = await agent().put('/me/notification_settings', { notification_settings: { mention: false } });
    expect(again.body.notification_settings).toEqual({ ...all, assignment: false, mention: false });
    expect((await admin().get('/me/notification_settings')).body.notification_settings).toEqual(all);
    expect((await desk.as(desk.acme.customer).get('/me/notification_settings')).status).toBe(403);
  });

  it('decide who is told', async () => {
    const { id } = await openTicket(desk);
    const assign = () => admin().post(`/tickets/${id}/user_assignment`, { user_assignment: { user_id: desk.acme.agent.id } });
    await assign();
    expect(await settledMails(desk, id)).toEqual([]);
    await agent().put('/me/notification_settings', { notification_settings: { assignment: true } });
    await admin().post(`/tickets/${id}/user_assignment`, { user_assignment: { user_id: desk.acme.admin.id } });
    await assign();
    expect((await settledMails(desk, id)).map(({ kind }) => kind)).toEqual(['assignment']);
  });
});

describe('a forwarding address', () => {
  it('answers by itself when it is told to', async () => {
    const created = await admin().post('/emails', { forwarding_address: { email: 'auto@acme.example', auto_response: true } });
    expect(created.body.forwarding_address).toMatchObject({ auto_response: true });
    const { id: addressId } = created.body.forwarding_address;
    const { id } = await openTicket(desk, { forwarding_address_id: addressId }, desk.acme.agent);
    expect((await settledMails(desk, id)).map(({ kind }) => kind)).toEqual(['auto_response']);
    const { body } = await admin().put(`/emails/${addressId}`, { forwarding_address: { auto_response: false } });
    expect(body.forwarding_address).toMatchObject({ auto_response: false, email: 'auto@acme.example' });
    const quiet = await openTicket(desk, { forwarding_address_id: addressId }, desk.acme.agent);
    expect(await settledMails(desk, quiet.id)).toEqual([]);
  });
});
