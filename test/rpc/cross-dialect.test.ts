import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { Dialects } from '../support/dialects.js';
import { addTeam, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let seen: Dialects;
let email: string;

beforeAll(async () => {
  desk = await startDesk();
  seen = new Dialects(desk);
  email = desk.acme.customer.email;
});
afterAll(() => desk.stop());

const GONE = 'Ticket not found or no permission';

const rest = () => desk.as(desk.acme.admin);
const say = (id: number, user_id: number, message: string, more: object = {}) =>
  seen.rpc('send-message', { conversation_id: id, user_id, message, ...more });
const reply = (id: number, text: string) => rest().post(`/tickets/${id}/replies`, { reply: { content: { text } } });
const answer = (id: number, message: string) => seen.script('ticket_reply', { ticket_id: id, user_email: email, message });

/** A ticket of acme's customer, made by each of the three. */
const MAKERS: Record<string, (subject: string, text: string) => Promise<number>> = {
  REST: async (subject, text) => (await openTicket(desk, { requester_email: email, subject, content: { text } })).id,
  'the RPC': async (title, text) => {
    const { details } = await seen.rpc('new-conversation', { user_id: desk.acme.customer.id, title });
    await say(Number(details.id), desk.acme.customer.id, text);
    return Number(details.id);
  },
  'a script': async (subject, message) =>
    (await seen.script('tickets_create', { subject, message, user_email: email })).body.ticket_id as number,
};

const fresh = () => openTicket(desk, { requester_email: email }).then(({ id }) => id);

describe.each(Object.entries(MAKERS))('a ticket made by %s', (_by, make) => {
  it('is the same ticket in all three, and waits for an agent', async () => {
    const id = await make('Printer', 'It burns.');
    const { customer } = desk.acme;
    expect(await seen.ticket(id)).toMatchObject({ id, subject: 'Printer', requester: { id: customer.id, email } });
    expect((await seen.conversation(id)).details).toMatchObject({
      ...{ id: String(id), title: 'Printer', user_id: String(customer.id), conversation_status_code: '2' },
    });
    expect((await seen.view(id, email)).ticket).toMatchObject({
      ...{ id, subject: 'Printer', user_id: customer.id, user_email: email, status: 'open' },
    });
    const said = [await seen.said(id), await seen.messages(id), await seen.entries(id, email)];
    expect(said).toEqual([['It burns.'], ['It burns.'], ['It burns.']]);
    const { tickets } = (await seen.script('tickets_list', { user_email: email })).body;
    expect(tickets[0]).toMatchObject({ id, subject: 'Printer', status: 'open' });
    expect((await seen.rpc('get-user-conversations', { user_id: customer.id }))[0].conversation_id).toBe(String(id));
  });
});

describe('what is said', () => {
  it('by agents and customers in any of them is heard in all, in one order', async () => {
    const { customer, agent } = desk.acme;
    const id = await fresh();
    const opening = 'My printer is on fire.';
    await reply(id, 'An agent, by REST');
    expect(await seen.state(id, email)).toEqual(['answered', '1', 'answered']);
    await say(id, customer.id, 'A customer, by RPC');
    expect(await seen.state(id, email)).toEqual(['unanswered', '2', 'open']);
    await say(id, agent.id, 'An agent, by RPC');
    expect(await seen.state(id, email)).toEqual(['answered', '1', 'answered']);
    await answer(id, 'A customer, by a script');
    expect(await seen.state(id, email)).toEqual(['unanswered', '2', 'open']);
    const content = { text: 'A customer, by REST' };
    await desk.as(customer).post(`/tickets/${id}/replies`, { reply: { content } });
    const said = [
      opening,
      'An agent, by REST',
      'A customer, by RPC',
      'An agent, by RPC',
      'A customer, by a script',
      content.text,
    ];
    expect([await seen.said(id), await seen.messages(id), await seen.entries(id, email)]).toEqual([said, said, said]);
    const { replies } = await seen.view(id, email);
    const writers = replies.map(({ user_id: writer }: { user_id: number | null }) => writer);
    expect(writers).toEqual([null, desk.acme.admin.id, null, agent.id, null, null]);
  });

  it('internally in one of the two that know notes is read in both, and never by the scripts', async () => {
    const id = await fresh();
    const { updated_at: before } = (await seen.view(id, email)).ticket;
    await desk.as(desk.acme.agent).post(`/tickets/${id}/comments`, { comment: { content: { text: 'Note by REST' } } });
    await seen.rpc('add-note', { conversation_id: id, user_id: desk.acme.agent.id, name: 'N', message: 'Note by RPC' });
    const { comments } = (await rest().get(`/tickets/${id}/comments`)).body;
    const texts = comments.map(({ content }: { content: { text: string } }) => content.text);
    expect(texts).toEqual(['Note by REST', 'Note by RPC']);
    const notes = await seen.rpc('get-notes', { conversation_id: id });
    expect(notes.map(({ message }: { message: string }) => message)).toEqual(['Note by RPC', 'Note by REST']);
    const view = await seen.view(id, email);
    expect(JSON.stringify(view)).not.toContain('Note by');
    expect(view.ticket.updated_at).toBe(before);
    expect(JSON.stringify(await seen.conversation(id))).not.toContain('Note by');
  });

  it('with files shows them over REST and the RPC, and as null in the scripts', async () => {
    const id = await fresh();
    const { attachment } = (await desk.as(desk.acme.agent).upload([{ filename: 'plan.txt', content: 'Pull the plug.' }])).body;
    const content = { text: 'See the plan', attachment_ids: [attachment.id] };
    await desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, { reply: { content } });
    const attachments = [['a.png', 'https://example.com/a.png']];
    await say(id, desk.acme.customer.id, 'See the picture', { attachments });
    const { replies } = (await rest().get(`/tickets/${id}/replies`)).body;
    expect(replies[0].content.attachments).toMatchObject([{ id: attachment.id, filename: 'plan.txt' }]);
    expect(replies[1].content.attachments).toMatchObject([{ filename: 'a.png', url: { original: attachments[0]?.[1] } }]);
    const [, first, second] = (await seen.conversation(id)).messages;
    expect(JSON.parse(first.attachments)).toEqual([['plan.txt', expect.stringContaining(`/attachments/${attachment.id}`)]]);
    expect(JSON.parse(second.attachments)).toEqual(attachments);
    const shown = (await seen.view(id, email)).replies.map((entry: { attachment: null }) => entry.attachment);
    expect(shown).toEqual([null, null, null]);
  });
});

