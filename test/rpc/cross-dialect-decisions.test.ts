import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { Dialects } from '../support/dialects.js';
import { rpc } from '../support/rpc.js';
import { dataOf, namesOf, sentOfTicket } from '../support/support-board-hook.js';
import { addTeam, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let seen: Dialects;

beforeAll(async () => {
  desk = await startDesk();
  seen = new Dialects(desk);
});
afterAll(() => desk.stop());

const GONE = 'Ticket not found or no permission';

const rest = () => desk.as(desk.acme.admin);
const move = (conversation_id: number, status_code: number) =>
  seen.rpc('update-conversation-status', { conversation_id, status_code });
const say = (conversation_id: number, user_id: number, message: string) =>
  seen.rpc('send-message', { conversation_id, user_id, message });
const person = async (id: number) => (await rest().get(`/users/${id}`)).body.user;

let count = 0;
const nextEmail = () => `person${(count += 1)}@example.com`;
const ticketOf = (email: string) => openTicket(desk, { requester_email: email });
const listed = async (email: string) => (await seen.script('tickets_list', { user_email: email })).body.tickets;

// mapping.md section 10.
describe('decision', () => {
  it('M1: a live conversation is unanswered over REST unless an agent spoke last', async () => {
    const { customer, agent } = desk.acme;
    const { id } = await ticketOf(customer.email);
    await move(id, 0);
    expect(await seen.state(id, customer.email)).toEqual(['unanswered', '0', 'open']);
    await say(id, agent.id, 'Hello');
    await move(id, 0);
    expect(await seen.state(id, customer.email)).toEqual(['answered', '0', 'open']);
  });

  it('M2: spam is 4, apart from trash, and a write of 0 to 2 clears it', async () => {
    const email = nextEmail();
    for (const [code, told] of ['unanswered', 'answered', 'unanswered'].entries()) {
      const { id } = await ticketOf(email);
      await rest().post(`/tickets/${id}/spam`);
      expect(await seen.ticket(id)).toMatchObject({ spam: true, trash: false });
      expect((await seen.conversation(id)).details.conversation_status_code).toBe('4');
      await move(id, code);
      expect((await seen.state(id, email)).slice(0, 2)).toEqual([told, String(code)]);
    }
  });

  it('M3: groups of customers are hidden from the RPC', async () => {
    const group = { type: 'customer_group', name: 'The Does' };
    const { user } = (await rest().post('/users', { user: group })).body;
    expect(await seen.rpc('get-user', { user_id: user.id })).toBe(false);
    const ids = (await seen.rpc('get-users')).map(({ id }: { id: string }) => id);
    expect(ids).not.toContain(String(user.id));
    expect((await rpc(desk, 'new-conversation', { user_id: user.id })).body.response).toBe('user-not-found');
  });

  it('M4: collaborators are agents to the RPC, and may not call it', async () => {
    const { collaborator } = desk.acme;
    expect(await seen.rpc('get-user', { user_id: collaborator.id })).toMatchObject({ user_type: 'agent' });
    expect((await rpc(desk, 'get-users', {}, { by: collaborator })).body.response).toBe('not-admin');
  });

  it('M5: of many teams the RPC reads the first, and what it writes replaces all', async () => {
    const { admin } = desk.acme;
    const [one, two, three] = [
      await addTeam(desk, 'One', [admin.id]),
      await addTeam(desk, 'Two', [admin.id]),
      await addTeam(desk, 'Three', []),
    ];
    const teamsOf = async () => (await person(admin.id)).teams.map(({ id }: { id: number }) => id);
    expect((await seen.rpc('get-agent', { agent_id: admin.id })).department).toBe(String(one));
    expect(await teamsOf()).toEqual([one, two]);
    await seen.rpc('update-login', { department: three });
    expect([(await seen.rpc('get-agent', { agent_id: admin.id })).department, await teamsOf()]).toEqual([String(three), [three]]);
  });

  it('M6: the RPC may give a ticket to an agent outside of its team, and REST shows both', async () => {
    const { agent } = desk.acme;
    const team = await addTeam(desk, 'Strangers', []);
    const { id } = await ticketOf(nextEmail());
    await rest().post(`/tickets/${id}/team_assignment`, { team_assignment: { team_id: team } });
    const refused = await rest().post(`/tickets/${id}/user_assignment`, { user_assignment: { user_id: agent.id } });
    expect(refused.status).toBe(409);
    await seen.rpc('update-conversation-agent', { conversation_id: id, agent_id: agent.id });
    expect(await seen.ticket(id)).toMatchObject({
      ...{ current_user_assignee: { user: { id: agent.id } }, current_team_assignee: { team: { id: team } } },
    });
  });

  it('M7: who writes without a token under the address of an agent is that agent, and no more than that', async () => {
    const { agent } = desk.acme;
    const { id, requester } = await ticketOf(agent.email);
    expect(requester).toMatchObject({ id: agent.id, role: 'agent' });
    const [kept] = await desk.db.query('select requester_verified from tickets where id = $1', [id]);
    expect(kept).toEqual({ requester_verified: false });
    expect((await seen.conversation(id)).details).toMatchObject({ user_id: String(agent.id), user_type: 'agent' });
  });

  it('M8: who is deleted by the RPC is gone in all three with his tickets', async () => {
    const email = nextEmail();
    const { id, requester } = await ticketOf(email);
    await seen.rpc('delete-user', { user_id: requester.id });
    expect((await rest().get(`/users/${requester.id}`)).status).toBe(404);
    expect((await rest().get(`/tickets/${id}`)).status).toBe(404);
    expect([await listed(email), (await seen.view(id, email)).error]).toEqual([[], GONE]);
    const [logged] = await desk.db.query(
      `select count(*) as count from events where type = 'ticket.deleted' and ticket_id = $1`,
      [id],
    );
    expect(logged).toEqual({ count: 1 });
  });

  it('M8: who is deleted over REST is gone from the RPC', async () => {
    const { id, requester } = await ticketOf(nextEmail());
    expect((await rest().delete(`/users/${requester.id}`)).status).toBe(204);
    expect(await seen.rpc('get-user', { user_id: requester.id })).toBe(false);
    expect(await seen.conversation(id)).toEqual({ messages: [], details: '' });
  });

  it('M9: what is in the trash is read by the RPC, and is no ticket to a script', async () => {
    const email = nextEmail();
    const { id } = await ticketOf(email);
    await move(id, 4);
    expect(await seen.messages(id)).toEqual(['My printer is on fire.']);
    expect([await listed(email), (await seen.view(id, email)).error]).toEqual([[], GONE]);
    const { body } = await seen.script('ticket_reply', { ticket_id: id, user_email: email, message: 'Hello?' });
    expect([body.error, await seen.messages(id)]).toEqual([GONE, ['My printer is on fire.']]);
  });

  it('M10: the priority is medium unless somebody says otherwise', async () => {
    const email = nextEmail();
    await ticketOf(email);
    await seen.script('tickets_create', { subject: 'S', message: 'M', user_email: email });
    const { id: user_id } = await seen.rpc('get-user-by', { by: 'email', value: email });
    await seen.rpc('new-conversation', { user_id });
    expect((await listed(email)).map(({ priority }: { priority: string }) => priority)).toEqual(['medium', 'medium', 'medium']);
  });

  it('M11: tickets of scripts stand in the list of REST under the person of the address', async () => {
    const email = nextEmail();
    const { ticket_id: id } = (await seen.script('tickets_create', { subject: 'S', message: 'M', user_email: email })).body;
    const { tickets } = (await rest().get(`/tickets?requester_emails=${email}`)).body;
    expect(tickets).toMatchObject([{ id, requester: { email } }]);
  });

  it('M12: what REST and scripts write fires the messages of the RPC', async () => {
    const email = nextEmail();
    const { id } = await ticketOf(email);
    await rest().post(`/tickets/${id}/replies`, { reply: { content: { text: 'Water?' } } });
    await seen.script('ticket_reply', { ticket_id: id, user_email: email, message: 'No' });
    await rest().post(`/tickets/${id}/archive`);
    const sent = await sentOfTicket(desk, id);
    expect(namesOf(sent)).toEqual(expect.arrayContaining(['new-conversation-created', 'conversation-status-updated']));
    expect(dataOf(sent, 'message-sent')).toMatchObject(
      ['My printer is on fire.', 'Water?', 'No'].map((message) => ({ message, conversation_id: String(id) })),
    );
    // rpc-conventions.md section 4: what a program opens nobody has started in the chat.
    const made = await seen.script('tickets_create', { subject: 'S', message: 'M', user_email: email });
    expect(namesOf(await sentOfTicket(desk, made.body.ticket_id as number))[0]).toBe('new-conversation-received');
  });

  it('M13: a note moves the last activity of REST, and not the update of a script', async () => {
    const email = nextEmail();
    const { id } = await ticketOf(email);
    const long = `update tickets set last_activity_at = '2020-01-01', updated_at = '2020-01-01' where id = $1`;
    await desk.db.query(long, [id]);
    await seen.rpc('add-note', { conversation_id: id, user_id: desk.acme.agent.id, name: 'N', message: 'Between us' });
    expect((await seen.ticket(id)).last_activity_at).not.toContain('2020');
    expect((await seen.view(id, email)).ticket.updated_at).toBe('2020-01-01 00:00:00');
  });

  it('M14: a star is of one person over REST, and nothing to the RPC', async () => {
    const { id } = await ticketOf(nextEmail());
    const before = await seen.conversation(id);
    await rest().post(`/tickets/${id}/star`);
    expect((await seen.ticket(id)).starred).toBe(true);
    expect((await desk.as(desk.acme.agent).get(`/tickets/${id}`)).body.ticket.starred).toBe(false);
    expect(await seen.conversation(id)).toEqual(before);
  });
});
