import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { emailsOf, openTicket } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

describe('opening a ticket', () => {
  it('answers the whole ticket and makes the stranger a customer', async () => {
    const { status, body } = await desk.as().post('/tickets', {
      ticket: {
        requester_email: 'jane@example.com',
        requester_name: 'Jane Q Doe',
        subject: 'Fire',
        cc: 'Joe <joe@example.com>, ann@example.com',
        bcc: ['secret@example.com'],
        content: { text: 'My printer\nis on fire.' },
      },
    });
    expect(status).toBe(201);
    expect(body.ticket).toMatchObject({
      subject: 'Fire',
      unanswered: true,
      archived: false,
      spam: false,
      trash: false,
      starred: false,
      replies_count: 0,
      summary: 'My printer is on fire.',
      requester: { email: 'jane@example.com', name: 'Jane Q Doe', role: 'customer', agent: false },
      content: { text: 'My printer\nis on fire.', html: 'My printer<br>\nis on fire.', truncated: false, attachments: [] },
    });
    expect(emailsOf(body.ticket.cc)).toEqual(['joe@example.com', 'ann@example.com']);
    expect(emailsOf(body.ticket.bcc)).toEqual(['secret@example.com']);
    expect(body.ticket.cc[1].name).toBeNull();
    expect(body.ticket).not.toHaveProperty('current_assignee');
  });

  it('uses "No Subject", derives text from html and cleans the html', async () => {
    const html = '<p onclick="steal()">Hello <b>you</b><script>alert(1)</script><a href="javascript:x">here</a></p>';
    const { body } = await desk.as().post('/tickets', { ticket: { requester_email: 'h@example.com', content: { html } } });
    expect(body.ticket.subject).toBe('No Subject');
    expect(body.ticket.content.text).toBe('Hello youhere');
    expect(body.ticket.content.html).toBe('<p>Hello <b>you</b><a rel="noopener noreferrer nofollow">here</a></p>');
  });

  it('cleans html again on its way out when it was stored under older rules', async () => {
    const { id } = await openTicket(desk);
    await desk.db.query(`update messages set html = '<img src=x onerror=alert(1)>hi', html_policy = 0 where ticket_id = $1`, [
      id,
    ]);
    const { body } = await desk.as(desk.acme.agent).get(`/tickets/${id}`);
    expect(body.ticket.content.html).toBe('<img src="x" />hi');
    const list = await desk.as(desk.acme.agent).get('/tickets');
    expect(list.text).not.toContain('onerror');
  });

  it('knows a person again by the address, whatever its case, and keeps his name', async () => {
    const first = await openTicket(desk, { requester_email: 'Case@Example.com', requester_name: 'First Name' });
    const second = await openTicket(desk, { requester_email: 'case@example.COM', requester_name: 'Other Name' });
    expect(second.requester).toEqual(first.requester);
  });

  it('makes one person of many parallel strangers with one address', async () => {
    const opened = await Promise.all(Array.from({ length: 12 }, () => openTicket(desk, { requester_email: 'rush@example.com' })));
    expect(new Set(opened.map(({ requester }) => requester.id)).size).toBe(1);
  });

  it('takes the older names of its fields', async () => {
    const ticket = {
      requester_email: 'old@example.com',
      cc: '',
      copied_emails: 'cc@example.com',
      content_attributes: { body: 'old text', body_html: '<i>old</i>' },
    };
    const { status, body } = await desk.as(desk.acme.agent).post('/tickets', { ticket });
    expect(status).toBe(201);
    expect(body.ticket.content).toMatchObject({ text: 'old text', html: '<i>old</i>' });
    expect(emailsOf(body.ticket.cc)).toEqual(['cc@example.com']);
  });

  it.each([
    ['no address', { content: { text: 'x' } }, "requester_email can't be blank"],
    ['a bad address', { requester_email: 'nobody', content: { text: 'x' } }, 'requester_email must be an e-mail address'],
    ['no content', { requester_email: 'a@example.com' }, "content can't be blank"],
    ['an empty content', { requester_email: 'a@example.com', content: { text: ' ' } }, "content can't be blank"],
    ['a content that is no object', { requester_email: 'a@example.com', content: ['x'] }, 'content must be an object'],
    [
      'a bad cc',
      { requester_email: 'a@example.com', content: { text: 'x' }, cc: 'nonsense' },
      'cc has an address that cannot be read: nonsense',
    ],
    [
      '26 addresses in cc',
      { requester_email: 'a@example.com', content: { text: 'x' }, cc: Array.from({ length: 26 }, (_, i) => `p${i}@example.com`) },
      'cc must have at most 25 addresses',
    ],
    [
      'an unknown forwarding address',
      { requester_email: 'a@example.com', content: { text: 'x' }, forwarding_address_id: 99 },
      'forwarding_address_id is not a forwarding address of this company',
    ],
    [
      "an attachment that is nobody's",
      { requester_email: 'a@example.com', content: { text: 'x', attachment_ids: [999] } },
      'content.attachment_ids must name files that you have uploaded and not used yet',
    ],
  ])('refuses %s with a text and leaves no row and no event', async (_case, ticket, text) => {
    const count = () =>
      desk.db.query('select (select count(*) from users) u, (select count(*) from tickets) t, (select count(*) from events) e');
    const before = await count();
    const { status, body } = await desk.as(desk.acme.agent).post('/tickets', { ticket });
    expect(status).toBe(400);
    expect(body.error).toBe(`Validation failed: ${text}`);
    expect(await count()).toEqual(before);
  });

  it('lets customers open tickets for themselves only, and collaborators none', async () => {
    const { acme } = desk;
    const ticket = (requester_email: string) => ({ ticket: { requester_email, content: { text: 'x' } } });
    expect((await desk.as(acme.customer).post('/tickets', ticket(acme.customer.email))).status).toBe(201);
    expect((await desk.as(acme.customer).post('/tickets', ticket('other@example.com'))).status).toBe(403);
    expect((await desk.as(acme.collaborator).post('/tickets', ticket('other@example.com'))).status).toBe(403);
  });

  it('keeps the role of an agent whose address a stranger gives, and marks it as unproven', async () => {
    const { requester, id } = await openTicket(desk, { requester_email: desk.acme.agent.email }, undefined);
    expect(requester).toMatchObject({ id: desk.acme.agent.id, role: 'agent' });
    expect(await desk.db.query('select requester_verified from tickets where id = $1', [id])).toEqual([
      { requester_verified: false },
    ]);
  });

  it('refuses a wrong token instead of taking the call for an anonymous one', async () => {
    const { status } = await desk
      .as()
      .post('/tickets?auth_token=wrong', { requester_email: 'a@example.com', content: { text: 'x' } });
    expect(status).toBe(403);
  });

  it('lands at the company of the host name', async () => {
    const headers = { Host: 'globex.desk.test' };
    const { body } = await desk.as().post('/tickets', { requester_email: 'g@example.com', content: { text: 'x' } }, { headers });
    expect((await desk.as(desk.globex.agent).get(`/tickets/${body.ticket.id}`)).status).toBe(200);
    expect((await desk.as(desk.acme.agent).get(`/tickets/${body.ticket.id}`)).status).toBe(404);
  });
});

