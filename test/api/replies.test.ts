import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { emailsOf, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let id: number;

beforeAll(async () => {
  desk = await startDesk();
});
beforeEach(async () => {
  ({ id } = await openTicket(desk, { requester_email: desk.acme.customer.email }));
});
afterAll(() => desk.stop());

const text = (words: string) => ({ reply: { content: { text: words } } });
const ticket = async () => (await desk.as(desk.acme.agent).get(`/tickets/${id}`)).body.ticket;

describe('replying', () => {
  it("answers the reply; an agent's leaves the ticket waiting for the customer", async () => {
    const { status, body } = await desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, {
      reply: {
        cc: ['Joe <joe@example.com>'],
        bcc: 'hidden@example.com',
        content: { html: '<p>Have you tried <b>water</b>?</p>' },
      },
    });
    expect(status).toBe(201);
    expect(body.reply).toMatchObject({
      summary: 'Have you tried water?',
      merged: false,
      ticket: { id, replies_count: 1, agent_replies_count: 1, comments_count: 0 },
      replier: { id: desk.acme.agent.id, agent: true },
      content: { text: 'Have you tried water?', body: 'Have you tried water?', html: '<p>Have you tried <b>water</b>?</p>' },
    });
    expect(emailsOf(body.reply.bcc)).toEqual(['hidden@example.com']);
    expect(await ticket()).toMatchObject({ unanswered: false, replies_count: 1, agent_replies_count: 1 });
  });

  it("a customer's makes it unanswered and takes it out of the archive", async () => {
    await desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, text('done'));
    await desk.db.query('update tickets set archived_at = now() where id = $1', [id]);
    const { status } = await desk.as(desk.acme.customer).post(`/tickets/${id}/replies`, text('not done'));
    expect(status).toBe(201);
    expect(await ticket()).toMatchObject({ unanswered: true, archived: false, replies_count: 2, agent_replies_count: 1 });
    const events = await desk.db.query<{ type: string }>('select type from events where ticket_id = $1 order by id', [id]);
    expect(events.map(({ type }) => type)).toEqual([
      'ticket.created',
      'agent.reply.created',
      'customer.reply.created',
      'ticket.unarchived',
    ]);
  });

  it('moves the last activity', async () => {
    await desk.db.query(`update tickets set last_activity_at = '2001-01-01' where id = $1`, [id]);
    await desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, text('now'));
    expect((await ticket()).last_activity_at > '2002').toBe(true);
  });

  it('keeps the counters exact under parallel replies and comments', async () => {
    const agent = desk.as(desk.acme.agent);
    const customer = desk.as(desk.acme.customer);
    const calls = Array.from({ length: 30 }, (_, i) => {
      if (i % 3 === 0) return customer.post(`/tickets/${id}/replies`, text(`c${i}`));
      if (i % 3 === 1) return agent.post(`/tickets/${id}/comments`, { comment: { content: { text: `n${i}` } } });
      return agent.post(`/tickets/${id}/replies`, {
        reply: { cc: ['x@example.com', 'y@example.com'], content: { text: `a${i}` } },
      });
    });
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 201));
    expect(await ticket()).toMatchObject({ replies_count: 20, agent_replies_count: 10, comments_count: 10 });
    const [rows] = await desk.db.query<{ messages: number; events: number }>(
      `select (select count(*) from messages where ticket_id = $1) messages, (select count(*) from events where ticket_id = $1) events`,
      [id],
    );
    expect(rows).toEqual({ messages: 31, events: 31 });
  });

  it('in the name of an agent is for admins; the id wins over the e-mail', async () => {
    const { acme } = desk;
    const reply = (on_behalf_of: object) => ({ reply: { content: { text: 'x' }, on_behalf_of } });
    const admin = desk.as(acme.admin);
    const answered = await admin.post(`/tickets/${id}/replies`, reply({ id: acme.agent.id, email: 'nobody@example.com' }));
    expect(answered.body.reply.replier.id).toBe(acme.agent.id);
    expect((await admin.post(`/tickets/${id}/replies`, reply({ email: acme.agent.email.toUpperCase() }))).status).toBe(201);
    for (const target of [{ id: acme.customer.id }, { id: desk.globex.agent.id }, { email: 'nobody@example.com' }])
      expect((await admin.post(`/tickets/${id}/replies`, reply(target))).status).toBe(400);
    expect((await desk.as(acme.agent).post(`/tickets/${id}/replies`, reply({ id: acme.admin.id }))).status).toBe(403);
    expect(await desk.db.query(`select written_by_id from messages where id = $1`, [answered.body.reply.id])).toEqual([
      { written_by_id: acme.admin.id },
    ]);
  });

  it('is refused to collaborators, to strangers among the customers, and to other companies', async () => {
    const foreign = await openTicket(desk, { requester_email: 'someone@example.com' });
    expect((await desk.as(desk.acme.collaborator).post(`/tickets/${id}/replies`, text('x'))).status).toBe(403);
    expect((await desk.as(desk.acme.customer).post(`/tickets/${foreign.id}/replies`, text('x'))).status).toBe(404);
    expect((await desk.as(desk.globex.admin).post(`/tickets/${id}/replies`, text('x'))).status).toBe(404);
    expect((await ticket()).replies_count).toBe(0);
  });

  it('that fails late leaves neither message nor counter nor event', async () => {
    const reply = { content: { text: 'x', attachment_ids: [12345] }, cc: ['late@example.com'] };
    expect((await desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, { reply })).status).toBe(400);
    expect((await ticket()).replies_count).toBe(0);
    expect(await desk.db.query(`select 1 from users where email = 'late@example.com'`)).toEqual([]);
    expect(await desk.db.query(`select 1 from events where ticket_id = $1 and type <> 'ticket.created'`, [id])).toEqual([]);
  });
});

