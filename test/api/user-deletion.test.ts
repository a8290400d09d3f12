import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ok, rpc } from '../support/rpc.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const call = (name: string, args: Record<string, unknown> = {}) => ok(desk, name, args);
const as = () => desk.as(desk.acme.admin);
const add = (args: Record<string, unknown> = {}): Promise<number> => call('add-user', args) as Promise<number>;
const start = async (userId: number): Promise<number> => Number((await call('new-conversation', { user_id: userId })).details.id);
const say = (conversation: number, userId: number) =>
  call('send-message', { conversation_id: conversation, user_id: userId, message: 'Hello' });
const statusOf = async (path: string) => (await as().get(path)).status;
const typesOf = async (key: 'user' | 'ticket', id: number) =>
  (
    await desk.db.query<{ type: string }>(`select type from events where (data->$1->>'id')::bigint = $2 order by id`, [key, id])
  ).map(({ type }) => type);

describe('deleting a person', () => {
  it('takes his tickets with him, tells of each, and leaves those of others', async () => {
    const { agent } = desk.acme;
    const [gone, other] = [await add({ email: 'gone@example.com', extra: { city: 'Rome' } }), await add()];
    const [his, theirs] = [await start(gone), await start(other)];
    const file = '[["a.png","https://example.com/a.png"]]';
    await call('send-message', { conversation_id: his, user_id: gone, message: 'With a file', attachments: file });
    await say(his, agent.id);
    await call('add-note', { conversation_id: his, user_id: agent.id, name: 'N', message: 'M' });
    await call('set-typing', { user_id: gone, conversation_id: his });
    await say(theirs, gone);
    expect((await as().delete(`/users/${gone}`)).status).toBe(204);
    expect(await statusOf(`/users/${gone}`)).toBe(404);
    expect(await statusOf(`/tickets/${his}`)).toBe(404);
    expect((await as().delete(`/users/${gone}`)).status).toBe(404);
    expect((await typesOf('ticket', his)).at(-1)).toBe('ticket.deleted');
    expect((await typesOf('user', gone)).at(-1)).toBe('user.deleted');
    const { body } = await as().get(`/tickets/${theirs}/replies`);
    expect(body.replies).toHaveLength(1);
    expect(body.replies[0].replier.id).toBe(await call('get-bot-id'));
    // Whoever has the address later is somebody else.
    expect(await add({ email: 'gone@example.com' })).not.toBe(gone);
  });

  it('leaves what an agent has said, and takes his tickets from him', async () => {
    const agent = await add({ email: 'leaving@example.com', user_type: 'agent' });
    const ticket = await start(await add());
    await say(ticket, agent);
    await call('add-note', { conversation_id: ticket, user_id: agent, name: 'N', message: 'M' });
    await call('update-conversation-agent', { conversation_id: ticket, agent_id: agent });
    expect(await call('delete-user', { user_id: agent })).toBe(true);
    const { body } = await as().get(`/tickets/${ticket}`);
    expect(body.ticket).toMatchObject({ replies_count: 1, agent_replies_count: 1, comments_count: 1 });
    expect(body.ticket.current_user_assignee).toBeFalsy();
    expect(await typesOf('ticket', ticket)).toContain('ticket.unassigned_from_user');
  });

  it('takes people of more tickets than one transaction holds', async () => {
    const id = await add();
    await desk.db.query(`insert into tickets (company_id, requester_id) select $1, $2 from generate_series(1, 201)`, [
      desk.acme.id,
      id,
    ]);
    expect(await call('delete-users', { user_ids: [id] })).toBe(true);
    expect(await desk.db.query('select 1 from tickets where requester_id = $1', [id])).toEqual([]);
    expect(await call('get-user', { user_id: id })).toBe(false);
  });

  it('that was cut short is gone on with by the next call', async () => {
    const id = await add();
    await desk.db.query(`insert into tickets (company_id, requester_id) select $1, $2 from generate_series(1, 201)`, [
      desk.acme.id,
      id,
    ]);
    // The last of its transactions fails, as when the process ends before it.
    await desk.db.query(
      `create function cut_short() returns trigger language plpgsql as $$ begin raise exception 'cut short'; end $$`,
    );
    await desk.db.query('create trigger cut_short before delete on users for each row execute function cut_short()');
    const { body } = await rpc(desk, 'delete-user', { user_id: id });
    await desk.db.query('drop function cut_short cascade');
    expect(body).toMatchObject({ success: false, response: 'database-error' });
    expect(await call('get-user', { user_id: id })).toMatchObject({ id: String(id) });
    expect(await call('delete-user', { user_id: id })).toBe(true);
    expect(await call('get-user', { user_id: id })).toBe(false);
    expect(await desk.db.query('select 1 from tickets where requester_id = $1', [id])).toEqual([]);
  });

  it('leaves one of two admins who delete each other at once', async () => {
    const { admin } = desk.globex;
    const second = await ok(desk, 'add-user', { email: 'second@globex.test', user_type: 'admin' }, { by: admin });
    const created = await desk.as(admin).post('/api_tokens', { api_token: { name: 'second', user_id: second } });
    const other = { id: second as number, email: 'second@globex.test', token: created.body.api_token.token as string };
    const answers = await Promise.all([desk.as(admin).delete(`/users/${other.id}`), desk.as(other).delete(`/users/${admin.id}`)]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    const left = `select id from users where company_id = $1 and role = 'admin'`;
    expect(await desk.db.query(left, [desk.globex.id])).toEqual([{ id: statuses[0] === 204 ? admin.id : other.id }]);
  });

  it('is for admins, of their own company, and never of themselves, the bot or a group', async () => {
    const { admin, agent, customer } = desk.acme;
    const bot = Number(await call('get-bot-id'));
    expect((await desk.as(agent).delete(`/users/${customer.id}`)).status).toBe(403);
    expect((await as().delete(`/users/${admin.id}`)).status).toBe(409);
    expect((await rpc(desk, 'delete-users', { user_ids: [customer.id, admin.id] })).body.success).toBe(false);
    for (const id of [bot, desk.globex.customer.id]) expect((await as().delete(`/users/${id}`)).status).toBe(404);
    expect(
      await desk.db.query('select id from users where id = any ($1::bigint[])', [
        [admin.id, customer.id, bot, desk.globex.customer.id],
      ]),
    ).toHaveLength(4);
  });

  it('takes all leads, and only them', async () => {
    const [lead, visitor] = [await add({ user_type: 'lead' }), await add()];
    const ticket = await start(lead);
    expect(await call('delete-leads')).toBe(true);
    expect(await call('delete-leads')).toBe(true);
    expect((await call('count-users')).lead).toBe('0');
    expect(await statusOf(`/tickets/${ticket}`)).toBe(404);
    expect(await call('get-user', { user_id: visitor })).toMatchObject({ user_type: 'visitor' });
  });
});