describe('listing tickets', () => {
  let own: TestDesk;
  beforeAll(async () => {
    own = await startDesk();
    for (let i = 1; i <= 18; i++) await openTicket(own, { subject: `n${i}` });
    await own.db.query(`update tickets set archived_at = now() where subject in ('n1', 'n2')`);
    await own.db.query(`update tickets set spam_at = now() where subject = 'n3'`);
    await own.db.query(`update tickets set trashed_at = now() where subject = 'n4'`);
  });
  afterAll(() => own.stop());

  const subjects = (body: { tickets: { subject: string }[] }) => body.tickets.map(({ subject }) => subject);

  it('shows 14 open ones, the latest activity first, 15 on a page', async () => {
    const { body } = await own.as(own.acme.agent).get('/tickets');
    expect(body).toMatchObject({ total: 14, current_page: 1, per_page: 15, total_pages: 1 });
    expect(subjects(body)).toEqual(Array.from({ length: 14 }, (_, i) => `n${18 - i}`));
  });

  it('pages, and answers an empty list past the end', async () => {
    const second = await own.as(own.acme.agent).get('/tickets?per_page=5&page=2');
    expect(second.body).toMatchObject({ total: 14, current_page: 2, per_page: 5, total_pages: 3 });
    expect(subjects(second.body)).toEqual(['n13', 'n12', 'n11', 'n10', 'n9']);
    expect(subjects((await own.as(own.acme.agent).get('/tickets?per_page=5&page=9')).body)).toEqual([]);
  });

  it.each([
    ['archived=true', ['n2', 'n1'], 2],
    ['archived=any', [], 16],
    ['spam=true', [], 15],
    ['trash=true', [], 15],
    ['spam=only', ['n3'], 1],
    ['trash=only', ['n4'], 1],
    ['archived=any&spam=1&trash=yes', [], 18],
  ])('%s', async (query, expected, total) => {
    const { body } = await own.as(own.acme.agent).get(`/tickets?${query}&per_page=100`);
    expect(body.total).toBe(total);
    expect(body.tickets).toHaveLength(total);
    if (expected.length > 0) expect(subjects(body)).toEqual(expected);
  });

  it('cuts a page that is too large and reads below 1 as the default', async () => {
    expect((await own.as(own.acme.agent).get('/tickets?per_page=5000')).body.per_page).toBe(100);
    expect((await own.as(own.acme.agent).get('/tickets?per_page=0&page=-3')).body).toMatchObject({
      per_page: 15,
      current_page: 1,
    });
    expect((await own.as(own.acme.agent).get('/tickets?per_page=many')).status).toBe(400);
  });

  it('shows customers their own, and those of a group that shares them', async () => {
    const { acme } = own;
    const mine = await openTicket(own, { requester_email: acme.customer.email, subject: 'mine' });
    const colleague = await openTicket(own, { requester_email: 'colleague@example.com', subject: 'colleague' });
    const customer = own.as(acme.customer);
    expect(subjects((await customer.get('/tickets')).body)).toEqual(['mine']);
    expect((await customer.get(`/tickets/${colleague.id}`)).status).toBe(404);

    const group = await own
      .as(acme.admin)
      .post('/users', { user: { type: 'customer_group', name: 'G', can_members_access_group_tickets: true } });
    for (const id of [acme.customer.id, colleague.requester.id])
      await own.as(acme.admin).post(`/users/${group.body.user.id}/members`, { member: { id } });
    expect(subjects((await customer.get('/tickets')).body)).toEqual(['colleague', 'mine']);
    expect((await customer.get(`/tickets/${colleague.id}`)).status).toBe(200);

    await own.db.query('update tickets set trashed_at = now() where id = $1', [mine.id]);
    expect((await customer.get(`/tickets/${mine.id}`)).status).toBe(404);
    expect((await customer.get('/tickets?trash=true')).body.total).toBe(1);
  });
});

