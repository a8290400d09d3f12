import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { deliver, plainMail, smtpPortOf, type AddedAddress } from '../support/inbound.js';
import {
  addAddress,
  converse,
  JANE,
  mailTo,
  readTicket,
  RECEIVING,
  receive,
  sample,
  type MailConversation,
} from '../support/mail-samples.js';
import { settledMails } from '../support/mails.js';
import { settledInbound } from '../support/inbound.js';
import { ok } from '../support/rpc.js';

let desk: TestDesk;
let help: AddedAddress;

beforeAll(async () => {
  desk = await startDesk(RECEIVING);
  help = await addAddress(desk, 'help@acme.test');
});
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);
const to = () => ({ to: help.forwardTo });
const marksOf = ({ messageId, replyAddress }: MailConversation) => ({ MESSAGE_ID: messageId, REPLY_ADDRESS: replyAddress });

/** Lets a sample answer a new conversation, and reads what has come of it. */
async function answerWith(name: string) {
  const conversation = await converse(desk, help);
  const received = await receive(desk, await sample(name, marksOf(conversation)), { to: conversation.replyAddress });
  return { conversation, received, ...(await readTicket(desk, conversation.ticketId)) };
}

describe('a new mail', () => {
  it('opens a ticket at its address, by its sender, with those it went to as well', async () => {
    const raw = plainMail({
      from: '"Doe, Jane" <new@customer.test>',
      to: 'help@acme.test, Bob <bob@customer.test>',
      headers: { Cc: `${help.forwardTo}, carol@customer.test` },
    });
    const { state, ticket_id: id } = await receive(desk, raw, to());
    const { ticket } = await readTicket(desk, Number(id));
    expect(state).toBe('new_ticket');
    expect(ticket).toMatchObject({ subject: 'Fire', unanswered: true, source: { email: 'help@acme.test' } });
    expect(ticket.requester).toMatchObject({ email: 'new@customer.test' });
    expect(ticket.cc.map(({ email }: { email: string }) => email)).toEqual(['bob@customer.test', 'carol@customer.test']);
    expect(ticket.content.text).toBe('My printer is on fire.');
  });

  it('makes a user of the lead who writes it, and keeps what is known of him', async () => {
    const fields = { email: 'lead@customer.test', first_name: 'Jane', user_type: 'lead' };
    const user_id = (await ok(desk, 'add-user', fields)) as number;
    const { ticket_id: id } = await receive(desk, plainMail({ from: 'Somebody <LEAD@customer.test>' }), to());
    expect((await readTicket(desk, Number(id))).ticket.requester.id).toBe(user_id);
    expect(await ok(desk, 'get-user', { user_id })).toMatchObject({ ...fields, user_type: 'user' });
  });

  it('puts a new customer into the group of his domain', async () => {
    const group = { name: 'Grouped', type: 'customer_group', email_domains: ['grouped.test'] };
    const created = await admin().post('/users', { user: group });
    expect(created.status).toBe(201);
    const { ticket_id: id } = await receive(desk, plainMail({ from: 'member@grouped.test' }), to());
    const members = await desk.db.query(
      `select 1 from group_members gm join tickets t on t.company_id = gm.company_id and t.requester_id = gm.user_id
        where gm.group_id = $1 and t.id = $2`,
      [created.body.user.id, id],
    );
    expect(members).toHaveLength(1);
  });

  it('goes through the filters of the company', async () => {
    await admin().post('/labels', { label: { name: 'burning' } });
    const { body: rule } = await admin().post('/rules', { rule: { subject: 'inferno' } });
    const { body: consequence } = await admin().post('/consequences', { consequence: { label: 'burning' } });
    const filter = { rule_id: rule.rule?.id, consequence_id: consequence.consequence?.id };
    expect((await admin().post('/filters', { filter })).status).toBe(201);
    const { ticket_id: id } = await receive(desk, plainMail({ subject: 'An inferno' }), to());
    const { ticket } = await readTicket(desk, Number(id));
    expect(JSON.stringify(ticket.labels)).toContain('burning');
  });

  it('becomes one ticket when it comes three times at once, and the doubles say of which', async () => {
    const raw = plainMail({ from: 'thrice@customer.test', messageId: '<thrice@customer.test>' });
    const port = smtpPortOf(desk);
    await Promise.all([1, 2, 3].map(() => deliver(port, { from: JANE, to: help.forwardTo, raw })));
    const rows = (await settledInbound(desk)).slice(-3);
    expect(rows.map(({ state }) => state).sort()).toEqual(['duplicate', 'duplicate', 'new_ticket']);
    expect(new Set(rows.map(({ ticket_id }) => ticket_id)).size).toBe(1);
    const tickets = await desk.db.query(
      `select 1 from tickets t join users u on u.company_id = t.company_id and u.id = t.requester_id where u.email = 'thrice@customer.test'`,
    );
    expect(tickets).toHaveLength(1);
  });

  it('is no double of another that bears the same Message-ID', async () => {
    const first = await receive(desk, plainMail({ messageId: '<taken@customer.test>' }), to());
    const second = await receive(desk, plainMail({ messageId: '<taken@customer.test>', text: 'The true one.' }), to());
    expect([first.state, second.state]).toEqual(['new_ticket', 'new_ticket']);
  });

  it('belongs to no ticket by its subject alone', async () => {
    const { ticketId } = await converse(desk, help);
    const { state, ticket_id: id } = await receive(desk, plainMail({ from: JANE, subject: 'Re: Fire' }), to());
    expect(state).toBe('new_ticket');
    expect(id).not.toBe(ticketId);
  });
});

