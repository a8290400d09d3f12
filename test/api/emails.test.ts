import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, make, statusesFor, traces, unique, type Collection } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { openTicket } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk({ INBOUND_MAIL_DOMAIN: "in.o'desk.test" });
});
afterAll(() => desk.stop());

const freshEmail = () => `${unique('help').replace(' ', '.')}@example.com`;
const EMAILS: Collection = {
  path: '/emails',
  table: 'forwarding_addresses',
  key: 'forwarding_address',
  input: () => ({ name: 'Company Inc', email: freshEmail() }),
};
const admin = () => desk.as(desk.acme.admin);
const create = (fields: object) => admin().post('/emails', { forwarding_address: fields });

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

describe('adding a forwarding address', () => {
  it('answers it under both sets of names, with a place to forward to that nobody can guess', async () => {
    const email = freshEmail();
    const events = await eventsOf(desk, async () => {
      const { status, body } = await create({ name: 'Company Inc', email, filter_spam: true, use_agent_name: 'false' });
      expect(status).toBe(201);
      const { forwarding_hash: hash } = body.forwarding_address;
      expect(body).toEqual({
        forwarding_address: {
          id: expect.any(Number),
          name: 'Company Inc',
          company_id: desk.acme.id,
          email,
          from: email,
          forward_to: `${hash}@in.o'desk.test`,
          forwarding_hash: expect.stringMatching(/^[0-9a-f]{40}$/),
          filter_spam: true,
          use_agent_name: false,
          auto_response: false,
          global_bcc: null,
          imap: null,
          created_at: TIME,
          updated_at: TIME,
        },
      });
      expect((await admin().get(`/emails/${body.forwarding_address.id}`)).body).toEqual(body);
      const list = await desk.as(desk.acme.collaborator).get('/emails');
      expect(list.body.forwarding_addresses).toEqual([body.forwarding_address]);
    });
    expect(events).toMatchObject([
      { type: 'forwarding_address.created', actor: { id: desk.acme.admin.id }, data: { forwarding_address: { email } } },
    ]);
  });

  it('takes `from` for the address, and a blind copy for everything', async () => {
    const email = freshEmail();
    const { status, body } = await create({ from: email, global_bcc: 'Archive <archive@example.com>, boss@example.com' });
    expect(status).toBe(201);
    expect(body.forwarding_address).toMatchObject({
      name: '',
      email,
      from: email,
      filter_spam: false,
      use_agent_name: false,
      global_bcc: 'archive@example.com, boss@example.com',
    });
  });

  it('forwards no two addresses to one place', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => make(desk, EMAILS)));
    expect(new Set(made.map(({ forward_to }) => forward_to)).size).toBe(5);
  });

  it.each([
    ['no address', { name: 'x' }, "email can't be blank"],
    ['a bad address', { email: 'nobody' }, 'email must be an e-mail address'],
    ['an address that is there already, whatever its case', { email: 'TAKEN@example.com' }, 'email has already been taken'],
    ['a switch that is neither on nor off', { email: 'a@example.com', filter_spam: 'x' }, 'filter_spam must be true or false'],
    [
      'a blind copy to nobody',
      { email: 'a@example.com', global_bcc: 'nonsense' },
      'global_bcc has an address that cannot be read: nonsense',
    ],
  ])('refuses %s and leaves nothing', async (_, input, text) => {
    await create({ email: 'taken@example.com' });
    const before = await traces(desk, EMAILS);
    const { status, body } = await create(input);
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
    expect(await traces(desk, EMAILS)).toEqual(before);
  });

  it('lets two companies use one address', async () => {
    await create({ email: 'shared@example.com' });
    const { status } = await desk.as(desk.globex.admin).post('/emails', { forwarding_address: { email: 'shared@example.com' } });
    expect(status).toBe(201);
  });
});

describe('changing a forwarding address', () => {
  it('leaves what is not given, and the place to forward to in any case', async () => {
    const address = await make(desk, EMAILS, { global_bcc: 'archive@example.com', filter_spam: true });
    const email = freshEmail();
    const put = async (fields: object) =>
      (await admin().put(`/emails/${address.id}`, { forwarding_address: fields })).body.forwarding_address;
    const events = await eventsOf(desk, async () => {
      const moved = await put({ email, name: '', global_bcc: '', use_agent_name: true });
      expect(moved).toEqual({ ...address, email, from: email, use_agent_name: true, updated_at: TIME });
      expect(await put({ global_bcc: null, filter_spam: false })).toMatchObject({
        email,
        name: 'Company Inc',
        global_bcc: null,
        filter_spam: false,
        use_agent_name: true,
        forward_to: address.forward_to,
      });
    });
    expect(events.map(({ type }) => type)).toEqual(['forwarding_address.updated', 'forwarding_address.updated']);
  });

  it('refuses an address that is taken or none, and changes nothing', async () => {
    const [one, other] = [await make(desk, EMAILS), await make(desk, EMAILS)];
    const before = await traces(desk, EMAILS);
    for (const email of [other.email.toUpperCase(), 'nobody'])
      expect((await admin().put(`/emails/${one.id}`, { forwarding_address: { email } })).status).toBe(400);
    expect(await traces(desk, EMAILS)).toEqual(before);
  });
});

describe('deleting a forwarding address', () => {
  it('hides it, leaves the tickets that came to it, and gives the address free', async () => {
    const address = await make(desk, EMAILS);
    const { id } = await openTicket(desk, { forwarding_address_id: address.id }, desk.acme.agent);
    const events = await eventsOf(desk, async () => {
      expect((await admin().delete(`/emails/${address.id}`)).status).toBe(204);
      expect((await admin().delete(`/emails/${address.id}`)).status).toBe(404);
    });
    expect(events).toMatchObject([
      { type: 'forwarding_address.deleted', data: { forwarding_address: { email: address.email } } },
    ]);
    expect((await admin().get(`/emails/${address.id}`)).status).toBe(404);
    expect((await admin().put(`/emails/${address.id}`, { forwarding_address: { name: 'x' } })).status).toBe(404);
    expect((await admin().get('/emails')).text).not.toContain(address.email);
    expect((await admin().get(`/tickets/${id}`)).body.ticket.source).toEqual({ web: address.email });
    const again = await create({ email: address.email });
    expect(again.status).toBe(201);
    expect(again.body.forwarding_address.forward_to).not.toBe(address.forward_to);
  });

  it('leaves no way to open tickets under it', async () => {
    const address = await make(desk, EMAILS);
    await admin().delete(`/emails/${address.id}`);
    const ticket = { requester_email: 'a@example.com', content: { text: 'x' }, forwarding_address_id: address.id };
    expect((await admin().post('/tickets', { ticket })).body.error).toBe(
      'Validation failed: forwarding_address_id is not a forwarding address of this company',
    );
  });
});

it('a forwarding address of another company is not there', async () => {
  expect(await statusesFor(desk, desk.globex.admin, EMAILS)).toEqual([200, 404, 201, 404, 404]);
});

it.each([
  ['admin', [200, 200, 201, 200, 204]],
  ['agent', [200, 200, 403, 403, 403]],
  ['collaborator', [200, 200, 403, 403, 403]],
  ['customer', [403, 403, 403, 403, 403]],
] as const)('forwarding addresses are read by staff and written by admins: %s', async (role, statuses) => {
  expect(await statusesFor(desk, desk.acme[role], EMAILS)).toEqual(statuses);
});
