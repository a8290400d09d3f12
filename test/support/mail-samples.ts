import { readFile } from 'node:fs/promises';
import type { Step } from '../../src/emails/inbound/inbound.types.js';
import type { TestDesk } from './desk.js';
import { addAddress, deliver, plainMail, smtpPortOf, type AddedAddress, type InboundRow } from './inbound.js';
import { addressesOf, settledMails, writtenMails } from './mails.js';
import { until } from './until.js';

const FOLDER = new URL('../fixtures/mail/', import.meta.url);

export const JANE = 'jane@customer.test';

/** A mail that has become something. */
export interface Received extends InboundRow {
  steps: Step[];
  message_id: number | null;
}

/** The settings of a desk that receives mail from this machine as if from a server of its own. */
export const RECEIVING = {
  ROLES: 'api,worker,mail',
  INBOUND_MAIL_DOMAIN: 'in.acme.test',
  INBOUND_SMTP_PORT: '0',
  INBOUND_TRUSTED_RELAYS: '127.0.0.1/32',
};

/** A sample with its marks filled in, as it goes over the wire. */
export async function sample(name: string, marks: Record<string, string> = {}): Promise<Buffer> {
  const text = (await readFile(new URL(`${name}.eml`, FOLDER))).toString('latin1');
  const filled = text.replace(/@@([A-Z_]+)@@/g, (mark, key: string) => marks[key] ?? mark);
  return Buffer.from(filled.replace(/\r?\n/g, '\r\n'), 'latin1');
}

/** Hands a mail over by SMTP and waits for what becomes of it. */
export async function receive(
  desk: TestDesk,
  raw: string | Buffer,
  { to, from = JANE }: { to: string; from?: string },
): Promise<Received> {
  const answer = await deliver(smtpPortOf(desk), { from, to, raw });
  const id = Number(/\d+$/.exec(answer)?.[0]);
  let found: Received | undefined;
  await until(async () => {
    [found] = await desk.db.query<Received>(`select * from inbound_emails where id = $1 and state <> 'pending'`, [id]);
    return found !== undefined;
  }, 'the end of a mail');
  if (!found) throw new Error('a mail has become nothing');
  return found;
}

/** A ticket that a customer has opened by mail, and the mail with which an agent has answered him. */
export interface MailConversation {
  ticketId: number;
  address: AddedAddress;
  /** The Message-ID of the customer's mail. */
  firstId: string;
  /** That of the agent's. */
  messageId: string;
  replyAddress: string;
}

export async function converse(desk: TestDesk, address: AddedAddress, from = JANE): Promise<MailConversation> {
  const firstId = `<${Math.random().toString(36).slice(2)}@customer.test>`;
  const raw = plainMail({ from, messageId: firstId });
  const { ticket_id: ticketId } = await receive(desk, raw, { to: address.forwardTo, from });
  if (ticketId === null) throw new Error('the mail opened no ticket');
  const reply = { content: { text: 'Have you tried water?' } };
  const { status } = await desk.as(desk.acme.agent).post(`/tickets/${ticketId}/replies`, { reply });
  if (status !== 201) throw new Error(`the reply was not written: ${status}`);
  const { messageId, replyAddress } = await mailTo(desk, ticketId, from, 'reply');
  return { ticketId, address, firstId, messageId, replyAddress };
}

/** The marks of the newest mail of a kind that somebody has had about a ticket. */
export async function mailTo(
  desk: TestDesk,
  ticketId: number,
  recipient: string,
  kind: string,
): Promise<{ messageId: string; replyAddress: string }> {
  const row = (await settledMails(desk, ticketId)).findLast((mail) => mail.kind === kind && mail.recipient === recipient);
  const messageId = row?.internet_message_id ?? '';
  const written = (await writtenMails(desk)).find(({ mail }) => mail.messageId === messageId);
  if (!written) throw new Error(`${recipient} has had no ${kind} about ticket ${ticketId}`);
  return { messageId, replyAddress: addressesOf(written.mail.replyTo)[0] ?? '' };
}

/** What the ticket shows of itself, and everything said on it. */
export async function readTicket(desk: TestDesk, ticketId: number) {
  const admin = desk.as(desk.acme.admin);
  const { body } = await admin.get(`/tickets/${ticketId}`);
  const { body: said } = await admin.get(`/tickets/${ticketId}/replies`);
  return { ticket: body.ticket, replies: said.replies };
}

export { addAddress };
