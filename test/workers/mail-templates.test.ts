import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { settledMails, writtenMails } from '../support/mails.js';
import { openTicket } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk({ ROLES: 'api,worker', INBOUND_MAIL_DOMAIN: 'in.acme.example' });
  await desk.as(desk.acme.admin).post('/emails', { forwarding_address: { email: 'support@acme.example' } });
});
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);

/** The mail of an agent's reply on a new ticket. */
async function mailOfReply(email = 'jane@example.com') {
  const { id } = await openTicket(desk, { subject: 'Fire', requester_email: email });
  await desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, { reply: { content: { text: 'Have you tried water?' } } });
  const sent = (await settledMails(desk, id)).find(({ kind }) => kind === 'reply');
  const found = (await writtenMails(desk)).find(({ mail }) => mail.messageId === sent?.internet_message_id);
  if (!found) throw new Error('no mail of the reply was written');
  return found.mail;
}

const events = () =>
  desk.db.query<{ type: string }>(`select type from events where type ~ '^(email_template|outgoing_mail)' order by id`);

describe('a template of the company', () => {
  it('is how its mails look from then on, until it is taken back', async () => {
    expect((await admin().get('/email_templates')).body.email_templates).toHaveLength(6);
    const texts = { subject: '[#{{ticket.id}}] {{ticket.subject}}', header: 'Dear {{recipient.name}},', footer: 'Yours' };
    const changed = await admin().put('/email_templates/reply', { email_template: texts });
    expect(changed.body.email_template).toMatchObject({ kind: 'reply', ...texts, body: null });
    expect((await admin().get('/email_templates/reply')).body).toEqual(changed.body);

    const mail = await mailOfReply();
    expect(mail.subject).toMatch(/^\[#\d+\] Fire$/);
    expect(mail.text).toMatch(/Dear jane@example\.com,\s+Have you tried water\?\s+Yours/);

    await admin().put('/email_templates/reply', { email_template: { subject: null } });
    expect((await mailOfReply()).subject).toBe('Re: Fire');
    expect((await admin().delete('/email_templates/reply')).status).toBe(204);
    expect((await admin().delete('/email_templates/reply')).status).toBe(204);
    expect((await mailOfReply()).text).not.toContain('Dear');
    const told = (await events()).map(({ type }) => type);
    expect(told).toEqual(['email_template.updated', 'email_template.updated', 'email_template.deleted']);
  });

  it('yields to that of the agent who writes', async () => {
    await admin().put('/email_templates/reply', { email_template: { header: 'From all of us', footer: 'Acme' } });
    const mine = await desk.as(desk.acme.agent).put('/me/email_template', { email_template: { footer: 'Ann' } });
    expect(mine.body.email_template).toMatchObject({ kind: 'reply', header: null, footer: 'Ann' });
    expect((await desk.as(desk.acme.agent).get('/me/email_template')).body).toEqual(mine.body);
    const { text = '' } = await mailOfReply();
    expect(text).toMatch(/From all of us\s+Have you tried water\?\s+Ann/);
    expect((await admin().get('/email_templates/reply')).body.email_template.footer).toBe('Acme');
  });

  it('names fields that there are, is of a kind that there is, and is for admins of the company', async () => {
    const before = (await admin().get('/email_templates')).body;
    const wrong = await admin().put('/email_templates/reply', { email_template: { footer: '{{ticket.password}}' } });
    expect([wrong.status, wrong.body.errors]).toEqual([400, { footer: [expect.stringContaining('no merge field')] }]);
    expect((await admin().put('/email_templates/letters', { email_template: { footer: 'x' } })).status).toBe(404);
    const { status } = await desk.as(desk.acme.agent).put('/email_templates/reply', { email_template: { footer: 'x' } });
    expect(status).toBe(403);
    await desk.as(desk.globex.admin).put('/email_templates/reply', { email_template: { footer: 'globex' } });
    expect((await admin().get('/email_templates')).body).toEqual(before);
  });
});

describe('the settings of outgoing mail', () => {
  it('say what stands above all mails, and how much of what was said goes with them', async () => {
    const settings = { reply_line: '## Answer above ##', quoted_messages: 0 };
    const changed = await admin().put('/outgoing_mail_settings', { outgoing_mail_settings: settings });
    expect(changed.body).toEqual({ outgoing_mail_settings: settings });
    const { text = '' } = await mailOfReply();
    expect(text).toContain('## Answer above ##');
    expect(text).not.toContain('My printer is on fire');

    await admin().put('/outgoing_mail_settings', { outgoing_mail_settings: { reply_line: null, quoted_messages: 5 } });
    const whole = (await mailOfReply()).text ?? '';
    expect(whole).not.toContain('above');
    expect(whole).toMatch(/> /);
    expect((await admin().put('/outgoing_mail_settings', { outgoing_mail_settings: { quoted_messages: 21 } })).status).toBe(400);
    const { body } = await desk.as(desk.globex.admin).get('/outgoing_mail_settings');
    expect(body.outgoing_mail_settings).toMatchObject({
      quoted_messages: 5,
      reply_line: expect.stringContaining('above this line'),
    });
  });
});