describe('an answer in the manner of', () => {
  it('Gmail comes to its ticket without the quote', async () => {
    const { received, ticket, replies } = await answerWith('gmail-reply');
    expect(received.state).toBe('reply');
    expect(ticket).toMatchObject({ unanswered: true, replies_count: 2 });
    expect(replies[1].content.text).toBe('Thanks, it is out now – but the paper burns.\n\nJane');
    expect(replies[1].content.html).toContain('but the <b>paper</b> burns');
    expect(replies[1].content.html).not.toContain('tried water');
    expect(replies[1].content.html).not.toContain('wrote');
    expect(replies[1].replier).toMatchObject({ email: JANE });
    expect(replies[1].cc.map(({ email }: { email: string }) => email)).toEqual(['bob@customer.test']);
    const [whole] = await desk.db.query<{ whole_text: string; whole_html: string }>(
      'select whole_text, whole_html from received_messages where message_id = $1',
      [received.message_id],
    );
    expect(whole?.whole_text).toContain('> Have you tried water?');
    expect(whole?.whole_html).toContain('Have you tried water?');
  });

  it('Outlook comes to its ticket without the quote', async () => {
    const { received, replies } = await answerWith('outlook-reply');
    expect(received.state).toBe('reply');
    expect(replies[1].content.text).toBe('Das Löschen hat geholfen, danke.\n\nMit freundlichen Grüßen\nJane');
    expect(replies[1].content.html).toContain('Mit freundlichen Grüßen');
    expect(replies[1].content.html).not.toMatch(/Gesendet|tried water|above this line/);
  });

  it('Apple Mail comes to its ticket with the picture in its text', async () => {
    const { received, replies } = await answerWith('apple-reply');
    expect(received.state).toBe('reply');
    const [, { content }] = replies;
    expect(content.text).toBe('See the picture.');
    expect(content.attachments).toMatchObject([{ filename: 'flames.png', content_type: 'image/png' }]);
    expect(content.html).toContain(`src="${content.attachments[0].url.original}"`);
    expect(content.html).not.toContain('tried water');
  });

  it('a Japanese reader comes to its ticket in its own letters', async () => {
    const { received, replies } = await answerWith('japanese-reply');
    expect(received.state).toBe('reply');
    expect(replies[1].content.text).toBe('再起動しても直りません。よろしくお願いします。\n\n山田');
  });
});

describe('an answer', () => {
  it('brings its ticket back from the archive, and leaves it unanswered', async () => {
    const conversation = await converse(desk, help);
    await admin().post(`/tickets/${conversation.ticketId}/archive`);
    const raw = plainMail({ from: JANE, subject: 'Re: Fire', headers: { 'In-Reply-To': conversation.messageId } });
    const { state, ticket_id: id } = await receive(desk, raw, to());
    expect([state, id]).toEqual(['reply', conversation.ticketId]);
    const { ticket } = await readTicket(desk, conversation.ticketId);
    expect(ticket).toMatchObject({ archived: false, unanswered: true });
  });

  it('finds its ticket by the reply address alone', async () => {
    const { ticketId, replyAddress } = await converse(desk, help);
    const { state, ticket_id: id } = await receive(desk, plainMail({ from: JANE }), { to: replyAddress });
    expect([state, id]).toEqual(['reply', ticketId]);
  });

  it('of a participant finds its ticket by the mail of the customer that it refers to', async () => {
    const opening = plainMail({ from: JANE, to: 'help@acme.test, pal@customer.test', messageId: '<chain@customer.test>' });
    const { ticket_id: ticketId } = await receive(desk, opening, to());
    const headers = { References: '<other@elsewhere.test> <chain@customer.test>' };
    const pals = await receive(desk, plainMail({ from: 'pal@customer.test', headers }), to());
    expect([pals.state, pals.ticket_id]).toEqual(['reply', ticketId]);
    const strangers = await receive(desk, plainMail({ from: 'stranger@customer.test', headers }), to());
    expect(strangers.state).toBe('new_ticket');
  });

  it('comes to the ticket into which its own was merged', async () => {
    const conversation = await converse(desk, help);
    const target = await converse(desk, help);
    const merged = await admin().post(`/tickets/${conversation.ticketId}/merge`, { merge: { into: target.ticketId } });
    expect(merged.status).toBe(200);
    const { ticket_id: id } = await receive(desk, plainMail({ from: JANE }), { to: conversation.replyAddress });
    expect(id).toBe(target.ticketId);
  });
});

