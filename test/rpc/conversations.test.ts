import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { callScript } from '../support/php.js';
import { ok, rpc } from '../support/rpc.js';
import { eventsOf, openTicket } from '../support/tickets.js';

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
const detailsOf = async (id: number) => (await call('get-conversation', { conversation_id: id })).details;
const rest = async (id: number) => (await desk.as(desk.acme.admin).get(`/tickets/${id}`)).body.ticket;
const idsOf = (rows: { conversation_id: string }[]) => rows.map(({ conversation_id: id }) => Number(id));

describe('a conversation', () => {
  it('goes from the first word to the archive, and is the same over REST and the PHP scripts', async () => {
    const { customer, agent } = desk.acme;
    const id = await start({ title: 'A chat', source: 'wa', extra: 'x' });
    expect(await call('get-conversation', { conversation_id: id })).toMatchObject({
      messages: [],
      details: {
        id: String(id),
        user_id: String(customer.id),
        title: 'A chat',
        source: 'wa',
        extra: 'x',
        conversation_status_code: '0',
      },
    });
    const asked = await say(id, customer.id, 'Hello <b>there</b>');
    expect(asked).toMatchObject({
      status: 'success',
      id: asked['message-id'],
      queue: false,
      notifications: [],
      human_takeover_active: false,
    });
    expect(await rest(id)).toMatchObject({ unanswered: true, replies_count: 1, agent_replies_count: 0, subject: 'A chat' });
    const answered = await say(id, agent.id, 'How are you?', {
      attachments: '[["a.png","https://example.com/a.png"]]',
      payload: { k: ['v'] },
    });
    expect(await rest(id)).toMatchObject({ unanswered: false, replies_count: 2, agent_replies_count: 1 });
    const { messages, details } = await call('get-conversation', { conversation_id: id, user_id: customer.id });
    expect(details.conversation_status_code).toBe('1');
    expect(messages).toMatchObject([
      {
        id: String(asked.id),
        user_id: String(customer.id),
        message: 'Hello <b>there</b>',
        attachments: '',
        payload: '',
        user_type: 'user',
      },
      {
        ...{ id: String(answered.id), user_id: String(agent.id), message: 'How are you?', user_type: 'agent' },
        ...{ attachments: '[["a.png", "https://example.com/a.png"]]', payload: '{"k":["v"]}', status_code: '0' },
      },
    ]);
    const { reply } = (await desk.as(desk.acme.admin).get(`/tickets/${id}/replies/${answered.id}`)).body;
    expect(reply.content).toMatchObject({
      text: 'How are you?',
      attachments: [{ filename: 'a.png', url: { original: 'https://example.com/a.png' } }],
    });
    const query = `ticket_id=${id}&user_email=${customer.email}`;
    const shown = await callScript(desk, { script: 'ticket_view', query, by: desk.acme.admin });
    expect(shown.body.ticket.status).toBe('answered');
    expect(shown.body.replies.map(({ message }: { message: string }) => message)).toEqual(['Hello <b>there</b>', 'How are you?']);
    await call('update-conversation-status', { conversation_id: id, status_code: 3 });
    expect((await rest(id)).archived).toBe(true);
    expect(await eventsOf(desk, id)).toEqual([
      ...['ticket.created', 'ticket.updated', 'customer.reply.created', 'agent.reply.created', 'ticket.archived'],
    ]);
  });

  it('that REST has opened begins with its text', async () => {
    const { id } = await openTicket(desk, { subject: 'By REST' });
    const { messages, details } = await call('get-conversation', { conversation_id: id });
    expect(messages).toMatchObject([{ message: 'My printer is on fire.', conversation_id: String(id) }]);
    expect(details).toMatchObject({ title: 'By REST', source: 'tk', conversation_status_code: '2' });
  });

  it('of nobody whom the desk knows is not begun', async () => {
    for (const user_id of [999_999, desk.globex.customer.id])
      expect((await rpc(desk, 'new-conversation', { user_id })).body).toEqual({ success: false, response: 'user-not-found' });
    expect(await call('get-conversation', { conversation_id: 999_999 })).toEqual({ messages: [], details: '' });
    const foreign = { conversation_id: await start(), user_id: desk.acme.agent.id };
    expect(await call('get-conversation', foreign)).toEqual({ messages: [], details: '' });
  });
});

