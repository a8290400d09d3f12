import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AutomationScheduler } from '../../src/automations/automation-scheduler.js';
import { RunLog } from '../../src/automations/run-log.service.js';
import { eventsOf, traces } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { headerOf, settledMails, writtenMails } from '../support/mails.js';
import { ok } from '../support/rpc.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk({ ROLES: 'api,worker', INBOUND_MAIL_DOMAIN: 'in.acme.example' });
});
afterAll(() => desk.stop());
beforeEach(async () => {
  await desk.db.query('delete from automations');
  await desk.db.query('delete from user_presences');
});

const admin = () => desk.as(desk.acme.admin);
const NOW = [['datetime', 'is-between', '01/01/2024 - 31/12/2999']];

async function make(fields: object, status = 201) {
  const answer = await admin().post('/automations', {
    automation: { kind: 'messages', content: { message: 'Hello' }, ...fields },
  });
  expect([answer.status, answer.text]).toEqual([status, expect.anything()]);
  return answer.body.automation;
}
const pass = () => desk.app.get(AutomationScheduler).pass();
const comes = (url = 'https://shop.example.com/prices/', user = desk.acme.customer, by = desk.acme.admin) =>
  ok(desk, 'current-url', { user_id: user.id, url }, { by });
const runsOf = async (id: number) => (await admin().get(`/automations/${id}/runs`)).body.runs;
const messagesOf = (userId: number) =>
  desk.db.query<{ text: string; kind: string; archived: boolean }>(
    `select m.text, a.kind, t.archived_at is not null as archived from messages m join tickets t on t.company_id = m.company_id and t.id = m.ticket_id
      join users a on a.company_id = m.company_id and a.id = m.author_id where t.requester_id = $1 and m.kind = 'reply' order by m.id`,
    [userId],
  );

describe('automations', () => {
  it('are made, changed and deleted, and the log tells of it', async () => {
    const events = await eventsOf(desk, async () => {
      const made = await make({ name: 'Greeting', conditions: NOW, content: { message: 'Hi', title: 'T' } });
      expect(made).toMatchObject({ kind: 'messages', name: 'Greeting', enabled: true, conditions: NOW, translations: {} });
      const change = { enabled: false, content: { title: null, subject: 'S' }, translations: { es: { message: 'Hola' } } };
      const { body } = await admin().put(`/automations/${made.id}`, { automation: change });
      expect(body.automation).toMatchObject({ enabled: false, content: { message: 'Hi', title: null, subject: 'S' } });
      expect(body.automation.translations).toEqual({ es: { message: 'Hola' } });
      expect((await admin().get(`/automations/${made.id}`)).body).toEqual(body);
      expect((await admin().get('/automations')).body).toMatchObject({ total: 1, automations: [body.automation] });
      expect((await admin().delete(`/automations/${made.id}`)).status).toBe(204);
      expect((await admin().get(`/automations/${made.id}/runs`)).status).toBe(404);
    });
    expect(events.map(({ type }) => type)).toEqual(['automation.created', 'automation.updated', 'automation.deleted']);
  });

  it('may be made by a form that numbers its lists', async () => {
    const form = 'automation[kind]=popups&automation[conditions][0][0]=languages&automation[conditions][0][1]=en';
    const { status, body } = await admin().post('/automations', undefined, { form });
    expect([status, body.automation.conditions]).toEqual([201, [['languages', 'en']]]);
  });

  it.each([
    ['a kind that is none', { kind: 'faxes' }],
    ['a condition that nobody knows', { conditions: [['moon', 'is-full']] }],
    ['a way of looking that is none', { conditions: [['user_type', 'is-king']] }],
    ['a time that is none', { conditions: [['datetime', 'is-between', '31/02/2024 - 01/03/2024']] }],
    ['a time that ends before it begins', { conditions: [['datetime', 'is-between', '02/03/2024 - 01/03/2024']] }],
    ['a condition without a value', { conditions: [['include_urls', 'contains', ' , ']] }],
    ['words instead of conditions', { conditions: 'always' }],
    ['a picture that runs', { content: { profile_image: 'javascript:alert(1)' } }],
    ['a language that is none', { translations: { 'no language': { message: 'x' } } }],
  ])('refuse %s, and then nothing has changed', async (_, fields) => {
    const before = await traces(desk, { table: 'automations' });
    await make(fields, 400);
    expect(await traces(desk, { table: 'automations' })).toEqual(before);
  });
});