describe('a mail with more than text', () => {
  it('keeps an invitation as a file', async () => {
    const { state, ticket_id: id } = await receive(desk, await sample('calendar-invite'), to());
    const { ticket } = await readTicket(desk, Number(id));
    expect(state).toBe('new_ticket');
    expect(ticket.content.text.trim()).toBe('You have been invited to the fire drill.');
    const names = ticket.content.attachments.map(({ filename }: { filename: string }) => filename);
    expect(names).toEqual(expect.arrayContaining(['invite.ics']));
  });

  it('is unpacked when Outlook has put it into a winmail.dat', async () => {
    const { ticket_id: id } = await receive(desk, await sample('winmail'), to());
    const { ticket } = await readTicket(desk, Number(id));
    expect(ticket.content.text).toBe('The printer burns.');
    expect(ticket.content.html).toContain('<b>printer</b> of Müller');
    expect(ticket.content.attachments).toMatchObject([{ filename: 'Bericht über Feuer.txt', content_type: 'text/plain' }]);
    const { bytes } = await admin().download(new URL(ticket.content.attachments[0].url.original).pathname);
    expect(bytes.toString()).toBe('All is ash.\n');
  });

  it('is read through all its layers', async () => {
    const { ticket_id: id } = await receive(desk, await sample('nested'), to());
    const { ticket } = await readTicket(desk, Number(id));
    expect(ticket.subject).toBe('All the parts 🔥');
    expect(ticket.content.text).toBe('Принтер горит.');
    expect(ticket.content.html).not.toContain('script');
    expect(ticket.cc.map(({ email }: { email: string }) => email)).toEqual(['juergen@customer.test']);
    const names = ticket.content.attachments.map(({ filename }: { filename: string }) => filename);
    expect(names.sort()).toEqual(['Rechnung für März.pdf', 'forwarded.eml', 'image.gif']);
    expect(ticket.content.html).toMatch(/src="[^"]+\/attachments\/\d+"/);
  });

  it('is taken also when it is broken', async () => {
    const { state, ticket_id: id } = await receive(desk, await sample('broken'), to());
    const { ticket } = await readTicket(desk, Number(id));
    expect(state).toBe('new_ticket');
    expect(ticket.content.text).toContain('still burns.');
    expect(ticket.requester).toMatchObject({ email: JANE });
  });

  it('is not lost when its files do not fit into the quota', async () => {
    await desk.db.query('update companies set attachment_quota = attachment_bytes where id = $1', [desk.acme.id]);
    const raw = (await sample('winmail')).toString('latin1').replace('tnef-1', 'tnef-2').replace('Ash', 'More ash');
    const { state, steps, ticket_id: id } = await receive(desk, Buffer.from(raw, 'latin1'), to());
    await desk.db.query('update companies set attachment_quota = default where id = $1', [desk.acme.id]);
    expect(state).toBe('new_ticket');
    expect(steps.at(-1)).toMatchObject({ step: 'files', verdict: 'left out' });
    const { ticket } = await readTicket(desk, Number(id));
    expect(ticket.content).toMatchObject({ text: 'The printer burns.', attachments: [] });
  });

  it.each([
    ['nothing at all', ''],
    ['zero bytes', '\0\0\0\0\0\0'],
    ['no head', '\r\n\r\nonly a body'],
    ['no sender', 'Subject: Hello\r\n\r\nWho am I?'],
    ['a sender that is none', 'From: nobody\r\nSubject: Hello\r\n\r\nWho am I?'],
    ['noise', Array.from({ length: 4000 }, (_, at) => String.fromCharCode((at * 7919) % 256)).join('')],
  ])('is set aside when it holds %s', async (_name, raw) => {
    const { state } = await receive(desk, Buffer.from(`${raw}\r\n`, 'latin1'), to());
    expect(state).toBe('quarantined');
  });
});

it('answers nobody who has been told already that his mail came, and tells the others', async () => {
  const told = await addAddress(desk, 'told@acme.test');
  await admin().put(`/emails/${told.id}`, { forwarding_address: { auto_response: true } });
  const person = await receive(desk, plainMail({ from: 'person@customer.test' }), { to: told.forwardTo });
  const headers = { 'Auto-Submitted': 'auto-generated' };
  const machine = await receive(desk, plainMail({ from: 'machine@customer.test', headers }), { to: told.forwardTo });
  expect([person.state, machine.state]).toEqual(['new_ticket', 'new_ticket']);
  const kinds = async (id: number | null) => (await settledMails(desk, Number(id))).map(({ kind }) => kind);
  expect(await kinds(person.ticket_id)).toEqual(['auto_response']);
  expect(await kinds(machine.ticket_id)).toEqual([]);
  expect((await mailTo(desk, Number(person.ticket_id), 'person@customer.test', 'auto_response')).messageId).toContain('<pd.');
});