/** mapping.md section 2, "Write": what comes of each, on a ticket that an agent has answered. */
const WRITES: [write: string, run: (id: number) => Promise<unknown>, after: [string, string, string]][] = [
  ['POST archive', (id) => rest().post(`/tickets/${id}/archive`), ['archived', '3', 'closed']],
  ['POST spam', (id) => rest().post(`/tickets/${id}/spam`), ['spam', '4', GONE]],
  ['POST trash', (id) => rest().post(`/tickets/${id}/trash`), ['trash', '4', GONE]],
  ['DELETE answered', (id) => rest().delete(`/tickets/${id}/answered`), ['unanswered', '2', 'open']],
  ['POST answered', (id) => rest().post(`/tickets/${id}/answered`), ['answered', '1', 'answered']],
  ...(
    [
      ['0', ['answered', '0', 'open']],
      ['1', ['answered', '1', 'answered']],
      ['2', ['unanswered', '2', 'open']],
      ['3', ['archived', '3', 'closed']],
      ['4', ['trash', '4', GONE]],
    ] as const
  ).map(([status_code, after]): (typeof WRITES)[number] => [
    `the RPC's ${status_code}`,
    (id) => seen.rpc('update-conversation-status', { conversation_id: id, status_code }),
    [...after],
  ]),
  ['an answer of a script', (id) => answer(id, 'Still burning'), ['unanswered', '2', 'open']],
  ['an agent over REST', (id) => reply(id, 'Water?'), ['answered', '1', 'answered']],
  ['an agent over the RPC', (id) => say(id, desk.acme.agent.id, 'Water?'), ['answered', '1', 'answered']],
  ['a customer over the RPC', (id) => say(id, desk.acme.customer.id, 'No'), ['unanswered', '2', 'open']],
  [
    'a customer over the RPC who skips',
    (id) => say(id, desk.acme.customer.id, 'No', { conversation_status_code: 'skip' }),
    ['answered', '1', 'answered'],
  ],
];