describe('the schedule', () => {
  it('lets the bot speak to who is at a page, once, and in his language', async () => {
    const { customer } = desk.acme;
    await ok(desk, 'update-user', { user_id: customer.id, extra: { language: ['es-MX', 'Language'] } });
    const conditions = [
      ['include_urls', 'contains', 'shop.example.com/prices'],
      ['languages', 'es'],
    ];
    const translations = { es: { message: 'Hola {{recipient.name}}, {{company.name}}' } };
    const { id } = await make({ conditions, translations });
    await pass();
    expect(await runsOf(id)).toEqual([]);
    await comes();
    const events = await eventsOf(desk, () => Promise.all([pass(), pass(), pass()]));
    await pass();
    const said = { text: 'Hola customer acme, acme', kind: 'bot', archived: true };
    expect(await messagesOf(customer.id)).toEqual([said]);
    expect(events.filter(({ type }) => type === 'automation.ran')).toMatchObject([
      { data: { automation: { id }, user: { id: customer.id }, run: { outcome: 'sent', message: said.text } } },
    ]);
    expect(await runsOf(id)).toMatchObject([{ automation_id: id, outcome: 'sent', reason: null, repeat_id: '' }]);
    const counts = await desk.db.query(`select count from report_counts where company_id = $1 and name = 'message-automations'`, [
      desk.acme.id,
    ]);
    expect(counts).toEqual([{ count: 1 }]);
  });

  it('passes over staff, those who are elsewhere or were, resting ones, and what only the page can tell', async () => {
    const made = [
      await make({ conditions: [['include_urls', 'contains', 'elsewhere']] }),
      await make({ enabled: false }),
      await make({ conditions: [['browsing_time', '5']] }),
      await make({ conditions: [['datetime', 'is-exactly', '01/01/2020']] }),
      await make({ kind: 'popups' }),
    ];
    const open = await make({});
    await comes();
    await comes(undefined, desk.acme.agent);
    await desk.db.query(`update user_presences set seen_at = now() - interval '1 hour' where user_id = $1`, [
      desk.acme.customer.id,
    ]);
    await pass();
    for (const { id } of [...made, open]) expect(await runsOf(id)).toEqual([]);
  });

  it('repeats what is to be repeated, once in each repetition, and forgets old ones', async () => {
    const { id } = await make({ conditions: [['repeat', 'every-day']] });
    await comes();
    await pass();
    await pass();
    expect(await runsOf(id)).toMatchObject([{ repeat_id: expect.stringMatching(/T00:00$/) }]);
    await desk.db.query(`update automation_runs set repeat_window = '2020-01-01T00:00', ran_at = '2020-01-01'`);
    await pass();
    expect(await runsOf(id)).toHaveLength(2);
    await desk.app.get(RunLog).sweep();
    expect(await runsOf(id)).toHaveLength(1);
  });

  it('mails everybody who has an address when it is time, and nobody who has ended that', async () => {
    const content = { subject: 'For {user_name}', message: 'Dear {{recipient.name}},\n<b>half</b> price' };
    const { id } = await make({ kind: 'emails', conditions: NOW, content });
    await pass();
    expect((await settledMails(desk)).filter(({ kind }) => kind === 'automation')).toMatchObject([
      { recipient: desk.acme.customer.email, state: 'sent' },
    ]);
    expect(await runsOf(id)).toMatchObject([{ outcome: 'queued', email_state: 'sent' }]);
    const found = (await writtenMails(desk)).find(({ mail }) => mail.subject === 'For customer acme');
    expect(found?.mail.text).toContain('Dear customer acme,\n<b>half</b> price');
    const [, path = ''] = /desk\.test(\/unsubscribe\/[^>]+)>/.exec(found ? headerOf(found.mail, 'list-unsubscribe') : '') ?? [];
    expect((await desk.as().post(path, undefined, { form: 'List-Unsubscribe=One-Click' })).status).toBe(204);
    const second = await make({ kind: 'emails', conditions: NOW, content });
    await pass();
    expect(await runsOf(second.id)).toMatchObject([{ outcome: 'not-sent', reason: 'unsubscribed', email_state: null }]);
    await desk.db.query('delete from notification_settings');
    await admin().post('/emails/suppressions', { suppression: { email: desk.acme.customer.email } });
    const third = await make({ kind: 'emails', conditions: NOW, content });
    await pass();
    await settledMails(desk);
    expect(await runsOf(third.id)).toMatchObject([{ outcome: 'queued', email_state: 'suppressed' }]);
  });

  it('says truthfully that texts to phones are not sent yet', async () => {
    await ok(desk, 'update-user', { user_id: desk.acme.customer.id, extra: { phone: ['+39 02 1', 'Phone'] } });
    const { id } = await make({ kind: 'sms', conditions: NOW });
    await pass();
    expect(await runsOf(id)).toMatchObject([{ outcome: 'not-sent', reason: 'sms-not-active' }]);
  });

  it('reaches nobody of another company', async () => {
    const { id } = await make({ conditions: NOW });
    await comes(undefined, desk.globex.customer, desk.globex.admin);
    await pass();
    expect(await messagesOf(desk.globex.customer.id)).toEqual([]);
    const them = desk.as(desk.globex.admin);
    for (const answer of [
      await them.get(`/automations/${id}`),
      await them.get(`/automations/${id}/runs`),
      await them.put(`/automations/${id}`, { automation: { name: 'Theirs' } }),
      await them.delete(`/automations/${id}`),
    ])
      expect(answer.status).toBe(404);
    expect(await runsOf(id)).toHaveLength(1);
  });
});