describe('the status', () => {
  const cases: [code: number, facts: Record<string, boolean>][] = [
    [0, { unanswered: true, archived: false, trash: false }],
    [1, { unanswered: false, archived: false, trash: false }],
    [2, { unanswered: true, archived: false, trash: false }],
    [3, { archived: true, trash: false }],
    [4, { trash: true }],
  ];
  it.each(cases)('%i is what REST calls %o, from any other', async (code, facts) => {
    for (const before of [0, 1, 2, 3, 4]) {
      const id = await start({ status_code: before });
      expect((await detailsOf(id)).conversation_status_code).toBe(String(before));
      await call('update-conversation-status', { conversation_id: id, status_code: code });
      expect((await detailsOf(id)).conversation_status_code).toBe(String(code));
      expect(await rest(id)).toMatchObject(facts);
    }
  });

  it('is read from what REST has done', async () => {
    const { id } = await openTicket(desk);
    const admin = desk.as(desk.acme.admin);
    const code = async () => (await detailsOf(id)).conversation_status_code;
    await admin.post(`/tickets/${id}/answered`);
    expect(await code()).toBe('1');
    await admin.post(`/tickets/${id}/archive`);
    expect(await code()).toBe('3');
    await admin.post(`/tickets/${id}/spam`);
    expect(await code()).toBe('4');
    await call('update-conversation-status', { conversation_id: id, status_code: 2 });
    expect(await rest(id)).toMatchObject({ spam: false, archived: false, unanswered: true });
  });

  it('follows whoever writes, stays with skip, and is what is given', async () => {
    const { customer, agent } = desk.acme;
    const id = await start({ status_code: 3 });
    const after = async (user: number, more: Record<string, unknown> = {}) => {
      await say(id, user, 'x', more);
      return (await detailsOf(id)).conversation_status_code as string;
    };
    expect(await after(agent.id, { conversation_status_code: 'skip' })).toBe('3');
    expect(await after(agent.id)).toBe('1');
    expect(await after(customer.id)).toBe('2');
    expect(await after(agent.id, { conversation_status_code: 'skip' })).toBe('2');
    expect(await after(agent.id, { conversation_status_code: 4 })).toBe('4');
    expect(await after(customer.id, { conversation_status_code: 0 })).toBe('0');
    const bad = await rpc(desk, 'send-message', {
      user_id: agent.id,
      conversation_id: id,
      message: 'x',
      conversation_status_code: 7,
    });
    expect(bad.body).toEqual({ success: false, response: 'invalid-status-code' });
  });
});

