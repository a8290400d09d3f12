import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CAPS } from '../../src/emails/inbound/flood.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { plainMail, type AddedAddress } from '../support/inbound.js';
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
import { deliveredTo, settledMails, writtenMails } from '../support/mails.js';

let desk: TestDesk;
let help: AddedAddress;

beforeAll(async () => {
  desk = await startDesk(RECEIVING);
  help = await addAddress(desk, 'help@acme.test');
});
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);
const to = () => ({ to: help.forwardTo });
const FAILED = { ACTION: 'failed', STATUS: '5.1.1' };

/** What has become of the agent's mail of a conversation. */
async function deliveryOf({ ticketId }: MailConversation) {
  const { body } = await admin().get(`/emails/deliveries?ticket_id=${ticketId}`);
  return body.deliveries.find(({ kind }: { kind: string }) => kind === 'reply');
}

async function suppressed(): Promise<string[]> {
  const { body } = await admin().get('/emails/suppressions');
  return body.suppressions.map(({ email }: { email: string }) => email);
}

describe('a delivery report', () => {
  it('marks the mail as bounced, opens no ticket, and ends mail to an address that does not exist', async () => {
    const conversation = await converse(desk, help, 'gone@customer.test');
    const marks = { MESSAGE_ID: conversation.messageId, REPLY_ADDRESS: conversation.replyAddress, ...FAILED };
    const raw = await sample('delivery-report', marks);
    const received = await receive(desk, raw, { to: conversation.replyAddress, from: '' });
    expect([received.state, received.ticket_id]).toEqual(['bounce', conversation.ticketId]);
    expect(await deliveryOf(conversation)).toMatchObject({ state: 'bounced', error: expect.stringContaining('5.1.1') });
    expect(await suppressed()).toContain('gone@customer.test');
    const { replies } = await readTicket(desk, conversation.ticketId);
    const told = { recipient: 'gone@customer.test', state: 'bounced', error: expect.stringContaining('5.1.1') };
    expect(replies).toMatchObject([{ deliveries: [told] }]);
  });

  it('written as a letter does the same', async () => {
    const conversation = await converse(desk, help, 'gone-too@customer.test');
    const marks = { MESSAGE_ID: conversation.messageId, REPLY_ADDRESS: conversation.replyAddress };
    const received = await receive(desk, await sample('bounce-letter', marks), { to: conversation.replyAddress, from: '' });
    expect(received.state).toBe('bounce');
    expect(await deliveryOf(conversation)).toMatchObject({ state: 'bounced' });
    expect(await suppressed()).toContain('gone-too@customer.test');
  });

  it.each([
    ['of a delay', { ACTION: 'delayed', STATUS: '4.4.1' }, 'sent'],
    ['of a full mailbox', { ACTION: 'failed', STATUS: '5.2.2' }, 'bounced'],
  ])('%s suppresses nobody', async (_name, fate, state) => {
    const conversation = await converse(desk, help, 'busy@customer.test');
    const marks = { MESSAGE_ID: conversation.messageId, REPLY_ADDRESS: conversation.replyAddress, ...fate };
    await receive(desk, await sample('delivery-report', marks), { to: conversation.replyAddress, from: '' });
    expect(await deliveryOf(conversation)).toMatchObject({ state });
    expect(await suppressed()).not.toContain('busy@customer.test');
  });

  it('that gives back no mail of ours does nothing', async () => {
    const conversation = await converse(desk, help, 'safe@customer.test');
    const forged = conversation.messageId.replace(/.(?=@)/, (letter) => (letter === 'x' ? 'y' : 'x'));
    const marks = { MESSAGE_ID: forged, REPLY_ADDRESS: conversation.replyAddress, ...FAILED };
    const received = await receive(desk, await sample('delivery-report', marks), { to: conversation.replyAddress, from: '' });
    expect([received.state, received.ticket_id]).toEqual(['bounce', null]);
    expect(await deliveryOf(conversation)).toMatchObject({ state: 'sent' });
    expect(await suppressed()).not.toContain('safe@customer.test');
  });
});

