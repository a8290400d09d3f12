import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';
import { MailTokens } from '../../src/emails/outbound/mail-tokens.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { startDnsServer, type DnsServer } from '../support/dns-server.js';
import { plainMail, type AddedAddress } from '../support/inbound.js';
import {
  addAddress,
  converse,
  JANE,
  mailTo,
  readTicket,
  RECEIVING,
  receive,
  type MailConversation,
} from '../support/mail-samples.js';
import { settledMails } from '../support/mails.js';

const EVIL = 'mallory@evil.test';
const AUTHSERV = 'mx.acme.test';

const KEYS = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const DKIM_RECORD = `v=DKIM1; k=rsa; p=${KEYS.publicKey.toString('base64')}`;

let dns: DnsServer;
let desk: TestDesk;
let help: AddedAddress;
let staff: string;
let domain: string;
/** A ticket of Jane's, of which she and the agent have had mail. */
let target: MailConversation;
let agents: { messageId: string; replyAddress: string };
/** A ticket of the same customer in another company. */
let foreign: MailConversation;

beforeAll(async () => {
  const known: Record<string, string> = {};
  dns = await startDnsServer(known);
  // Nobody is trusted here, as where the world delivers directly.
  desk = await startDesk({ ...RECEIVING, INBOUND_TRUSTED_RELAYS: '', INBOUND_DNS_SERVERS: dns.address });
  help = await addAddress(desk, 'help@acme.test');
  staff = desk.acme.agent.email;
  domain = staff.slice(staff.indexOf('@') + 1);
  known[`key._domainkey.${domain}`] = DKIM_RECORD;
  known['key._domainkey.evil.test'] = DKIM_RECORD;
  known['key._domainkey.strict.test'] = DKIM_RECORD;
  known['_dmarc.strict.test'] = 'v=DMARC1; p=reject';
  await desk.db.query('update companies set mail_authserv_ids = $1', [[AUTHSERV]]);
  target = await converse(desk, help);
  agents = await markOf(staff);
  const theirs = await addAddress(desk, 'help@globex.test', desk.globex);
  const { ticket_id: ticketId } = await receive(desk, plainMail({ from: JANE }), { to: theirs.forwardTo });
  const content = { text: 'From the other company.' };
  await desk.as(desk.globex.agent).post(`/tickets/${ticketId}/replies`, { reply: { content } });
  const mail = await mailTo(desk, Number(ticketId), JANE, 'reply');
  foreign = { ticketId: Number(ticketId), address: theirs, firstId: '', ...mail };
});
afterAll(async () => {
  await desk.stop();
  await dns.stop();
});

/** The marks of a mail in which the agent was told of the ticket. */
async function markOf(email: string, { ticketId } = target) {
  const comment = { content: { text: `@${email} look at this secret` } };
  await desk.as(desk.acme.admin).post(`/tickets/${ticketId}/comments`, { comment });
  return mailTo(desk, ticketId, email, 'mention');
}

const spoil = (mark: string) => mark.replace(/.(?=@)/, (letter) => (letter === 'x' ? 'y' : 'x'));

/** What a forger may put into a mail to come to the ticket. */
const MARKS = {
  'no mark': () => ({}),
  'a reply address with one letter changed': () => ({ to: spoil(target.replyAddress) }),
  'a Message-ID with one letter changed': () => ({ id: spoil(target.messageId) }),
  'the reply address of another company': () => ({ to: foreign.replyAddress.replace(foreign.address.hash, help.hash) }),
  'the Message-ID of another company': () => ({ id: foreign.messageId }),
  'the Message-ID of the first mail': () => ({ id: target.firstId }),
  'the subject and the number of the ticket': () => ({ subject: `Re: [#${target.ticketId}] Fire` }),
  'the reply address of the customer': () => ({ to: target.replyAddress }),
  'the Message-ID that the customer got': () => ({ id: target.messageId }),
  'the reply address of the agent': () => ({ to: agents.replyAddress }),
  'the Message-ID that the agent got': () => ({ id: agents.messageId }),
} satisfies Record<string, () => { to?: string; id?: string; subject?: string }>;

/** What he may say of who he is. */
const CLAIMS = {
  'as the agent': () => ({ from: staff, headers: {} }),
  'as the agent, with findings that he has written himself': () => ({
    from: staff,
    headers: { 'Authentication-Results': `${AUTHSERV}; dmarc=pass header.from=${domain}; dkim=pass header.d=${domain}` },
  }),
  'as the agent and himself': () => ({ from: `${staff}, ${EVIL}`, headers: {} }),
  'as the agent, signed for his own domain': () => ({ from: staff, headers: {}, signedBy: 'evil.test' }),
  'as the agent, in the name before his address': () => ({ from: `"${staff}" <${EVIL}>`, headers: {} }),
} satisfies Record<string, () => { from: string; headers: Record<string, string>; signedBy?: string }>;