describe('lists of conversations', () => {
  it('hold the inbox, one status, a department, a source, an agent or none', async () => {
    const { agent, admin } = desk.acme;
    const [team] = await desk.db.query<{ id: number }>(`insert into teams (company_id, name) values ($1, 'Sales') returning id`, [
      desk.acme.id,
    ]);
    const made = [
      await start({ department: team?.id, source: 'fb' }),
      await start({ agent_id: admin.id, status_code: 3 }),
      await start({ agent_id: agent.id }),
    ];
    const [inTeam = 0, archived = 0, ofAgent = 0] = made;
    const listed = async (args: Record<string, unknown>) =>
      idsOf(await call('get-conversations', args)).filter((id) => made.includes(id));
    expect(await listed({})).toEqual([ofAgent, inTeam]);
    expect(await listed({ pagination: 0 })).toEqual(await listed({ pagination: 1 }));
    expect(await listed({ pagination: 2 })).toEqual([]);
    expect(await listed({ status_code: 3 })).toEqual([archived]);
    expect(await listed({ department: team?.id })).toEqual([inTeam]);
    expect(await listed({ source: 'fb' })).toEqual([inTeam]);
    expect(await listed({ status_code: 3, routing: 'true' })).toEqual([archived]);
    expect(await listed({ routing: '1' })).toEqual([]);
    expect(await listed({ routing: '1', routing_unassigned: '1' })).toEqual([inTeam]);
    expect(await call('check-conversations-assignment', { conversation_ids: made, agent_id: agent.id })).toEqual([ofAgent]);
    expect(await call('check-conversations-assignment', { conversation_ids: made.join(','), department_id: team?.id })).toEqual([
      inTeam,
    ]);
    const [total, archive] = [await call('count-conversations'), await call('count-conversations', { status_code: '3' })];
    expect(total).toBeGreaterThan(archive as number);
    expect(await call('count-conversations', { status_code: 'false' })).toBe(total);
  });

  it('are those after a time or an id', async () => {
    const [old, fresh] = [await start(), await start()];
    await desk.db.query(`update tickets set created_at = '2020-01-01' where id = $1`, [old]);
    await desk.db.query(`update messages set created_at = '2020-01-01' where ticket_id = $1`, [old]);
    const since = async (datetime: unknown) => idsOf(await call('get-new-conversations', { datetime }));
    expect(await since('2021-01-01')).not.toContain(old);
    expect(await since('2019-01-01 10:00:00')).toEqual(expect.arrayContaining([old, fresh]));
    expect(await since(old)).toEqual([fresh]);
    await say(old, desk.acme.agent.id, 'Still there?');
    expect(await since('2021-01-01')).toContain(old);
    const user_id = desk.acme.customer.id;
    expect(idsOf(await call('get-new-user-conversations', { user_id, datetime: old }))).toEqual([fresh]);
    expect(await call('get-new-user-conversations', { user_id: desk.acme.agent.id, datetime: old })).toEqual([]);
  });

  it('of a person are his own, and those of an agent where he has written', async () => {
    const { id } = await openTicket(desk, { requester_email: 'own@example.com' });
    const { user_id } = await detailsOf(id);
    const other = await start({ user_id });
    expect(idsOf(await call('get-user-conversations', { user_id })).sort()).toEqual([id, other].sort());
    expect(idsOf(await call('get-user-conversations', { user_id, exclude_id: other }))).toEqual([id]);
    const bystander = desk.acme.collaborator.id;
    expect(await call('get-user-conversations', { user_id: bystander, agents: 1 })).toEqual([]);
    await say(id, bystander, 'I am here too');
    const rows = await call('get-user-conversations', { user_id: bystander, agents: 1 });
    expect(rows).toMatchObject([
      { conversation_id: String(id), user_id: String(bystander), user_type: 'agent', conversation_user_id: user_id },
    ]);
    expect(await call('get-user-conversations', { user_id: bystander })).toEqual([]);
  });

  it('are found by messages, names of files, titles and people', async () => {
    const { id } = await openTicket(desk, { requester_email: 'finder@example.com', subject: 'A zeppelin' });
    const { user_id } = await detailsOf(id);
    await say(id, desk.acme.agent.id, 'About balloons', { attachments: '[["gondola.png","https://example.com/1"]]' });
    for (const search of ['zeppelin', 'balloons', 'gondola', 'finder@example.com']) {
      expect([search, idsOf(await call('search-conversations', { search }))]).toEqual([search, [id]]);
      expect(idsOf(await call('search-user-conversations', { search, user_id }))).toEqual([id]);
    }
    expect(await call('search-user-conversations', { search: 'zeppelin', id: desk.acme.customer.id })).toEqual([]);
    expect(await call('search-conversations', { search: 'submarine' })).toEqual([]);
  });
});

describe('assignments', () => {
  it('need not fit each other, and false removes them', async () => {
    const { agent } = desk.acme;
    const [team] = await desk.db.query<{ id: number }>(`insert into teams (company_id, name) values ($1, 'Empty') returning id`, [
      desk.acme.id,
    ]);
    const id = await start();
    await call('update-conversation-agent', { conversation_id: id, agent_id: agent.id });
    await call('update-conversation-department', { conversation_id: id, department: team?.id });
    await call('update-conversation-department', { conversation_id: id, department: team?.id });
    expect(await detailsOf(id)).toMatchObject({ agent_id: String(agent.id), department: String(team?.id) });
    expect(await rest(id)).toMatchObject({
      current_user_assignee: { user: { id: agent.id } },
      current_team_assignee: { team: { id: team?.id } },
    });
    await call('update-conversation-department', { conversation_id: id, department: 'false' });
    await call('update-conversation-agent', { conversation_id: id, agent_id: '0' });
    expect(await detailsOf(id)).toMatchObject({ agent_id: null, department: null });
    for (const agent_id of [999_999, desk.globex.agent.id, desk.acme.customer.id])
      expect((await rpc(desk, 'update-conversation-agent', { conversation_id: id, agent_id })).body.response).toBe(
        'user-not-found',
      );
    const foreign = await rpc(desk, 'update-conversation-department', { conversation_id: id, department: 999_999 });
    expect(foreign.body).toEqual({ success: false, response: 'department-not-found' });
  });
});