describe('an automatic answer', () => {
  it('comes to its ticket, and leaves it as it was', async () => {
    const conversation = await converse(desk, help);
    await admin().post(`/tickets/${conversation.ticketId}/archive`);
    const marks = { MESSAGE_ID: conversation.messageId, REPLY_ADDRESS: conversation.replyAddress };
    const received = await receive(desk, await sample('out-of-office', marks), { to: conversation.replyAddress });
    expect([received.state, received.ticket_id]).toEqual(['reply', conversation.ticketId]);
    const { ticket, replies } = await readTicket(desk, conversation.ticketId);
    expect(ticket).toMatchObject({ archived: true, unanswered: false });
    expect(replies[1].content.text).toBe('I am out of the office until the fire is out.');
  });

  it('of one of the staff is kept from customers', async () => {
    const { ticketId } = await converse(desk, help);
    const { email } = desk.acme.agent;
    await admin().post(`/tickets/${ticketId}/comments`, { comment: { content: { text: `@${email} look` } } });
    const { messageId, replyAddress } = await mailTo(desk, ticketId, email, 'mention');
    const headers = { 'In-Reply-To': messageId, 'Auto-Submitted': 'auto-replied' };
    const received = await receive(desk, plainMail({ from: email, headers }), { to: replyAddress, from: email });
    expect(received.state).toBe('ignored');
    expect((await readTicket(desk, ticketId)).replies).toHaveLength(1);
  });

  it('comes to its ticket five times an hour, and is set aside then', async () => {
    const { ticketId, replyAddress } = await converse(desk, help, 'loud@customer.test');
    const states: string[] = [];
    for (let count = 0; count <= CAPS.automaticTicket; count++) {
      const raw = plainMail({ from: 'loud@customer.test', headers: { 'Auto-Submitted': 'auto-replied' } });
      states.push((await receive(desk, raw, { to: replyAddress })).state);
    }
    expect(states).toEqual([...Array.from({ length: CAPS.automaticTicket }, () => 'reply'), 'quarantined']);
    expect((await readTicket(desk, ticketId)).replies).toHaveLength(1 + CAPS.automaticTicket);
  });
});

describe('mail of lists and machines', () => {
  it('opens a ticket, and nobody is told that it came', async () => {
    const told = await addAddress(desk, 'told@acme.test');
    await admin().put(`/emails/${told.id}`, { forwarding_address: { auto_response: true } });
    const received = await receive(desk, await sample('list-mail'), { to: told.forwardTo, from: 'bounces@lists.test' });
    expect(received.state).toBe('new_ticket');
    expect(received.steps).toContainEqual(expect.objectContaining({ step: 'kind of mail', verdict: 'automatic' }));
    expect(await settledMails(desk, Number(received.ticket_id))).toEqual([]);
  });

  it('is set aside when one sender writes without end', async () => {
    const sql = `insert into received_messages (company_id, fingerprint, sender, is_automatic, is_stranger)
      select $1, sha256(n::text::bytea), 'flood@customer.test', false, false from generate_series(1, $2::int) n`;
    await desk.db.query(sql, [desk.acme.id, CAPS.sender - 1]);
    const states: string[] = [];
    for (const text of ['the last', 'one too many'])
      states.push((await receive(desk, plainMail({ from: 'flood@customer.test', text }), to())).state);
    expect(states).toEqual(['new_ticket', 'quarantined']);
  });
});

