import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { logEvent } from '../support/logged-events.js';
import { deliveredTo, headerOf, settledMails, writtenMails } from '../support/mails.js';

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