describe('changing a ticket', () => {
  let id: number;
  beforeEach(async () => {
    ({ id } = await openTicket(desk));
  });

  it('changes the subject and the requester, and leaves what is not given', async () => {
    const agent = desk.as(desk.acme.agent);
    expect((await agent.put(`/tickets/${id}`, { ticket: { subject: 'New' } })).body.ticket.subject).toBe('New');
    const { body } = await agent.put(`/tickets/${id}`, {
      requester_email: 'new@example.com',
      requester_name: 'New One',
      subject: '',
    });
    expect(body.ticket).toMatchObject({ subject: 'New', requester: { email: 'new@example.com', name: 'New One' } });
    expect((await agent.put(`/tickets/${id}`, { requester_name: 'Renamed' })).body.ticket.requester.name).toBe('Renamed');
  });

  it('gives it to another requester with 201 and his short form', async () => {
    const { status, body } = await desk
      .as(desk.acme.agent)
      .put(`/tickets/${id}/requester`, { requester: { email: 'moved@example.com' } });
    expect(status).toBe(201);
    expect(body.user).toMatchObject({ email: 'moved@example.com', role: 'customer' });
    expect((await desk.as(desk.acme.agent).get(`/tickets/${id}`)).body.ticket.requester.id).toBe(body.user.id);
  });

  it('is for admins and agents, and equals missing from another company', async () => {
    for (const member of [desk.acme.collaborator, desk.acme.customer])
      expect((await desk.as(member).put(`/tickets/${id}`, { subject: 'x' })).status).toBe(403);
    const foreign = await desk.as(desk.globex.admin).put(`/tickets/${id}`, { subject: 'x' });
    expect(foreign).toMatchObject({ status: 404, body: { error: `Couldn't find Ticket with id=${id}` } });
    expect((await desk.as(desk.acme.agent).get('/tickets/abc')).body.error).toBe("Couldn't find Ticket with id=abc");
  });
});
