import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { lastLogged, loggedOf, logEvent } from '../support/logged-events.js';
import { dataOf, namesOf, sentOf, sentOfTicket, type Sent } from '../support/support-board-hook.js';
import { addTeam, openTicket } from '../support/tickets.js';
import { uploadFile } from '../support/uploads.js';

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
const reply = (text: string, more: object = {}) =>
  agent().post(`/tickets/${id}/replies`, { reply: { content: { text, ...more } } });
const turn = (name: string) => agent().post(`/tickets/${id}/${name}`);

const statusesIn = (sent: Sent[]) =>
  dataOf(sent, 'conversation-status-updated').map((data) => (data as { status_code: string }).status_code);

describe('what the events of Support Board say', () => {
  it('is who has asked what', async () => {
    const teamId = await addTeam(desk, 'Printers', [desk.acme.agent.id]);
    await agent().post(`/tickets/${id}/team_assignment`, { team_assignment: { team_id: teamId } });
    await agent().post(`/tickets/${id}/user_assignment`, { user_assignment: { user_id: desk.acme.agent.id } });
    const { ticket } = (await agent().get(`/tickets/${id}`)).body;
    const time = (ticket.created_at as string).replace('T', ' ').replace('Z', '');
    const jane = {
      first_name: 'User',
      last_name: `#${janeId}`,
      profile_image: 'http://acme.desk.test/images/users/128.png',
      user_type: 'user',
    };
    const sent = await sentOfTicket(desk, id);
    const [message] = await desk.db.query<{ id: number }>('select id from messages where ticket_id = $1', [id]);
    const conversation = {
      user_id: String(janeId),
      ...jane,
      id: String(id),
      title: 'Fire',
      conversation_time: time,
      conversation_status_code: '2',
      department: '',
      agent_id: '',
    };
    const said = { user_id: String(janeId), conversation_id: String(id), message: 'My printer is on fire.' };
    const messageId = String(message?.id);
    expect(sent.map(({ function: name, data }) => [name, data])).toEqual([
      ['new-conversation-received', { details: conversation }],
      ['new-conversation-created', { details: conversation }],
      [
        'message-sent',
        {
          ...said,
          message_id: messageId,
          conversation_status: '2',
          conversation_user_id: String(janeId),
          conversation_source: 'tk',
        },
      ],
      [
        'new-messages-received',
        [
          {
            details: {
              ...said,
              ...jane,
              id: messageId,
              creation_time: time,
              attachments: '',
              status_code: '0',
              full_name: `User #${janeId}`,
            },
          },
        ],
      ],
    ]);
    const assigned = await lastLogged(desk, 'ticket.assigned_to_user', id);
    const [told] = sentOf(desk, { ...assigned, type: 'ticket.created' }, null);
    expect(told?.data).toMatchObject({ details: { department: String(teamId), agent_id: String(desk.acme.agent.id) } });
  });

  it('is what an agent has answered, with his files', async () => {
    const attachment = await uploadFile(desk, desk.acme.agent, { filename: 'how to.txt' });
    const { body } = await reply('See below.', { attachment_ids: [attachment.id] });
    const [said] = dataOf(await sentOfTicket(desk, id), 'new-messages-received').slice(-1) as [
      [{ details: Record<string, string> }],
    ];
    expect(said[0].details).toMatchObject({
      id: String(body.reply.id),
      user_id: String(desk.acme.agent.id),
      message: 'See below.',
      first_name: 'agent',
      last_name: 'acme',
      full_name: 'agent acme',
      user_type: 'agent',
    });
    expect(JSON.parse(said[0].details['attachments'] ?? '')).toEqual([
      ['how to.txt', `http://acme.desk.test/attachments/${attachment.id}`],
    ]);
  });

  it('is never a password, and always its place', async () => {
    const registration = { password: ['12345678', 'Passwort'], 'password-check': ['12345678', 'Noch einmal'] };
    const event = await logEvent(desk, 'user.registered', { user: {}, registration, extra: {} });
    const [sent] = sentOf(desk, event, null);
    expect(sent?.data).toEqual({ user: { password: ['', 'Passwort'], 'password-check': ['', 'Noch einmal'] }, extra: {} });
  });

  it('is never the token of a bot', async () => {
    const { ticket } = (await agent().get(`/tickets/${id}`)).body;
    const response = { token: 'ya29.secret', messages: [], response: {} };
    const event = await logEvent(desk, 'bot.replied', { question: 'Hello', response, ticket }, id);
    const data = { message: 'Hello', response: { ...response, token: '' }, conversation_id: id };
    expect(sentOf(desk, event, ticket as object)).toMatchObject([{ function: 'bot-message', data }]);
  });

  it('tells customers, visitors, bots and the kinds of staff from each other', async () => {
    const typeOf = async (user: object) => {
      const [sent] = sentOf(desk, await logEvent(desk, 'user.signed_in', { user }), null);
      return (sent?.data as { details: { user_type: string } }).details.user_type;
    };
    const shown = async (userId: number) => (await desk.as(desk.acme.admin).get(`/users/${userId}`)).body.user as object;
    expect(await typeOf(await shown(desk.acme.admin.id))).toBe('admin');
    expect(await typeOf(await shown(desk.acme.agent.id))).toBe('agent');
    expect(await typeOf(await shown(desk.acme.collaborator.id))).toBe('agent');
    expect(await typeOf(await shown(desk.acme.customer.id))).toBe('user');
    expect(await typeOf({ id: 1, role: 'customer', email: null })).toBe('visitor');
    expect(await typeOf({ id: 1, role: 'agent', email: null })).toBe('bot');
  });

  it('has a title and a source only where the ticket has', async () => {
    const nameless = await openTicket(desk);
    await desk.db.query(`update tickets set source = 'email' where id = $1`, [nameless.id]);
    await agent().post(`/tickets/${nameless.id}/replies`, { reply: { content: { text: 'Hello' } } });
    const sent = await sentOfTicket(desk, nameless.id);
    expect(dataOf(sent, 'new-conversation-created')).toMatchObject([{ details: { title: '' } }]);
    expect(dataOf(sent, 'message-sent')).toMatchObject([{ conversation_source: 'tk' }, { conversation_source: 'em' }]);
  });

  it('leaves out what only staff may read', async () => {
    await agent().post(`/tickets/${id}/comments`, { comment: { content: { text: 'He is lying.' } } });
    const event = await lastLogged(desk, 'comment.created', id);
    expect(sentOf(desk, event, null)).toEqual([]);
  });
});

