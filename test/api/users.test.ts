import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { until } from '../support/until.js';
import { emailsOf, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let teamId: number;

beforeAll(async () => {
  desk = await startDesk();
  const [team] = await desk.db.query<{ id: number }>(`insert into teams (company_id, name) values ($1, 'Team 1') returning id`, [
    desk.acme.id,
  ]);
  teamId = team?.id ?? 0;
});
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);
const create = async (user: object) => (await admin().post('/users', { user })).body.user;

describe('listing people', () => {
  it('shows staff by default, without those who were only invited, without bots and customers', async () => {
    const invited = await create({ email: 'invited@acme.test', name: 'In Vited', role: 10 });
    const { body } = await admin().get('/users');
    expect(emailsOf(body.users)).toEqual([desk.acme.admin.email, desk.acme.agent.email, desk.acme.collaborator.email]);
    expect(body.users[0]).toMatchObject({
      type: 'user',
      role: 'admin',
      agent: true,
      first_name: 'admin',
      last_name: 'acme',
      teams: [],
    });
    const all = await admin().get('/users?with_invited=true&with_roles=agent,customer');
    expect(emailsOf(all.body.users)).toEqual([desk.acme.agent.email, desk.acme.customer.email, invited.email]);
  });

  it('counts an invited agent as confirmed once he has used the desk', async () => {
    const agent = await create({ email: 'new.agent@acme.test', name: 'New Agent', role: 'agent' });
    const { body } = await admin().post('/api_tokens', { api_token: { user_id: agent.id, name: 'his' } });
    const his = desk.as({ id: agent.id, email: agent.email, token: body.api_token.token });
    expect((await his.get('/me')).status).toBe(200);
    const confirmed = async () => emailsOf((await admin().get('/users')).body.users).includes(agent.email);
    await until(confirmed, 'his confirmation');
  });

  it('pages and lists groups whatever the roles', async () => {
    const group = await create({
      type: 'customergroup',
      name: 'Group One',
      canmembersaccessgroup_tickets: 'true',
      email_domains: 'one.test',
    });
    expect(group).toMatchObject({
      type: 'customer_group',
      name: 'Group One',
      email: null,
      can_members_access_group_tickets: true,
      email_domains: ['one.test'],
    });
    expect(group).toMatchObject({ members_count: 0, requested_tickets_count: 0 });
    expect(group).not.toHaveProperty('teams');
    const { body } = await admin().get('/users?type=customer_group&with_roles=admin&per_page=1');
    expect(body).toMatchObject({ total: 1, per_page: 1, users: [{ id: group.id }] });
  });

  it('is not for customers', async () => {
    expect((await desk.as(desk.acme.customer).get('/users')).status).toBe(403);
    expect((await desk.as(desk.acme.customer).get(`/users/${desk.acme.customer.id}`)).status).toBe(200);
    expect((await desk.as(desk.acme.customer).get(`/users/${desk.acme.agent.id}`)).status).toBe(404);
  });
});

describe('showing a person', () => {
  it('adds his latest tickets, five unless max_tickets says otherwise', async () => {
    for (let i = 1; i <= 7; i++) await openTicket(desk, { requester_email: 'many@example.com', subject: `m${i}` });
    const { requester } = await openTicket(desk, { requester_email: 'many@example.com', subject: 'm8' });
    const subjects = async (query: string) =>
      (await admin().get(`/users/${requester.id}${query}`)).body.user.tickets.map(({ subject }: { subject: string }) => subject);
    expect(await subjects('')).toEqual(['m8', 'm7', 'm6', 'm5', 'm4']);
    expect(await subjects('?max_tickets=2')).toEqual(['m8', 'm7']);
    expect(await subjects('?max_tickets=false')).toHaveLength(8);
    expect((await admin().get(`/users/${requester.id}`)).body.user.active_tickets_count).toBe(8);
  });

  it('GET /me shows the person, the company and the scopes of the token', async () => {
    const { body } = await desk.as(desk.acme.collaborator).get('/me');
    expect(body).toMatchObject({ user: { id: desk.acme.collaborator.id }, company: { subdomain: 'acme' }, scopes: ['*'] });
  });
});

