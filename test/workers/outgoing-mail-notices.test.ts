import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Member, TestDesk } from '../support/desk.js';
import { startDesk } from '../support/desk.js';
import { deliveredTo, headerOf, settledMails, writtenMails, type WrittenMail } from '../support/mails.js';
import { rpc } from '../support/rpc.js';
import { addTeam, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let addressId: number;

beforeAll(async () => {
  desk = await startDesk({ ROLES: 'api,worker', INBOUND_MAIL_DOMAIN: 'in.acme.example' });
  const { body } = await desk.as(desk.acme.admin).post('/emails', { forwarding_address: { email: 'support@acme.example' } });
  addressId = body.forwarding_address.id;
});
afterAll(() => desk.stop());

/** The kinds and recipients of a ticket's mails. */
async function mailsOf(ticketId: number): Promise<string[]> {
  return (await settledMails(desk, ticketId)).map(({ kind, recipient }) => `${kind} ${recipient}`);
}

async function mailOf(ticketId: number, kind: string): Promise<WrittenMail> {
  const row = (await settledMails(desk, ticketId)).find((mail) => mail.kind === kind);
  const found = (await writtenMails(desk)).find(({ mail }) => mail.messageId === row?.internet_message_id);
  if (!found) throw new Error(`no mail of the kind ${kind} was written`);
  return found;
}

const switchOff = (member: Member, kind: string) =>
  desk.db.query(
    `insert into notification_settings (company_id, user_id, ${kind}) values ($1, $2, false)
      on conflict (company_id, user_id) do update set ${kind} = false`,
    [desk.acme.id, member.id],
  );

const assign = (ticketId: number, userId: number) =>
  desk.as(desk.acme.admin).post(`/tickets/${ticketId}/user_assignment`, { user_assignment: { user_id: userId } });

describe('an agent', () => {
  const { admin, agent, customer } = {
    admin: () => desk.acme.admin,
    agent: () => desk.acme.agent,
    customer: () => desk.acme.customer,
  };

  it('is told when somebody gives him a ticket, as of a machine', async () => {
    const { id } = await openTicket(desk, { subject: 'Fire' });
    await assign(id, agent().id);
    expect(await mailsOf(id)).toEqual([`assignment ${agent().email}`]);
    const found = await mailOf(id, 'assignment');
    expect(deliveredTo(found)).toBe(agent().email);
    expect(found.mail.subject).toBe(`Assigned to you: Fire (#${id})`);
    expect(found.mail.text).toContain(`http://acme.desk.test/tickets/${id}`);
    const headers = ['return-path', 'auto-submitted', 'precedence', 'x-auto-response-suppress'].map((name) =>
      headerOf(found.mail, name),
    );
    expect(headers).toEqual(['<>', 'auto-generated', 'bulk', 'All']);
  });

  it('is told what whoever gives it to him has to say of it', async () => {
    const { id } = await openTicket(desk, { subject: 'Flood' });
    const given = { conversation_id: id, agent_id: agent().id, message: 'Please call her <today>.' };
    expect((await rpc(desk, 'update-conversation-agent', given)).body).toEqual({ success: true, response: true });
    const { mail } = await mailOf(id, 'assignment');
    expect([mail.subject, mail.text]).toEqual([
      `Assigned to you: Flood (#${id})`,
      expect.stringContaining('Please call her <today>.'),
    ]);
    expect(mail.html).toContain('Please call her &lt;today&gt;.');
  });

  it('ends mails of a kind with one click, and only those', async () => {
    const { id } = await openTicket(desk);
    await assign(id, agent().id);
    const { mail } = await mailOf(id, 'assignment');
    expect(headerOf(mail, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    const [, path = ''] =
      /^<http:\/\/acme\.desk\.test(\/unsubscribe\/[0-9a-z-]+)>$/.exec(headerOf(mail, 'list-unsubscribe')) ?? [];
    const click = (at: string) => desk.as().post(at, undefined, { form: 'List-Unsubscribe=One-Click' });
    expect((await click(path.replace(/.$/, path.endsWith('0') ? '1' : '0'))).status).toBe(404);
    const page = await desk.as().get(path, { headers: { Accept: 'text/html' } });
    expect([page.status, page.text.includes('<form method="post">')]).toEqual([200, true]);
    expect((await desk.as(agent()).get('/me/notification_settings')).body.notification_settings.assignment).toBe(true);
    expect((await click(path)).status).toBe(204);
    const { body } = await desk.as(agent()).get('/me/notification_settings');
    expect(body.notification_settings).toEqual({ assignment: false, team_assignment: true, customer_reply: true, mention: true });
    await desk.db.query('delete from notification_settings');
  });

  it('is not told what he has done himself, nor what he does not want to be told', async () => {
    const own = await openTicket(desk);
    await assign(own.id, admin().id);
    expect(await mailsOf(own.id)).toEqual([]);
    await switchOff(agent(), 'assignment');
    const other = await openTicket(desk);
    await assign(other.id, agent().id);
    expect(await mailsOf(other.id)).toEqual([]);
  });

  it('is told of his team’s new tickets, and of answers to them while nobody has them', async () => {
    const team = await addTeam(desk, 'Printers', [agent().id, admin().id]);
    const { id } = await openTicket(desk, { requester_email: customer().email }, customer());
    await desk.as(admin()).post(`/tickets/${id}/team_assignment`, { team_assignment: { team_id: team } });
    expect(await mailsOf(id)).toEqual([`team_assignment ${agent().email}`]);
    await desk.as(customer()).post(`/tickets/${id}/replies`, { reply: { content: { text: 'It is still on fire.' } } });
    const told = [`customer_reply ${admin().email}`, `customer_reply ${agent().email}`];
    expect((await mailsOf(id)).slice(1).sort()).toEqual(told);
    expect((await mailOf(id, 'customer_reply')).mail.text).toContain('It is still on fire.');
    await assign(id, admin().id);
    await desk.as(customer()).post(`/tickets/${id}/replies`, { reply: { content: { text: 'Hello?' } } });
    expect((await mailsOf(id)).filter((mail) => mail.startsWith('customer_reply'))).toHaveLength(3);
  });

  it('is told when a comment calls him, by his address or the beginning of it', async () => {
    const { id } = await openTicket(desk);
    const text = `@agent, please look. Also @${admin().email}. And not x@agent or @customer or @nobody.`;
    await desk.as(admin()).post(`/tickets/${id}/comments`, { comment: { content: { text } } });
    expect(await mailsOf(id)).toEqual([`mention ${agent().email}`]);
    await desk.as(desk.acme.collaborator).post(`/tickets/${id}/comments`, { comment: { content: { text } } });
    expect((await mailsOf(id)).slice(1).sort()).toEqual([`mention ${admin().email}`, `mention ${agent().email}`]);
  });

  it('is told nothing of tickets that he may not see', async () => {
    const team = await addTeam(desk, 'Secrets', [admin().id]);
    await desk.db.query('update companies set teams_are_open = false where id = $1', [desk.acme.id]);
    const { id } = await openTicket(desk);
    await desk.db.query('update tickets set team_assignee_id = $2 where id = $1', [id, team]);
    await desk.as(admin()).post(`/tickets/${id}/comments`, { comment: { content: { text: '@agent @collaborator look' } } });
    const hidden = await mailsOf(id);
    await desk.db.query('update companies set teams_are_open = true where id = $1', [desk.acme.id]);
    await desk.as(admin()).post(`/tickets/${id}/comments`, { comment: { content: { text: '@agent look' } } });
    expect(hidden).toEqual([]);
    expect(await mailsOf(id)).toEqual([`mention ${agent().email}`]);
  });
});

describe('a new ticket', () => {
  const fields = {
    subject: 'Fire',
    content: { text: 'My printer is on fire.' },
    cc: ['cleo@example.com'],
    notify_requester: true,
  };

  it('is copied to its requester, cc and bcc when its opener wants that', async () => {
    const { id } = await openTicket(desk, { ...fields, bcc: ['secret@example.com'] }, desk.acme.agent);
    expect((await mailsOf(id)).sort()).toEqual([
      'ticket_copy cleo@example.com',
      'ticket_copy jane@example.com',
      'ticket_copy secret@example.com',
    ]);
    const { mail, raw } = await mailOf(id, 'ticket_copy');
    expect(mail.subject).toBe('Fire');
    expect(mail.text).toContain('My printer is on fire.');
    expect(raw.replace(/^Delivered-To: .*$/m, '')).not.toContain('secret@');
    expect(headerOf(mail, 'auto-submitted')).toBe('');
  });

  it('of a stranger is only acknowledged, in words of ours, and not again and again', async () => {
    const stranger = {
      ...fields,
      subject: 'Buy gold',
      content: { text: 'https://spam.example' },
      requester_email: 'victim@example.com',
    };
    const { id } = await openTicket(desk, stranger);
    expect(await mailsOf(id)).toEqual(['receipt victim@example.com']);
    const { mail, raw } = await mailOf(id, 'receipt');
    expect(mail.subject).toBe(`We have received your request (#${id})`);
    expect(raw).not.toMatch(/gold|spam\.example|cleo@/i);
    expect(headerOf(mail, 'auto-submitted')).toBe('auto-replied');
    for (let time = 0; time < 7; time++) await openTicket(desk, stranger);
    await settledMails(desk);
    const sent = await desk.db.query(`select 1 from email_deliveries where recipient = 'victim@example.com'`);
    expect(sent).toHaveLength(5);
  });

  it('is answered by the address that it came to, where that is wanted, and a machine never is', async () => {
    const open = (requester_email: string) =>
      openTicket(desk, { subject: 'Fire', forwarding_address_id: addressId, requester_email }, desk.acme.agent);
    const before = await open('ann@example.com');
    expect(await mailsOf(before.id)).toEqual([]);
    await desk.db.query('update forwarding_addresses set auto_response = true where id = $1', [addressId]);
    const { id } = await open('ann@example.com');
    expect(await mailsOf(id)).toEqual(['auto_response ann@example.com']);
    const { mail } = await mailOf(id, 'auto_response');
    expect(mail.subject).toBe('Auto: Fire');
    expect(headerOf(mail, 'auto-submitted')).toBe('auto-replied');
    expect(headerOf(mail, 'return-path')).toBe('<>');
    for (const machine of [
      'no-reply@example.com',
      'MAILER-DAEMON@example.com',
      'support@acme.example',
      'x@in.acme.example',
      'bounces+1=2@example.com',
    ]) {
      const { id: answered } = await open(machine);
      expect(await mailsOf(answered)).toEqual([]);
    }
  });
});
