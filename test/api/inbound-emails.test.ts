import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { InboundSweeper } from '../../src/emails/inbound/inbound-sweeper.js';
import { MOST_INBOUND_BYTES } from '../../src/emails/inbound/raw-mail.js';
import { eventsOf } from '../support/collection.js';
import type { Answer, CallOptions } from '../support/client.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { addAddress, plainMail, settledInbound, type AddedAddress } from '../support/inbound.js';
import { ask } from '../support/send.js';

let desk: TestDesk;
let help: AddedAddress;

beforeAll(async () => {
  desk = await startDesk({ ROLES: 'api,worker' });
  help = await addAddress(desk, 'help@acme.test');
});
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);

/** Sends a mail as it is. */
function hand(raw: string | Buffer, { path = '/inbound_emails', token = desk.acme.admin.token } = {}): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'message/rfc822' };
  return ask(desk.url, { method: 'POST', path, headers, body: raw });
}

async function settled(answer: Answer): Promise<Answer> {
  expect(answer.status).toBe(201);
  await settledInbound(desk);
  return admin().get(`/inbound_emails/${answer.body.inbound_email.id}`);
}

const rowsNow = async () => (await desk.db.query('select 1 from inbound_emails')).length;

describe('handing over a mail', () => {
  it('keeps it as it is and makes a ticket of it', async () => {
    const raw = Buffer.from(plainMail({ subject: 'Feuer', text: 'caf\u00e9' }), 'latin1');
    const answer = await hand(raw, { path: `/inbound_emails?forwarding_address_id=${help.id}&mail_from=jane@example.com` });
    expect(answer.body.inbound_email).toMatchObject({
      state: 'pending',
      door: 'api',
      forwarding_address_id: help.id,
      mail_from: 'jane@example.com',
      rcpt_to: [],
      size: raw.length,
      has_source: true,
    });
    const { inbound_email: email } = (await settled(answer)).body;
    expect(email).toMatchObject({ state: 'new_ticket', from_email: 'jane@example.com', subject: 'Feuer', attempts_count: 1 });
    expect(email.steps.length).toBeGreaterThan(1);
    const { ticket } = (await admin().get(`/tickets/${email.ticket_id}`)).body;
    expect(ticket).toMatchObject({ subject: 'Feuer', requester: { email: 'jane@example.com' } });
    const { bytes, headers } = await admin().download(`/inbound_emails/${email.id}/raw`);
    expect(bytes.equals(raw)).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'message/rfc822',
      'content-disposition': `attachment; filename=inbound-email-${email.id}.eml`,
      'x-content-type-options': 'nosniff',
    });
  });

  it('is also possible as a field of JSON or a form, and the recipients tell the address', async () => {
    const query = `?rcpt_to=${encodeURIComponent(`nobody@example.com,${help.forwardTo}`)}`;
    const raw = plainMail();
    const options: CallOptions[] = [
      { json: { inbound_email: { raw } } },
      { json: { raw: plainMail() } },
      { form: new URLSearchParams({ raw: plainMail() }).toString() },
    ];
    for (const option of options) {
      const answer = await admin().call('post', `/inbound_emails${query}`, option);
      expect(answer.body.inbound_email).toMatchObject({
        forwarding_address_id: help.id,
        rcpt_to: ['nobody@example.com', help.forwardTo],
      });
      expect((await settled(answer)).body.inbound_email.state).toBe('new_ticket');
    }
    expect((await hand(raw)).status).toBe(201);
    expect((await settledInbound(desk)).at(-1)?.state).toBe('duplicate');
  });

  it('leads into no other company, whatever the recipients are', async () => {
    const foreign = await addAddress(desk, 'help@globex.test', desk.globex);
    const answer = await hand(plainMail(), { path: `/inbound_emails?rcpt_to=${foreign.forwardTo}` });
    expect(answer.body.inbound_email.forwarding_address_id).toBeNull();
    const refused = await hand(plainMail(), { path: `/inbound_emails?forwarding_address_id=${foreign.id}` });
    expect(refused.body.errors).toEqual({ forwarding_address_id: ['is not a forwarding address of this company'] });
  });

  it('is refused when it is too large or empty, and nothing is kept', async () => {
    await settledInbound(desk);
    const before = await rowsNow();
    expect((await hand(Buffer.alloc(MOST_INBOUND_BYTES + 1, 'x'))).status).toBe(413);
    expect((await admin().post('/inbound_emails', { raw: ' ' })).body.errors).toEqual({ raw: ["can't be blank"] });
    expect((await admin().post('/inbound_emails')).status).toBe(400);
    expect(await rowsNow()).toBe(before);
  });

  it('keeps what is no mail at all, for somebody to look at', async () => {
    const { inbound_email: email } = (await settled(await hand(Buffer.from([0, 1, 2, 0xff, 0xfe])))).body;
    expect(email.state).toBe('quarantined');
    expect((await admin().download(`/inbound_emails/${email.id}/raw`)).bytes).toHaveLength(5);
  });
});

