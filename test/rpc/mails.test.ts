import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { addressesOf, deliveredTo, headerOf, settledMails, writtenMails } from '../support/mails.js';
import { ok, rpc } from '../support/rpc.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk({ ROLES: 'api,worker', INBOUND_MAIL_DOMAIN: 'in.acme.example' });
  const address = { email: 'support@acme.example', name: 'Acme Help', use_agent_name: true };
  await desk.as(desk.acme.admin).post('/emails', { forwarding_address: address });
});
afterAll(() => desk.stop());

async function newest() {
  const row = (await settledMails(desk)).at(-1);
  const found = (await writtenMails(desk)).find(({ mail }) => mail.messageId === row?.internet_message_id);
  if (!row || !found) throw new Error('no mail was written');
  return { row, found, mail: found.mail };
}

const deliveries = async () => (await settledMails(desk)).length;

describe('send-email', () => {
  it('writes to a person in the name of another, with the template and links to files', async () => {
    const { customer, agent } = desk.acme;
    const template = { subject: 'News of {{company.name}}', header: 'Dear {{recipient.name}},', footer: 'Yours, {{agent.name}}' };
    expect((await desk.as(desk.acme.admin).put('/email_templates/direct', { email_template: template })).status).toBe(200);
    const attachments = [['plan.pdf', 'https://files.example.com/plan.pdf']];
    const message = 'Your order <b>has</b> left. {{company.name}}';
    const events = await eventsOf(desk, async () => {
      expect(await ok(desk, 'send-email', { recipient_id: customer.id, message, attachments, sender_id: agent.id })).toBe(true);
    });
    expect(events.map(({ type }) => type)).toEqual(['email.written', 'email.sent']);
    const { row, found, mail } = await newest();
    expect(row).toMatchObject({ kind: 'direct', recipient: customer.email, state: 'sent' });
    expect([mail.subject, deliveredTo(found), headerOf(mail, 'precedence')]).toEqual(['News of acme', customer.email, '']);
    expect([mail.from?.text, addressesOf(mail.to)]).toEqual(['"agent acme" <support@acme.example>', [customer.email]]);
    for (const part of ['Dear customer acme,', message, 'plan.pdf: https://files.example.com/plan.pdf', 'Yours, agent acme'])
      expect(mail.text).toContain(part);
    expect(mail.html).toContain('&lt;b&gt;has&lt;/b&gt;');
  });

  it('refuses whom nobody knows, whoever is of another company, and who has no address', async () => {
    const before = await deliveries();
    const visitor = (await ok(desk, 'add-user')) as number;
    const refusals: [object, string][] = [
      [{ recipient_id: 9_999_999 }, 'user-or-sender-not-found'],
      [{ recipient_id: desk.globex.customer.id }, 'user-or-sender-not-found'],
      [{ recipient_id: desk.acme.customer.id, sender_id: desk.globex.agent.id }, 'user-or-sender-not-found'],
      [{ recipient_id: visitor }, 'user-email-not-found'],
    ];
    for (const [args, word] of refusals)
      expect((await rpc(desk, 'send-email', { message: 'Hi', ...args })).body).toMatchObject({ success: false, response: word });
    expect(await deliveries()).toBe(before);
  });
});

describe('send-custom-email', () => {
  it('writes to any address, with merge fields, and no header can be smuggled in', async () => {
    const mail = {
      to: 'stranger@example.com',
      subject: 'Hello {{recipient.name}}\r\nBcc: evil@example.com',
      message: 'From {{company.name}}',
    };
    expect(await ok(desk, 'send-custom-email', { ...mail, sender_suffix: '(sales)\nX-Evil: 1' })).toBe(true);
    const written = await newest();
    expect(written.row).toMatchObject({ kind: 'custom', recipient: 'stranger@example.com', state: 'sent' });
    expect(written.mail.subject).toBe('Hello stranger@example.com Bcc: evil@example.com');
    expect(written.mail.text?.trim()).toBe('From acme');
    expect([written.mail.bcc, headerOf(written.mail, 'x-evil')]).toEqual([undefined, '']);
    expect(written.mail.from?.value[0]?.name).toMatch(/^Acme Help \(sales\)/);
  });

  it('refuses what is no address, and writes nothing to who wants none', async () => {
    const before = await deliveries();
    for (const to of ['nowhere', 'a@example.com\r\nBcc: b@example.com', 'a@example.com, b@example.com'])
      expect((await rpc(desk, 'send-custom-email', { to, subject: 'S', message: 'M' })).body).toMatchObject({ success: false });
    expect(await deliveries()).toBe(before);
    await desk.as(desk.acme.admin).post('/emails/suppressions', { suppression: { email: 'gone@example.com' } });
    expect(await ok(desk, 'send-custom-email', { to: 'Gone@example.com', subject: 'S', message: 'M' })).toBe(true);
    expect((await settledMails(desk)).at(-1)).toMatchObject({ recipient: 'Gone@example.com', state: 'suppressed' });
  });
});