describe('creating and changing people', () => {
  it('splits the name at the first space and takes roles as numbers and words', async () => {
    expect(await create({ email: 'a1@acme.test', name: 'Anna Maria Smith', role: '9', team_ids: [teamId] })).toMatchObject({
      first_name: 'Anna',
      last_name: 'Maria Smith',
      role: 'collaborator',
      teams: [{ id: teamId, name: 'Team 1', picture: { thumb256: '/images/teams/256.png' } }],
    });
  });

  it.each([
    ['a taken address, whatever its case', { email: 'AGENT@acme.test', name: 'x' }, 'email has already been taken'],
    ['no address', { name: 'x' }, "email can't be blank"],
    ['no name', { email: 'n@acme.test' }, "name can't be blank"],
    [
      'an address for a group',
      { type: 'customer_group', email: 'g@acme.test', name: 'x' },
      'email is not allowed for a customer group',
    ],
    [
      'domains for a person',
      { email: 'n@acme.test', name: 'x', email_domains: ['a.test'] },
      'email_domains is for customer groups only',
    ],
    [
      'an unknown team',
      { email: 'n@acme.test', name: 'x', role: 10, team_ids: [9999] },
      'team_ids must name teams of this company',
    ],
    ['a team for a customer', { email: 'n@acme.test', name: 'x', team_ids: [1] }, 'team_ids is for staff only'],
    [
      'an unknown role',
      { email: 'n@acme.test', name: 'x', role: 'boss' },
      'role must be one of admin, agent, collaborator, customer, 20, 10, 9',
    ],
  ])('refuses %s and leaves nobody', async (_case, user, text) => {
    const count = () => desk.db.query('select (select count(*) from users) u, (select count(*) from events) e');
    const before = await count();
    const { status, body } = await admin().post('/users', { user });
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
    expect(await count()).toEqual(before);
  });

  it('leaves staff to admins', async () => {
    const agent = desk.as(desk.acme.agent);
    expect((await agent.post('/users', { user: { email: 'c1@example.com', name: 'C' } })).status).toBe(201);
    expect((await agent.post('/users', { user: { email: 'c2@example.com', name: 'C', role: 10 } })).status).toBe(403);
    expect((await agent.put(`/users/${desk.acme.collaborator.id}`, { user: { name: 'x' } })).status).toBe(403);
    expect((await agent.put(`/users/${desk.acme.customer.id}`, { user: { role: 'admin' } })).status).toBe(403);
    expect((await desk.as(desk.acme.collaborator).post('/users', { user: { email: 'c3@example.com', name: 'C' } })).status).toBe(
      403,
    );
  });

  it('changes what is given and leaves the rest', async () => {
    const user = await create({ email: 'ch@acme.test', name: 'Old Name', role: 10, team_ids: [teamId] });
    const { status, body } = await admin().put(`/users/${user.id}`, { user: { last_name: 'Newname', email: '' } });
    expect(status).toBe(200);
    expect(body.user).toMatchObject({
      email: 'ch@acme.test',
      first_name: 'Old',
      last_name: 'Newname',
      role: 'agent',
      teams: [{ id: teamId }],
    });
    expect((await admin().put(`/users/${user.id}`, { user: { role: 'customer' } })).body.user).toMatchObject({
      role: 'customer',
      agent: false,
      teams: [],
    });
  });

  it('nobody changes himself, and nobody another company', async () => {
    expect((await admin().put(`/users/${desk.acme.admin.id}`, { user: { name: 'Me' } })).status).toBe(403);
    expect((await desk.as(desk.globex.admin).put(`/users/${desk.acme.agent.id}`, { user: { name: 'x' } })).status).toBe(404);
    const foreign = await desk
      .as(desk.globex.admin)
      .post('/users', { user: { email: 'x@g.test', name: 'x', role: 10, team_ids: [teamId] } });
    expect(foreign.status).toBe(400);
  });
});

describe('customer groups', () => {
  it('take members, twice without harm, and refuse what is no customer', async () => {
    const group = await create({ type: 'customer_group', name: 'Members' });
    const add = (id: unknown) => admin().post(`/users/${group.id}/members`, { member: { id } });
    expect((await add(String(desk.acme.customer.id))).body.member.id).toBe(desk.acme.customer.id);
    expect((await add(desk.acme.customer.id)).status).toBe(201);
    expect((await admin().get(`/users/${group.id}/members`)).body).toMatchObject({
      total: 1,
      users: [{ id: desk.acme.customer.id }],
    });
    for (const id of [desk.acme.agent.id, desk.globex.customer.id, 99999, undefined, 'x'])
      expect((await add(id)).status).toBe(400);
    expect((await admin().get(`/users/${desk.acme.agent.id}/members`)).status).toBe(404);
    expect((await desk.as(desk.globex.admin).get(`/users/${group.id}/members`)).status).toBe(404);
    const added = await desk.db.query(
      `select 1 from events where type = 'customer_group.member_added' and data->'customer_group'->>'id' = $1`,
      [group.id],
    );
    expect(added).toHaveLength(1);
  });

  it('are joined by people of their domains, those who come later and those who were there', async () => {
    const early = await openTicket(desk, { requester_email: 'early@Domain.test' });
    const group = await create({ type: 'customer_group', name: 'By domain', email_domains: ['@domain.TEST', 'other.test'] });
    await openTicket(desk, { requester_email: 'late@domain.test', cc: 'cc@other.test, no@example.com' });
    const { body } = await admin().get(`/users/${group.id}/members`);
    expect(emailsOf(body.users)).toEqual([early.requester.email, 'late@domain.test', 'cc@other.test']);
    await admin().put(`/users/${group.id}`, { user: { email_domains: ['example.com'] } });
    expect(emailsOf((await admin().get(`/users/${group.id}/members`)).body.users)).toContain('no@example.com');
  });
});
