import { createTransport } from 'nodemailer';
import { SmtpReceiver } from '../../src/emails/inbound/smtp-receiver.js';
import type { TestDesk } from './desk.js';
import { until } from './until.js';

export interface AddedAddress {
  id: number;
  /** The part of the address before the @ to which its mail is forwarded. */
  hash: string;
  forwardTo: string;
}

/** Adds a forwarding address over REST, as an admin. */
export async function addAddress(desk: TestDesk, email: string, company = desk.acme): Promise<AddedAddress> {
  const { status, body } = await desk.as(company.admin).post('/emails', { forwarding_address: { email, name: 'Help' } });
  if (status !== 201) throw new Error(`the address was not added: ${JSON.stringify(body)}`);
  const { id, forwarding_hash: hash, forward_to: forwardTo } = body.forwarding_address;
  return { id, hash, forwardTo };
}

/** A plain mail as it goes over the wire. */
export function plainMail({
  from = 'jane@example.com',
  to = 'help@acme.test',
  subject = 'Fire',
  text = 'My printer is on fire.',
  messageId = `<${Math.random().toString(36).slice(2)}@example.com>`,
  headers = {},
}: {
  from?: string;
  to?: string;
  subject?: string;
  text?: string;
  messageId?: string;
  headers?: Record<string, string>;
} = {}): string {
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: ${messageId}`,
    'Date: Mon, 02 Mar 2026 10:00:00 +0000',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ];
  return [...lines, '', text, ''].join('\r\n');
}

/** The port at which a desk with the role mail receives. */
export const smtpPortOf = (desk: Pick<TestDesk, 'app'>): number => desk.app.get(SmtpReceiver, { strict: false }).port;

/** Hands a mail over by SMTP and answers what the server said in the end; rejects when it does not take it. */
export async function deliver(
  port: number,
  { from = 'jane@example.com', to, raw }: { from?: string; to: string | string[]; raw: string | Buffer },
): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port, secure: false, tls: { rejectUnauthorized: false } });
  try {
    const { response } = await transport.sendMail({ envelope: { from, to }, raw });
    return response;
  } finally {
    transport.close();
  }
}

export interface InboundRow {
  id: number;
  company_id: number;
  forwarding_address_id: number | null;
  door: string;
  mail_from: string | null;
  rcpt_to: string[];
  remote_address: string | null;
  byte_size: number;
  storage_key: string | null;
  state: string;
  ticket_id: number | null;
  error: string | null;
  attempts_count: number;
}

export function inboundRows(desk: TestDesk): Promise<InboundRow[]> {
  return desk.db.query<InboundRow>('select * from inbound_emails order by id');
}

/** Waits until everything that has come in has become something, and answers it. */
export async function settledInbound(desk: TestDesk): Promise<InboundRow[]> {
  await until(async () => {
    const open = await desk.db.query(`select 1 from inbound_emails where state = 'pending' limit 1`);
    return open.length === 0;
  }, 'the end of all incoming mail');
  return inboundRows(desk);
}