describe('the state', () => {
  it.each(WRITES)('after %s is one state in three words', async (_write, run, after) => {
    const id = await fresh();
    await reply(id, 'Have you tried water?');
    await run(id);
    expect(await seen.state(id, email)).toEqual(after);
  });

  it.each(['archive', 'spam', 'trash'])('comes back as it was when %s is taken back over REST', async (flag) => {
    const id = await fresh();
    await rest().post(`/tickets/${id}/${flag}`);
    await rest().delete(`/tickets/${id}/${flag}`);
    expect(await seen.state(id, email)).toEqual(['unanswered', '2', 'open']);
  });

  it.each(['archive', 'spam', 'trash'])('after %s over REST is opened again by the RPC', async (flag) => {
    const id = await fresh();
    await rest().post(`/tickets/${id}/${flag}`);
    await seen.rpc('update-conversation-status', { conversation_id: id, status_code: 1 });
    expect(await seen.state(id, email)).toEqual(['answered', '1', 'answered']);
  });

  it('closed by the RPC is opened by an answer of a script, and what the RPC trashed an admin may delete', async () => {
    const id = await fresh();
    await seen.rpc('update-conversation-status', { conversation_id: id, status_code: 3 });
    await answer(id, 'Not yet');
    expect(await seen.state(id, email)).toEqual(['unanswered', '2', 'open']);
    await seen.rpc('update-conversation-status', { conversation_id: id, status_code: 4 });
    expect((await rest().delete(`/tickets/${id}`)).status).toBe(204);
    expect(await seen.conversation(id)).toEqual({ messages: [], details: '' });
    expect((await seen.view(id, email)).error).toBe(GONE);
  });

  it('shows trash before spam, spam before the archive', async () => {
    const id = await fresh();
    for (const flag of ['archive', 'spam', 'trash']) await rest().post(`/tickets/${id}/${flag}`);
    expect(await seen.state(id, email)).toEqual(['archived spam trash', '4', GONE]);
    for (const flag of ['trash', 'spam']) await rest().delete(`/tickets/${id}/${flag}`);
    expect(await seen.state(id, email)).toEqual(['archived', '3', 'closed']);
  });
});

describe('whose it is', () => {
  it('is written by one of the two that know it, and read by both', async () => {
    const { agent } = desk.acme;
    const team = await addTeam(desk, 'Sales', [agent.id]);
    const id = await fresh();
    await rest().post(`/tickets/${id}/team_assignment`, { team_assignment: { team_id: team } });
    await rest().post(`/tickets/${id}/user_assignment`, { user_assignment: { user_id: agent.id } });
    const given = { agent_id: String(agent.id), department: String(team) };
    expect((await seen.conversation(id)).details).toMatchObject(given);
    await seen.rpc('update-conversation-agent', { conversation_id: id, agent_id: 'false' });
    await seen.rpc('update-conversation-department', { conversation_id: id, department: 'false' });
    const ticket = await seen.ticket(id);
    expect([ticket.current_user_assignee, ticket.current_team_assignee]).toEqual([undefined, undefined]);
    await seen.rpc('update-conversation-agent', { conversation_id: id, agent_id: agent.id });
    expect(await seen.ticket(id)).toMatchObject({ current_user_assignee: { user: { id: agent.id } } });
  });
});
