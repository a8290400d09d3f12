import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { MailTokens } from '../outbound/mail-tokens.js';
import type { InboundEnvelope } from './inbound.types.js';
import type { Mail } from './mail.js';

/**
 * How a mail is known to belong to a ticket. `own_token`: by a mark that the desk has given to its sender. `participant`: by mails of this ticket
 * that it refers to, and its sender takes part in it. `foreign_token`: by a mark that the desk has given to somebody else.
 */
export type ThreadProof = 'own_token' | 'participant' | 'foreign_token';

export interface Thread {
  ticketId: number;
  proof: ThreadProof;
  detail: string;
}

const STRENGTH: ThreadProof[] = ['own_token', 'participant', 'foreign_token'];
const MOST_TOKENS = 20;
const MOST_IDS = 60;

const REPLY_ADDRESS = /^[0-9a-f]{8,64}\+([0-9a-z]{8,40})@/i;

/** Those whom the desk has sent mail about a ticket; nobody else has had a token of it. */
const RECIPIENTS = `select distinct lower(recipient) as email from email_deliveries where company_id = $1 and ticket_id = $2 limit 500`;

const DELIVERIES = `select id, recipient from email_deliveries where company_id = $1 and id = any ($2::bigint[])`;

const PARTICIPATES = `select 1 from tickets t join users u on u.company_id = t.company_id and lower(u.email) = $3
  where t.company_id = $1 and t.id = $2 and (u.id = t.requester_id or exists (
    select 1 from messages m where m.company_id = t.company_id and m.ticket_id = t.id and m.kind <> 'note' and (
      (m.author_id = u.id and not exists (select 1 from received_messages rm
        where rm.company_id = m.company_id and rm.message_id = m.id and rm.is_stranger))
      or exists (select 1 from message_recipients r where r.company_id = m.company_id and r.message_id = m.id and r.user_id = u.id))))`;

const REFERRED = `select m.ticket_id as id from received_messages rm
  join messages m on m.company_id = rm.company_id and m.id = rm.message_id
  where rm.company_id = $1 and rm.message_header = any ($2::text[])
  group by m.ticket_id order by max(rm.id) desc limit 5`;

/** Where a ticket has gone in the end, if it is not in the trash. */
const TARGET = `with recursive path as (
    select id, merged_into_id, trashed_at, 1 as step from tickets where company_id = $1 and id = $2
    union all
    select t.id, t.merged_into_id, t.trashed_at, path.step + 1 from path
    join tickets t on t.company_id = $1 and t.id = path.merged_into_id where path.step < 20
  ) select id from path where merged_into_id is null and trashed_at is null`;

/** Finds the ticket of a mail, by what cannot be made up: never by its subject. */
@Injectable()
export class Threads {
  constructor(
    private readonly db: Database,
    private readonly tokens: MailTokens,
  ) {}

  /** The ticket to which the mail belongs, by the strongest proof; null when it belongs to none that can be told. */
  async find(mail: Mail, envelope: InboundEnvelope, sender: string): Promise<Thread | null> {
    const email = sender.toLowerCase();
    const ids = [...mail.inReplyTo, ...mail.references.toReversed()].slice(0, MOST_IDS);
    const found = [
      ...(await this.byReplyAddress(mail, envelope, email)),
      ...(await this.byMessageId(envelope.companyId, ids, email)),
      ...(await this.byReferences(envelope.companyId, ids, email)),
    ];
    for (const proof of STRENGTH)
      for (const thread of found.filter((candidate) => candidate.proof === proof)) {
        const [target] = await this.db.query<{ id: number }>(TARGET, [envelope.companyId, thread.ticketId]);
        if (target) return { ...thread, ticketId: target.id };
      }
    return null;
  }

  private async byReplyAddress(mail: Mail, { companyId, rcptTo }: InboundEnvelope, sender: string): Promise<Thread[]> {
    const addresses = [...rcptTo, ...[...mail.to, ...mail.cc].map(({ email }) => email)];
    const tokens = new Set(addresses.flatMap((address) => REPLY_ADDRESS.exec(address)?.[1]?.toLowerCase() ?? []));
    const found: Thread[] = [];
    for (const token of [...tokens].slice(0, MOST_TOKENS)) {
      const ticketId = this.tokens.readReplyToken(token);
      if (ticketId === null) continue;
      if (this.tokens.verifyReplyToken(companyId, token, sender) !== null)
        found.push({ ticketId, proof: 'own_token', detail: 'the reply address that the desk gave to its sender' });
      else if (await this.isSomebodys(companyId, ticketId, token))
        found.push({ ticketId, proof: 'foreign_token', detail: 'a reply address that the desk gave to somebody else' });
    }
    return found;
  }

  private async isSomebodys(companyId: number, ticketId: number, token: string): Promise<boolean> {
    const recipients = await this.db.query<{ email: string }>(RECIPIENTS, [companyId, ticketId]);
    return recipients.some(({ email }) => this.tokens.verifyReplyToken(companyId, token, email) !== null);
  }

  private async byMessageId(companyId: number, ids: string[], sender: string): Promise<Thread[]> {
    const read = ids.flatMap((id) => {
      const identity = this.tokens.readMessageId(id);
      return identity?.companyId === companyId ? [{ id, deliveryId: identity.deliveryId }] : [];
    });
    if (read.length === 0) return [];
    const numbers = read.map(({ deliveryId }) => deliveryId);
    const deliveries = await this.db.query<{ id: number; recipient: string }>(DELIVERIES, [companyId, numbers]);
    const recipients = new Map(deliveries.map(({ id, recipient }) => [id, recipient]));
    return read.flatMap(({ id, deliveryId }) => {
      const recipient = recipients.get(deliveryId);
      const identity = recipient === undefined ? null : this.tokens.verifyMessageId(id, recipient);
      if (identity?.ticketId === undefined || identity.ticketId === null) return [];
      const isOwn = recipient?.toLowerCase() === sender;
      const detail = `it answers a mail that the desk sent to ${isOwn ? 'its sender' : 'somebody else'}`;
      return [{ ticketId: identity.ticketId, proof: isOwn ? 'own_token' : 'foreign_token', detail } as const];
    });
  }

  private async byReferences(companyId: number, ids: string[], sender: string): Promise<Thread[]> {
    if (ids.length === 0) return [];
    const found: Thread[] = [];
    for (const { id: ticketId } of await this.db.query<{ id: number }>(REFERRED, [companyId, ids]))
      if ((await this.db.query(PARTICIPATES, [companyId, ticketId, sender])).length > 0)
        found.push({
          ticketId,
          proof: 'participant',
          detail: 'it refers to mail of the ticket, and its sender takes part in it',
        });
    return found;
  }
}
