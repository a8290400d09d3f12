import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { MailTokens } from '../../src/emails/outbound/mail-tokens.js';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { startMailServer, type MailServer, type ReceivedMail } from '../support/mail-server.js';
import { addressesOf, headerOf, settledMails } from '../support/mails.js';
import { openTicket } from '../support/tickets.js';
import { uploadFile } from '../support/uploads.js';

const SUPPORT = 'support@acme.example';

let desk: TestDesk;
let server: MailServer;
let addressId: number;
let hash: string;

beforeAll(async () => {
  server = await startMailServer();
  desk = await startDesk({ ROLES: 'api,worker', SMTP_URL: server.url, INBOUND_MAIL_DOMAIN: 'in.acme.example' });
  const input = { email: SUPPORT, name: 'Acme Support' };
  const { body } = await desk.as(desk.acme.admin).post('/emails', { forwarding_address: input });
  addressId = body.forwarding_address.id;
  hash = body.forwarding_address.forwarding_hash;
});
afterAll(async () => {
  await desk.stop();
  await server.close();
});
beforeEach(async () => {
  await settledMails(desk);
  server.mails.length = 0;
});

const agent = () => desk.as(desk.acme.agent);

async function openMailTicket(fields: Record<string, unknown> = {}) {
  return openTicket(desk, { subject: 'Printer on fire', forwarding_address_id: addressId, ...fields }, desk.acme.agent);
}

/** Answers a ticket and waits for the mails of that; answers them by recipient. */
async function replyAndReceive(ticketId: number, reply: Record<string, unknown>): Promise<Map<string, ReceivedMail>> {
  server.mails.length = 0;
  const { status, body } = await agent().post(`/tickets/${ticketId}/replies`, { reply });
  expect([status, body]).toEqual([201, expect.anything()]);
  await settledMails(desk);
  expect(server.mails.map(({ to }) => to.length)).toEqual(server.mails.map(() => 1));
  return new Map(server.mails.map((received) => [String(received.to[0]), received]));
}

function one(mails: Map<string, ReceivedMail>, recipient: string): ReceivedMail {
  const found = mails.get(recipient);
  if (!found) throw new Error(`${recipient} got no mail, but ${[...mails.keys()].join(', ')}`);
  return found;
}