const GENUINE = [
  'the reply address of the customer',
  'the Message-ID that the customer got',
  'the reply address of the agent',
  'the Message-ID that the agent got',
];

const cases = Object.keys(MARKS).flatMap((mark) => Object.keys(CLAIMS).map((claim) => ({ mark, claim })));

async function sign(raw: string, signingDomain: string, more: { maxBodyLength?: number } = {}): Promise<string> {
  const key = { signingDomain, selector: 'key', privateKey: KEYS.privateKey, ...more };
  const { signatures } = await dkimSign(raw, { ...key, signTime: new Date(), signatureData: [key] });
  if (!signatures.startsWith('DKIM-Signature:')) throw new Error('the mail was not signed');
  return `${signatures}${raw}`;
}

/** All that a forger could gain on the ticket. */
async function stateOf(ticketId: number) {
  const { ticket, replies } = await readTicket(desk, ticketId);
  const { requester, agent_replies_count: count, cc } = ticket;
  return { requester, count, cc, texts: replies.map(({ content }: { content: { text: string } }) => content.text) };
}

describe(`of ${cases.length} forged mails`, () => {
  it.each(cases)('one with $mark, $claim, gains nothing', async ({ mark, claim }) => {
    const before = await stateOf(target.ticketId);
    const made: { to?: string; id?: string; subject?: string } = MARKS[mark as keyof typeof MARKS]();
    const { from, headers, signedBy }: { from: string; headers: Record<string, string>; signedBy?: string } =
      CLAIMS[claim as keyof typeof CLAIMS]();
    const referring: Record<string, string> = made.id === undefined ? {} : { 'In-Reply-To': made.id, References: made.id };
    const plain = plainMail({
      from,
      subject: made.subject ?? 'Re: Fire',
      text: 'Pay to me.',
      headers: { Cc: 'accomplice@evil.test', ...referring, ...headers },
    });
    const raw = signedBy === undefined ? plain : await sign(plain, signedBy);
    const received = await receive(desk, raw, { to: made.to ?? help.forwardTo, from: EVIL });
    const after = await stateOf(target.ticketId);
    const isStranger = from.endsWith(`<${EVIL}>`) && GENUINE.includes(mark);
    if (isStranger) {
      // Whoever has got hold of a mail may add to what it is about, in his own name, and gets nothing for it.
      expect([received.state, received.ticket_id]).toEqual(['reply', target.ticketId]);
      expect(after).toEqual({ ...before, texts: [...before.texts, 'Pay to me.'] });
    } else {
      expect(received.ticket_id).not.toBe(target.ticketId);
      expect(after).toEqual(before);
    }
    const authored = `select 1 from messages where id = $1 and (author_is_agent or company_id <> $2)`;
    expect(await desk.db.query(authored, [received.message_id, desk.acme.id])).toEqual([]);
    const [opened] = await desk.db.query<{ requester_verified: boolean }>(
      'select requester_verified from tickets where id = $1 and id <> $2',
      [received.ticket_id, target.ticketId],
    );
    expect(opened?.requester_verified ?? false).toBe(false);
    const told = (await settledMails(desk)).filter(({ recipient }) => recipient.endsWith('@evil.test'));
    expect(told).toEqual([]);
  });

  it('none has made a stranger a participant, or confirmed his address', async () => {
    const [mallory] = await desk.db.query<{ confirmed_at: Date | null; role: string }>(
      'select confirmed_at, role from users where company_id = $1 and email = $2',
      [desk.acme.id, EVIL],
    );
    expect(mallory).toMatchObject({ role: 'customer' });
    const raw = plainMail({ from: EVIL, headers: { References: target.firstId } });
    expect((await receive(desk, raw, { to: help.forwardTo })).state).toBe('new_ticket');
  });
});

