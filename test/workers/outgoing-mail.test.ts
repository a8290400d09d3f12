import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailSweeper } from '../../src/emails/outbound/mail-sweeper.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { logEvent } from '../support/logged-events.js';
import { deliveredTo, headerOf, settledMails, writtenMails } from '../support/mails.js';
import { openTicket } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk({ ROLES: 'api,worker' });
});
afterAll(() => desk.stop());

describe('a webhook that the desk has switched off', () => {
  it('is told to every admin of the company, and to nobody else', async () => {
    const second = await desk
      .as(desk.acme.admin)
      .post('/users', { user: { email: 'chief@acme.test', name: 'Chief', role: 'admin' } });
    expect(second.status).toBe(201);
    const webHook = { id: 7, url: 'https://example.com/hook?a=1&b=<2>' };
    await logEvent(desk, 'web_hook.disabled', { web_hook: webHook, reason: 'gone' });
    const rows = await settledMails(desk);
    expect(rows.map(({ kind, recipient, state }) => [kind, recipient, state])).toEqual([
      ['web_hook_disabled', 'admin@acme.test', 'sent'],
      ['web_hook_disabled', 'chief@acme.test', 'sent'],
    ]);
    const mails = await writtenMails(desk);
    expect(mails.map(deliveredTo).sort()).toEqual(['admin@acme.test', 'chief@acme.test']);
    for (const { mail } of mails) {
      expect(mail.subject).toBe('A webhook was switched off');
      expect(mail.text).toContain('https://example.com/hook?a=1&b=<2>');
      expect(mail.text).toContain('gone for good (410)');
      expect(mail.html).toContain('https://example.com/hook?a=1&amp;b=&lt;2&gt;');
      expect(headerOf(mail, 'return-path')).toBe('<>');
      expect(headerOf(mail, 'auto-submitted')).toBe('auto-generated');
    }
  });
});

describe('what was sent long ago', () => {
  interface Old {
    state: string;
    ticketId?: number;
    days?: number;
    company?: number;
  }

  const addOld = async ({ state, ticketId, days = 31, company = desk.acme.id }: Old): Promise<number> => {
    const [row] = await desk.db.query<{ id: number }>(
      `insert into email_deliveries (company_id, event_id, kind, ticket_id, recipient, state, finished_at)
        select $1, max(id), 'reply', $2, gen_random_uuid() || '@old.example', $3, now() - make_interval(days => $4)
        from events where company_id = $1 returning id`,
      [company, ticketId ?? null, state, days],
    );
    if (!row) throw new Error('no mail was added');
    return row.id;
  };

  it('is forgotten after a month, unless an answer to it can still come', async () => {
    const { id: ticketId } = await openTicket(desk);
    await settledMails(desk);
    const past = [
      await addOld({ state: 'sent' }),
      await addOld({ state: 'failed', ticketId }),
      await addOld({ state: 'suppressed', ticketId }),
      await addOld({ state: 'sent', company: desk.globex.id }),
    ];
    const kept = [
      await addOld({ state: 'sent', ticketId }),
      await addOld({ state: 'bounced', ticketId }),
      await addOld({ state: 'failed', ticketId, days: 29 }),
      await addOld({ state: 'sent', days: 29 }),
    ];
    await desk.app.get(MailSweeper, { strict: false }).sweep();
    const left = await desk.db.query<{ id: number }>('select id from email_deliveries where id = any ($1) order by id', [
      [...past, ...kept],
    ]);
    expect(left.map(({ id }) => id)).toEqual(kept);
  });
});