describe('the reply of an agent', () => {
  it('goes to the requester with text and html, from the address of the ticket, and back to the ticket', async () => {
    const { id } = await openMailTicket();
    const content = { text: 'Have you tried water?', html: '<p>Have you tried <b>water</b>?</p>' };
    const mails = await replyAndReceive(id, { content });
    expect([...mails.keys()]).toEqual(['jane@example.com']);
    const { from, mail } = one(mails, 'jane@example.com');
    expect(mail.from?.value).toEqual([{ address: SUPPORT, name: 'Acme Support' }]);
    expect(addressesOf(mail.to)).toEqual(['jane@example.com']);
    expect(mail.subject).toBe('Re: Printer on fire');
    expect(mail.text).toContain('Have you tried water?');
    expect(mail.html).toContain('<p>Have you tried <b>water</b>?</p>');
    for (const name of ['auto-submitted', 'precedence', 'list-unsubscribe']) expect(headerOf(mail, name)).toBe('');

    const [replyTo = ''] = addressesOf(mail.replyTo);
    expect(from).toBe(replyTo);
    const [, token = ''] = new RegExp(`^${hash}\\+([0-9a-z]+)@in\\.acme\\.example$`).exec(replyTo) ?? [];
    expect(replyTo.indexOf('@')).toBeLessThanOrEqual(64);
    const tokens = desk.app.get(MailTokens);
    expect(tokens.verifyReplyToken(desk.acme.id, token, 'Jane@Example.com')).toBe(id);
    expect(tokens.verifyReplyToken(desk.acme.id, token, 'john@example.com')).toBeNull();
    expect(tokens.verifyMessageId(mail.messageId ?? '', 'jane@example.com')).toMatchObject({
      companyId: desk.acme.id,
      ticketId: id,
    });
  });

  it('carries the name of the agent where the address is set so', async () => {
    const address = { forwarding_address: { use_agent_name: true } };
    await desk.as(desk.acme.admin).put(`/emails/${addressId}`, address);
    const { id } = await openMailTicket();
    const { mail } = one(await replyAndReceive(id, { content: { text: 'x' } }), 'jane@example.com');
    expect(mail.from?.value).toEqual([{ address: SUPPORT, name: 'agent acme' }]);
    await desk.as(desk.acme.admin).put(`/emails/${addressId}`, { forwarding_address: { use_agent_name: false } });
  });

  it('is one mail to each in cc and bcc but its writer, and nobody can see who has it in secret', async () => {
    const { id } = await openMailTicket();
    const [cc, bcc] = [['Cleo <cleo@example.com>'], ['secret@example.com', desk.acme.agent.email]];
    const mails = await replyAndReceive(id, { content: { text: 'x' }, cc, bcc });
    expect([...mails.keys()].sort()).toEqual(['cleo@example.com', 'jane@example.com', 'secret@example.com']);
    for (const { mail, raw } of mails.values()) {
      expect(addressesOf(mail.to)).toEqual(['jane@example.com']);
      expect(addressesOf(mail.cc)).toEqual(['cleo@example.com']);
      expect(raw).not.toContain('secret@example.com');
      expect(headerOf(mail, 'bcc')).toBe('');
    }
    expect(new Set([...mails.values()].map(({ mail }) => mail.messageId)).size).toBe(3);
  });

  it('shows to staff, and to nobody else, what has become of its mails', async () => {
    const { id } = await openTicket(desk, { requester_email: desk.acme.customer.email });
    await replyAndReceive(id, { content: { text: 'x' }, bcc: ['secret@example.com'] });
    const shown = async (member: Member) => (await desk.as(member).get(`/tickets/${id}/replies`)).body.replies[0].deliveries;
    const taken = { state: 'sent', server_answer: expect.stringContaining('Taken as number'), error: null };
    const recipients = [desk.acme.customer.email, 'secret@example.com'].sort();
    const told = await shown(desk.acme.agent);
    expect(told).toMatchObject([taken, taken]);
    expect(told.map(({ recipient }: { recipient: string }) => recipient).sort()).toEqual(recipients);
    expect(await shown(desk.acme.customer)).toEqual([]);
  });

  it('is copied to those whom the address names for all its answers', async () => {
    await desk
      .as(desk.acme.admin)
      .put(`/emails/${addressId}`, { forwarding_address: { global_bcc: 'a@arch.example, b@arch.example' } });
    const { id } = await openMailTicket();
    const mails = await replyAndReceive(id, { content: { text: 'x' } });
    await desk.as(desk.acme.admin).put(`/emails/${addressId}`, { forwarding_address: { global_bcc: null } });
    expect([...mails.keys()].sort()).toEqual(['a@arch.example', 'b@arch.example', 'jane@example.com']);
    expect(one(mails, 'jane@example.com').raw).not.toContain('arch.example');
  });

  it('continues the thread of each recipient for himself', async () => {
    const { id } = await openMailTicket();
    const ids: string[] = [];
    for (const text of ['first', 'second', 'third']) {
      const { mail } = one(
        await replyAndReceive(id, { content: { text }, cc: text === 'third' ? ['late@example.com'] : [] }),
        'jane@example.com',
      );
      expect(headerOf(mail, 'in-reply-to')).toBe(ids.at(-1) ?? '');
      expect(headerOf(mail, 'references')).toBe(ids.join(' '));
      ids.push(mail.messageId ?? '');
    }
    const late = server.mails.find(({ to }) => to[0] === 'late@example.com');
    expect(late && headerOf(late.mail, 'references')).toBe('');
    expect(new Set(ids).size).toBe(3);
  });

  it('quotes what was said before below a line, but not to those who were not there', async () => {
    const { id } = await openMailTicket({ content: { text: 'My printer is on fire.\nHelp!' } });
    await agent().post(`/tickets/${id}/comments`, { comment: { content: { text: 'An internal remark' } } });
    await replyAndReceive(id, { content: { text: 'Which printer?' } });
    const mails = await replyAndReceive(id, { content: { text: 'Hello?' }, cc: ['late@example.com'] });
    const { text = '', html } = one(mails, 'jane@example.com').mail;
    expect(text.split('\n')[0]).toBe('-- Please write your answer above this line --');
    expect(text).toMatch(/Hello\?[^]*> Which printer\?[^]*> My printer is on fire\.\n> Help!/);
    expect(html).toMatch(/above this line[^]*Hello\?[^]*<blockquote[^]*Which printer\?[^]*<blockquote[^]*Help!/);
    expect(text).not.toContain('internal');
    const late = one(mails, 'late@example.com').raw;
    expect(late).toContain('Hello?');
    expect(late).not.toMatch(/Which printer|on fire\.|internal/);
  });

  it('quotes nothing and draws no line when the company wants none', async () => {
    const { id } = await openMailTicket();
    const set = `update companies set mail_reply_line = $2, mail_quoted_messages = $3 where id = $1`;
    await desk.db.query(set, [desk.acme.id, '', 0]);
    const { mail } = one(await replyAndReceive(id, { content: { text: 'Hello?' } }), 'jane@example.com');
    await desk.db.query(set, [desk.acme.id, '-- Please write your answer above this line --', 5]);
    expect(mail.text?.trim()).toBe('Hello?');
  });

  it('brings pictures of its html along inside, and other files beside it', async () => {
    const picture = await sharp({ create: { width: 3, height: 2, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const shown = await uploadFile(desk, desk.acme.agent, { filename: 'shown.png', content: picture, contentType: 'image/png' });
    const beside = await uploadFile(desk, desk.acme.agent, { filename: 'Anhang ü.txt', content: 'Some notes.' });
    const foreign = await uploadFile(desk, desk.acme.admin, { filename: 'foreign.txt', content: 'Nobody else’s business.' });
    const html = `<p>See <img src="http://acme.desk.test/attachments/${shown.id}" alt="it"> <img src="/attachments/${foreign.id}">
      <img src="data:image/png;base64,${picture.toString('base64')}"> <img src="https://example.com/pixel.png"></p>`;
    const { id } = await openMailTicket();
    const content = { text: 'See', html, attachment_ids: [shown.id, beside.id] };
    const { mail, raw } = one(await replyAndReceive(id, { content }), 'jane@example.com');
    const files = mail.attachments.map(({ filename, contentType, contentDisposition }) => [
      filename,
      contentType,
      contentDisposition,
    ]);
    expect(files.sort()).toEqual([
      ['Anhang ü.txt', 'text/plain', 'attachment'],
      ['image-1.png', 'image/png', 'inline'],
      ['shown.png', 'image/png', 'inline'],
    ]);
    const cids = [...raw.replace(/=\r\n/g, '').matchAll(/src=3D"cid:([^"]+)"/g)].map(([, cid]) => cid);
    const related = mail.attachments.filter((attachment) => attachment.related);
    expect(cids.sort()).toEqual(related.map(({ cid }) => cid).sort());
    for (const { content: bytes } of related) expect(bytes.equals(picture)).toBe(true);
    expect(mail.attachments.find(({ related }) => !related)?.content.toString()).toBe('Some notes.');
    expect(mail.html).toContain('https://example.com/pixel.png');
    expect(raw).not.toContain('foreign.txt');
  });

  it('names files that are too large for one mail instead of bringing them', async () => {
    const large = await uploadFile(desk, desk.acme.agent, { filename: 'large.bin', content: 'x' });
    const { id } = await openMailTicket();
    await desk.db.query('update attachments set byte_size = $2 where id = $1', [large.id, 21 * 1024 * 1024]);
    const { mail } = one(await replyAndReceive(id, { content: { text: 'x', attachment_ids: [large.id] } }), 'jane@example.com');
    expect(mail.attachments).toEqual([]);
    expect(mail.text).toContain(`large.bin: http://acme.desk.test/attachments/${large.id}`);
  });

  it('has an address of its own where the company has none, and no way back', async () => {
    const opened = await desk
      .as(desk.globex.agent)
      .post('/tickets', { ticket: { requester_email: 'nobody@example.com', content: { text: 'x' } } });
    server.mails.length = 0;
    await desk.as(desk.globex.agent).post(`/tickets/${opened.body.ticket.id}/replies`, { reply: { content: { text: 'Hello' } } });
    await settledMails(desk);
    expect(server.mails.map(({ mail, from }) => [mail.from?.value[0]?.address, from, mail.replyTo])).toEqual([
      ['noreply@in.acme.example', 'noreply@in.acme.example', undefined],
    ]);
  });
});

describe('templates', () => {
  afterEach(() => desk.db.query('delete from email_templates'));
  const set = (userId: number | null, fields: { subject?: string; header?: string; footer?: string }) =>
    desk.db.query(
      `insert into email_templates (company_id, kind, user_id, subject, header, footer) values ($1, 'reply', $2, $3, $4, $5)`,
      [desk.acme.id, userId, fields.subject ?? null, fields.header ?? null, fields.footer ?? null],
    );

  it('frame what was written; the agent’s own go before those of the company, and what fields bring in is only text', async () => {
    await set(null, {
      subject: '[#{{ticket.id}}] {{ ticket.subject }}',
      header: 'Dear {{requester.name}}, {{no.such}}',
      footer: 'Acme',
    });
    await set(desk.acme.agent.id, { footer: '-- \n{{agent.name}} of {{company.name}}' });
    const { id } = await openMailTicket({
      subject: '{{company.name}} <b>',
      requester_name: 'Jane <i>Doe</i>',
      requester_email: 'doe@example.com',
    });
    const { mail } = one(await replyAndReceive(id, { content: { text: 'Water.', html: '<b>Water.</b>' } }), 'doe@example.com');
    expect(mail.subject).toBe(`[#${id}] {{company.name}} <b>`);
    expect(mail.text).toMatch(/Dear Jane <i>Doe<\/i>, \{\{no\.such\}\}\n\nWater\.\n\n--\s*\nagent acme of acme/);
    expect(mail.html).toMatch(/Dear Jane &lt;i&gt;Doe&lt;\/i&gt;, \{\{no\.such\}\}[^]*<b>Water\.<\/b>[^]*agent acme of acme/);
    expect(mail.html).not.toContain('<i>');
  });
});

describe('what people write', () => {
  it('cannot add headers or recipients', async () => {
    const { id } = await openMailTicket({
      subject: 'Hi\r\nBcc: evil@example.com\r\n\r\nbody',
      requester_name: 'Jane\r\nX-Evil: 1',
      requester_email: 'line@example.com',
    });
    const mails = await replyAndReceive(id, { content: { text: 'x' } });
    expect([...mails.keys()]).toEqual(['line@example.com']);
    const { mail } = one(mails, 'line@example.com');
    expect(mail.headerLines.map(({ key }) => key)).not.toEqual(expect.arrayContaining(['bcc']));
    expect(mail.headerLines.map(({ key }) => key)).not.toEqual(expect.arrayContaining(['x-evil']));
    expect(mail.subject).toBe('Re: Hi Bcc: evil@example.com body');
  });
});