describe('the list', () => {
  it('goes from the newest to the oldest, of one state or all, page by page', async () => {
    await settled(await hand(plainMail()));
    const all = await admin().get('/inbound_emails?per_page=100');
    const ids = all.body.inbound_emails.map(({ id }: { id: number }) => id) as number[];
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    const walked: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await admin().get(`/inbound_emails?per_page=2&cursor=${cursor}`);
      walked.push(...body.inbound_emails.map(({ id }: { id: number }) => id));
      cursor = body.next_cursor;
    }
    expect(walked).toEqual(ids);
    const { body } = await admin().get('/inbound_emails?state=quarantined');
    expect(new Set(body.inbound_emails.map(({ state }: { state: string }) => state))).toEqual(new Set(['quarantined']));
    expect((await admin().get('/inbound_emails?cursor=x')).status).toBe(400);
  });
});

describe('trying a mail', () => {
  it('says what it would become, and does nothing', async () => {
    await settledInbound(desk);
    const before = [await rowsNow(), (await desk.db.query('select 1 from tickets')).length];
    const answer = await hand(plainMail({ subject: 'Would be' }), { path: '/inbound_emails/dry_run' });
    expect(answer.body.decision).toMatchObject({
      outcome: 'new_ticket',
      ticket_id: null,
      subject: 'Would be',
      from_email: 'jane@example.com',
    });
    expect(answer.body.decision.steps.length).toBeGreaterThan(1);
    expect((await admin().post('/inbound_emails/dry_run', { dry_run: { raw: plainMail() } })).body.decision.outcome).toBe(
      'new_ticket',
    );
    expect([await rowsNow(), (await desk.db.query('select 1 from tickets')).length]).toEqual(before);
  });
});

describe('looking at a mail again', () => {
  it('goes by the settings of now', async () => {
    const block = (senders: string[]) =>
      admin().put('/inbound_mail_settings', { inbound_mail_settings: { blocked_senders: senders } });
    await block(['rude@example.com']);
    const refused = (await settled(await hand(plainMail({ from: 'rude@example.com' })))).body.inbound_email;
    expect(refused).toMatchObject({ state: 'refused', ticket_id: null });
    await block([]);
    const again = await admin().post(`/inbound_emails/${refused.id}/reprocess`);
    expect(again.body.inbound_email.state).toBe('pending');
    const { inbound_email: email } = (await settled(again)).body;
    expect(email).toMatchObject({ state: 'new_ticket', ticket_id: expect.any(Number) });
    expect((await admin().post(`/inbound_emails/${refused.id}/reprocess`)).status).toBe(409);
  });
});

describe('a source', () => {
  it('is forgotten when the company keeps it no longer, while what has become of the mail is not', async () => {
    const kept = (await settled(await hand(plainMail()))).body.inbound_email;
    const old = (await settled(await hand(plainMail()))).body.inbound_email;
    const odd = (await settled(await hand('\0'))).body.inbound_email;
    const [{ key } = { key: '' }] = await desk.db.query<{ key: string }>(
      'select storage_key as key from inbound_emails where id = $1',
      [old.id],
    );
    await admin().put('/inbound_mail_settings', { kept_days: 10 });
    await desk.db.query(`update inbound_emails set finished_at = now() - interval '11 days' where id = any ($1)`, [
      [old.id, odd.id],
    ]);
    await desk.app.get(InboundSweeper, { strict: false }).sweep();
    await expect(access(join(desk.env.DATA_DIR, 'attachments', key))).rejects.toThrow('ENOENT');
    expect((await admin().get(`/inbound_emails/${old.id}`)).body.inbound_email).toMatchObject({
      state: 'new_ticket',
      has_source: false,
    });
    expect((await admin().download(`/inbound_emails/${old.id}/raw`)).status).toBe(404);
    expect((await admin().post(`/inbound_emails/${old.id}/reprocess`)).status).toBe(409);
    for (const { id } of [kept, odd]) expect((await admin().download(`/inbound_emails/${id}/raw`)).status).toBe(200);
  });
});

describe('the settings', () => {
  it('are changed one by one, and recorded', async () => {
    const change = { blocked_senders: 'Spammer@Example.com, @spam.example', trusted_servers: ['MX.example.com'] };
    const events = await eventsOf(desk, async () => {
      const { body } = await admin().put('/inbound_mail_settings', { inbound_mail_settings: change });
      expect(body.inbound_mail_settings).toMatchObject({
        blocked_senders: ['spammer@example.com', '@spam.example'],
        trusted_servers: ['mx.example.com'],
      });
    });
    expect(events).toMatchObject([{ type: 'inbound_mail_settings.updated', data: { inbound_mail_settings: { kept_days: 10 } } }]);
    const wrong = await admin().put('/inbound_mail_settings', { blocked_senders: ['example.com'] });
    expect(wrong.body.errors).toEqual({ blocked_senders: ['must not hold "example.com"'] });
    expect((await admin().put('/inbound_mail_settings', { kept_days: 0 })).status).toBe(400);
    const { body } = await desk.as(desk.globex.admin).get('/inbound_mail_settings');
    expect(body.inbound_mail_settings).toEqual({ blocked_senders: [], trusted_servers: [], kept_days: 90 });
  });
});