describe('mail of the desk itself', () => {
  it('is ignored when it comes back, whatever servers have made of it', async () => {
    const { messageId } = await converse(desk, help);
    const sent = (await writtenMails(desk)).find(({ mail }) => mail.messageId === messageId);
    const raw = sent?.raw ?? '';
    const renamed = raw.replace(messageId, '<renamed@relay.test>');
    expect(renamed).not.toBe(raw);
    const states = [(await receive(desk, raw, to())).state, (await receive(desk, renamed, to())).state];
    expect(states).toEqual(['ignored', 'ignored']);
  });

  it('is ignored when it comes from one of its addresses, but not what a form has sent for somebody', async () => {
    const own = await receive(desk, plainMail({ from: 'help@acme.test' }), to());
    const headers = { 'Reply-To': 'Visitor <visitor@customer.test>' };
    const form = await receive(desk, plainMail({ from: 'help@acme.test', headers }), to());
    expect([own.state, form.state]).toEqual(['ignored', 'new_ticket']);
    const { ticket } = await readTicket(desk, Number(form.ticket_id));
    expect(ticket.requester).toMatchObject({ email: 'visitor@customer.test' });
  });

  it('ends when two desks answer each other, also through a server that takes out what says so', async () => {
    const one = await addAddress(desk, 'one@acme.test');
    const two = await addAddress(desk, 'two@globex.test', desk.globex);
    await admin().put(`/emails/${one.id}`, { forwarding_address: { auto_response: true } });
    await desk.as(desk.globex.admin).put(`/emails/${two.id}`, { forwarding_address: { auto_response: true } });
    const homes = new Map([
      ['one@acme.test', one.forwardTo],
      ['two@globex.test', two.forwardTo],
    ]);
    const seen = new Set((await writtenMails(desk)).map(({ name }) => name));
    await receive(desk, plainMail({ from: 'two@globex.test' }), { to: one.forwardTo });
    let passed = 0;
    for (let isOver = false; !isOver;) {
      await settledMails(desk);
      const fresh = (await writtenMails(desk)).filter(({ name, mail }) => !seen.has(name) && homes.has(deliveredTo({ mail })));
      isOver = fresh.length === 0;
      for (const { name, raw, mail } of fresh) {
        seen.add(name);
        const bare = raw.replace(/^(Auto-Submitted|Precedence|X-Auto-Response-Suppress|X-Loop): .*\r?\n/gim, '');
        await receive(desk, bare, { to: homes.get(deliveredTo({ mail })) ?? '', from: 'two@globex.test' });
        passed++;
      }
      expect(passed).toBeLessThanOrEqual(12);
    }
    expect(passed).toBeGreaterThan(0);
  });
});

describe('unwanted mail', () => {
  const spam = (from: string) => plainMail({ from, headers: { 'X-Spam-Flag': 'YES' } });

  it('is put aside at an address that filters spam, and told to nobody', async () => {
    const strict = await addAddress(desk, 'strict@acme.test');
    await admin().put(`/emails/${strict.id}`, { forwarding_address: { filter_spam: true, auto_response: true } });
    const filtered = await receive(desk, spam('spammer@customer.test'), { to: strict.forwardTo });
    const unfiltered = await receive(desk, spam('spammer@customer.test'), to());
    const isSpam = async (id: number | null) => (await readTicket(desk, Number(id))).ticket.spam;
    expect([await isSpam(filtered.ticket_id), await isSpam(unfiltered.ticket_id)]).toEqual([true, false]);
    expect(await settledMails(desk, Number(filtered.ticket_id))).toEqual([]);
  });

  it('is refused from whom the company has blocked', async () => {
    await desk.db.query(`update companies set mail_blocked_senders = $2 where id = $1`, [
      desk.acme.id,
      ['pest@customer.test', '@pests.test'],
    ]);
    const states: string[] = [];
    for (const from of ['Pest@customer.test', 'a@pests.test', 'a@sub.pests.test', 'a@notpests.test', 'best@customer.test'])
      states.push((await receive(desk, plainMail({ from }), to())).state);
    expect(states).toEqual(['refused', 'refused', 'refused', 'new_ticket', 'new_ticket']);
  });
});

it('says step by step what was decided', async () => {
  const { ticketId, replyAddress } = await converse(desk, help);
  const { steps } = await receive(desk, plainMail({ from: JANE }), { to: replyAddress });
  expect(steps.map(({ step, verdict }) => [step, verdict])).toEqual([
    ['parse', 'readable'],
    ['kind of mail', 'person'],
    ['sender', JANE],
    ['authentication', 'none'],
    ['thread', `ticket ${ticketId}`],
  ]);
});