describe('the mail of an agent', () => {
  it('answers the customer when it is signed and has a mark of his own', async () => {
    const { ticketId } = await converse(desk, help);
    const mark = await markOf(staff, { ...target, ticketId });
    const raw = await sign(plainMail({ from: staff, text: 'By mail.', headers: { 'In-Reply-To': mark.messageId } }), domain);
    const received = await receive(desk, raw, { to: mark.replyAddress, from: staff });
    expect([received.state, received.ticket_id]).toEqual(['agent_reply', ticketId]);
    const { ticket, replies } = await readTicket(desk, ticketId);
    expect(replies.at(-1)).toMatchObject({ content: { text: 'By mail.' }, replier: { email: staff, agent: true } });
    expect(ticket).toMatchObject({ unanswered: false });
    const sent = (await settledMails(desk, ticketId)).filter(({ kind }) => kind === 'reply');
    expect(sent).toHaveLength(2);
  });

  it.each([
    ['is changed after it was signed', async (raw: string) => (await sign(raw, domain)).replace('By mail', 'By me')],
    ['is signed only in its beginning', async (raw: string) => `${await sign(raw, domain, { maxBodyLength: 3 })}And more.\r\n`],
    [
      'names a second writer in a head of its own',
      async (raw: string) => (await sign(raw, domain)).replace('From:', `From: ${staff}\r\nFrom:`),
    ],
    ['is not signed', (raw: string) => Promise.resolve(raw)],
  ])('does not when it %s', async (_name, change) => {
    const before = await stateOf(target.ticketId);
    const raw = await change(plainMail({ from: staff, text: 'By mail.', headers: { 'In-Reply-To': agents.messageId } }));
    const received = await receive(desk, raw, { to: agents.replyAddress, from: staff });
    expect(received.state).toBe('new_ticket');
    expect(await stateOf(target.ticketId)).toEqual(before);
  });
});

it('a mail that its domain denies comes to no ticket of its sender', async () => {
  const honest = await converse(desk, help, 'jane@strict.test');
  const raw = plainMail({ from: 'jane@strict.test', text: 'Pay to me.' });
  const forged = await receive(desk, await sign(raw, 'evil.test'), { to: honest.replyAddress, from: EVIL });
  expect([forged.state, forged.ticket_id === honest.ticketId]).toEqual(['new_ticket', false]);
  expect(forged.steps).toContainEqual(expect.objectContaining({ step: 'authentication', verdict: 'fail' }));
  const signed = await sign(plainMail({ from: 'jane@strict.test', text: 'It is me.' }), 'strict.test');
  const own = await receive(desk, signed, { to: honest.replyAddress, from: 'jane@strict.test' });
  expect([own.state, own.ticket_id]).toEqual(['reply', honest.ticketId]);
});

describe('behind a server that proves mail for the desk', () => {
  let behind: TestDesk;
  beforeAll(async () => {
    behind = await startDesk(RECEIVING);
    await behind.db.query('update companies set mail_authserv_ids = $1', [[AUTHSERV]]);
  });
  afterAll(() => behind.stop());

  it.each([
    [`${AUTHSERV}; dmarc=pass (p=reject) header.from=DOMAIN`, 'agent_reply'],
    [`${AUTHSERV} 1; spf=pass smtp.mailfrom=x@other.test; dkim=pass header.d=DOMAIN`, 'agent_reply'],
    [`elsewhere.test; dmarc=pass header.from=DOMAIN`, 'new_ticket'],
    [`${AUTHSERV}; dmarc=fail header.from=DOMAIN`, 'new_ticket'],
    [`${AUTHSERV}; dmarc=pass header.from=other.test`, 'new_ticket'],
    [`${AUTHSERV}; dmarc=fail (dmarc=pass header.from=DOMAIN) header.from=DOMAIN`, 'new_ticket'],
    [`${AUTHSERV}; dkim=none reason="x; dmarc=pass header.from=DOMAIN"`, 'new_ticket'],
  ])('"%s" makes it an %s', async (value, state) => {
    const address = await addAddress(behind, `help-${Math.random().toString(36).slice(2)}@acme.test`);
    const { ticketId } = await converse(behind, address);
    const { email } = behind.acme.agent;
    const comment = { content: { text: `@${email} look` } };
    await behind.as(behind.acme.admin).post(`/tickets/${ticketId}/comments`, { comment });
    const { replyAddress } = await mailTo(behind, ticketId, email, 'mention');
    const own = email.slice(email.indexOf('@') + 1);
    const headers = { 'Authentication-Results': value.replaceAll('DOMAIN', own) };
    const received = await receive(behind, plainMail({ from: email, headers }), { to: replyAddress, from: email });
    expect(received.state).toBe(state);
  });
});

it('the desk knows its own marks', () => {
  const tokens = desk.app.get(MailTokens);
  expect(tokens.verifyMessageId(target.messageId, JANE)).toMatchObject({ ticketId: target.ticketId });
  expect(tokens.verifyMessageId(spoil(target.messageId), JANE)).toBeNull();
});