describe('a conversation that staff open', () => {
  it('has not been created by a user', async () => {
    const { id: opened } = await openTicket(desk, {}, desk.acme.agent);
    const expected = ['new-conversation-received', 'message-sent', 'new-messages-received'];
    expect(namesOf(await sentOfTicket(desk, opened))).toEqual(expected);
  });

  it('is new in both spellings', async () => {
    const { id: opened } = await openTicket(desk, {}, desk.acme.agent);
    expect(namesOf(await sentOfTicket(desk, opened, 'support-board', ['new-conv*']))).toEqual(['new-conversation-created']);
  });
});

describe('the status of a conversation', () => {
  const statusesSent = async () =>
    dataOf(await sentOfTicket(desk, id), 'message-sent').map(
      (data) => (data as { conversation_status: string }).conversation_status,
    );

  it('is told when it changes, and only then', async () => {
    await turn('star');
    for (const name of ['answered', 'archive', 'archive', 'spam', 'trash']) await turn(name);
    for (const name of ['trash', 'spam', 'archive', 'answered']) await agent().delete(`/tickets/${id}/${name}`);
    // Spam and trash are one status here.
    expect(statusesIn(await sentOfTicket(desk, id))).toEqual(['1', '3', '4', '3', '1', '2']);
  });

  it('comes with the message that changes it', async () => {
    await reply('first');
    await reply('second');
    expect(await statusesSent()).toEqual(['2', '1', '-1']);
    expect(statusesIn(await sentOfTicket(desk, id))).toEqual(['1']);
  });

  it('is told once when a customer brings the ticket back from the archive', async () => {
    const mine = await openTicket(desk, { requester_email: desk.acme.customer.email }, desk.acme.customer);
    id = mine.id;
    await turn('archive');
    await desk.as(desk.acme.customer).post(`/tickets/${id}/replies`, { reply: { content: { text: 'Still burning.' } } });
    expect((await loggedOf(desk, id)).map(({ type }) => type).slice(-2)).toEqual(['customer.reply.created', 'ticket.unarchived']);
    expect(statusesIn(await sentOfTicket(desk, id))).toEqual(['3', '2']);
    expect(await statusesSent()).toEqual(['2', '2']);
  });

  it('is told rather than not when nobody knows what it was', async () => {
    await turn('archive');
    await turn('star');
    expect(statusesIn(sentOf(desk, await lastLogged(desk, 'ticket.archived', id), null))).toEqual(['3']);
    expect(sentOf(desk, await lastLogged(desk, 'ticket.starred', id), null)).toEqual([]);
  });

  it('is that of the archive for a ticket that goes into another, until it comes back', async () => {
    const into = await openTicket(desk, { subject: 'The other' });
    const undone = { conversation_id: String(id), status_code: '2' };
    await agent().post(`/tickets/${id}/merge`, { merge: { into: into.id } });
    expect(dataOf(await sentOfTicket(desk, into.id), 'conversation-status-updated')).toEqual([{ ...undone, status_code: '3' }]);
    await agent().delete(`/tickets/${id}/merge`);
    expect(dataOf(await sentOfTicket(desk, into.id), 'conversation-status-updated')).toEqual([
      { ...undone, status_code: '3' },
      undone,
    ]);
  });

  it('is not told of what has been deleted', async () => {
    await turn('trash');
    await desk.as(desk.acme.admin).delete(`/tickets/${id}`);
    expect(sentOf(desk, await lastLogged(desk, 'ticket.deleted', id), null)).toEqual([]);
  });
});