describe('reading replies', () => {
  it('lists them oldest first and shows one; a reply of another ticket is missing', async () => {
    const agent = desk.as(desk.acme.agent);
    for (const words of ['one', 'two', 'three']) await agent.post(`/tickets/${id}/replies`, text(words));
    const { body } = await agent.get(`/tickets/${id}/replies`);
    expect(body.total).toBe(3);
    expect(body.replies.map(({ content }: { content: { text: string } }) => content.text)).toEqual(['one', 'two', 'three']);
    const second = body.replies[1];
    expect((await agent.get(`/tickets/${id}/replies/${second.id}`)).body.reply).toEqual(second);
    const other = await openTicket(desk);
    expect((await agent.get(`/tickets/${other.id}/replies/${second.id}`)).status).toBe(404);
    expect((await agent.get(`/tickets/99999/replies`)).status).toBe(404);
  });

  it('never shows a bcc to the customer', async () => {
    await desk
      .as(desk.acme.agent)
      .post(`/tickets/${id}/replies`, { reply: { bcc: ['hidden@example.com'], content: { text: 'x' } } });
    const asCustomer = await desk.as(desk.acme.customer).get(`/tickets/${id}/replies`);
    expect(asCustomer.body.replies[0].bcc).toEqual([]);
    expect(asCustomer.text).not.toContain('hidden@example.com');
    expect((await desk.as(desk.acme.collaborator).get(`/tickets/${id}/replies`)).text).toContain('hidden@example.com');
  });
});

describe('commenting', () => {
  const note = { comment: { content: { text: 'He is angry.' } } };

  it('is seen by staff and never by the customer', async () => {
    const { status, body } = await desk.as(desk.acme.collaborator).post(`/tickets/${id}/comments`, note);
    expect(status).toBe(201);
    expect(body.comment).toMatchObject({
      commenter: { id: desk.acme.collaborator.id },
      ticket: { comments_count: 1, replies_count: 0 },
    });
    const agent = desk.as(desk.acme.agent);
    expect((await agent.get(`/tickets/${id}/comments`)).body.comments).toEqual([body.comment]);
    expect((await agent.get(`/tickets/${id}/comments/${body.comment.id}`)).body.comment).toEqual(body.comment);
    expect((await agent.get(`/tickets/${id}/replies/${body.comment.id}`)).status).toBe(404);
    const customer = desk.as(desk.acme.customer);
    for (const path of [`/tickets/${id}/comments`, `/tickets/${id}/comments/${body.comment.id}`])
      expect((await customer.get(path)).status).toBe(403);
    expect((await customer.post(`/tickets/${id}/comments`, note)).status).toBe(403);
    expect((await customer.get(`/tickets/${id}`)).text).not.toContain('angry');
  });

  it('leaves the answer state and moves the last activity', async () => {
    await desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, text('answered'));
    await desk.db.query(`update tickets set last_activity_at = '2001-01-01' where id = $1`, [id]);
    await desk.as(desk.acme.agent).post(`/tickets/${id}/comments`, note);
    const after = await ticket();
    expect(after).toMatchObject({ unanswered: false, comments_count: 1 });
    expect(after.last_activity_at > '2002').toBe(true);
  });
});
