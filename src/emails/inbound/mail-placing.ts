import { Inject, Injectable } from '@nestjs/common';
import { isStaff } from '../../access/actor.js';
import { ENV, type Env } from '../../config/env.js';
import { Database } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors/app-errors.js';
import type { PreparedContent } from '../../platform/html/content.js';
import { refuseUnlessVisible } from '../../tickets/ticket-rows.js';
import { MAX_RECIPIENTS, type Address } from '../../users/addresses.js';
import { floodOf } from './flood.js';
import { mailActor, type Known } from './mail-company.js';
import type { JudgedMail, Outcome } from './mail-judgement.js';
import { answerContent, wholeContent } from './message-content.js';
import type { WritePlan } from './plan.js';
import type { Reasons } from './reasons.js';
import { spamSign } from './spam.js';
import { Threads, type Thread } from './thread.js';

interface Sender {
  sender: Address;
  known: Known | null;
}

/** As what a mail comes to a ticket. */
interface Place {
  ticketId: number | null;
  as: WritePlan['as'];
  isStranger: boolean;
}

const NEW_TICKET: Place = { ticketId: null, as: 'customer', isStranger: false };

const REQUESTER = `select requester_id as id from tickets where company_id = $1 and id = $2`;

/** Finds the place of a mail: a ticket of its own, or one that it answers, and in whose name. */
@Injectable()
export class MailPlacing {
  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly db: Database,
    private readonly threads: Threads,
  ) {}

  async place(judged: JudgedMail, from: Sender, reasons: Reasons): Promise<Outcome> {
    const { mail, company, envelope, classified } = judged;
    const thread = await this.threads.find(mail, envelope, from.sender.email);
    if (thread) reasons.add('thread', `ticket ${thread.ticketId}`, thread.detail);
    else reasons.add('thread', 'none', 'it belongs to no ticket that can be told');
    const place = thread ? await this.placeIn(thread, judged, from, reasons) : null;
    if (place === 'ignored' || place === 'quarantined') return { kind: place };
    const spam = company.filtersSpam ? spamSign(mail) : null;
    if (spam !== null) reasons.add('spam', 'spam', spam);
    if (spam !== null && place?.isStranger) return { kind: 'quarantined', ticketId: place.ticketId };
    const isAutomatic = classified.kind !== 'person';
    const ticketId = place?.ticketId ?? null;
    const flood = await floodOf(this.db, { companyId: company.id, sender: from.sender.email, ticketId, isAutomatic });
    if (flood !== null) {
      reasons.add('flood', 'too much', flood);
      return { kind: 'quarantined', ticketId };
    }
    const plan = this.plan(judged, from, place ?? NEW_TICKET, spam !== null && !place, reasons);
    if (!plan) return { kind: 'quarantined', ticketId };
    if (plan.whole) reasons.add('quote', 'set apart', 'the message is shown without what it quotes');
    const kind = plan.ticketId === null ? 'new_ticket' : plan.as === 'agent' ? 'agent_reply' : 'reply';
    return { kind, ticketId, plan };
  }

  /** As what the mail may come to this ticket; null when it may not, and opens one of its own. */
  private async placeIn(
    thread: Thread,
    judged: JudgedMail,
    { known }: Sender,
    reasons: Reasons,
  ): Promise<Place | null | 'ignored' | 'quarantined'> {
    const { company, classified, authentication } = judged;
    const [ticket] = await this.db.query<{ id: number }>(REQUESTER, [company.id, thread.ticketId]);
    if (!ticket) return null;
    if (known && isStaff(known) && known.id !== ticket.id) return this.placeOfStaff(thread, judged, known, reasons);
    if (authentication.verdict === 'fail') {
      reasons.add('trust', 'denied', 'the domain of its sender denies it, so that it comes to no ticket of his');
      return null;
    }
    const isStranger = thread.proof === 'foreign_token';
    if (isStranger)
      reasons.add('trust', 'stranger', 'its sender has taken no part so far; he is added unconfirmed, and shown nothing');
    return { ticketId: thread.ticketId, as: classified.kind === 'auto_reply' ? 'machine' : 'customer', isStranger };
  }

  /** Staff answer customers, so that nobody may do it in their name: only with a mark of their own, in a mail that is proven to be theirs. */
  private async placeOfStaff(
    { ticketId, proof }: Thread,
    { company, classified, authentication }: JudgedMail,
    known: Known,
    reasons: Reasons,
  ): Promise<Place | null | 'ignored' | 'quarantined'> {
    if (classified.kind === 'auto_reply') {
      reasons.add('trust', 'not for customers', 'a machine answers in place of one of the staff');
      return 'ignored';
    }
    if (authentication.verdict !== 'pass' || proof !== 'own_token') {
      reasons.add(
        'trust',
        'not proven',
        'it claims to be by one of the staff, which needs a mark of his own and an authenticated mail',
      );
      return null;
    }
    if (known.role === 'collaborator') {
      reasons.add('trust', 'not allowed', 'collaborators do not write to customers');
      return 'quarantined';
    }
    try {
      await refuseUnlessVisible(this.db, mailActor(this.env, company, known), ticketId);
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      reasons.add('trust', 'not visible', 'the ticket is not for this agent to see');
      return null;
    }
    reasons.add('trust', 'agent', 'an authenticated mail of one of the staff');
    return { ticketId, as: 'agent', isStranger: false };
  }

  /** Null for what cannot be shown, however it is taken. */
  private plan(judged: JudgedMail, { sender, known }: Sender, place: Place, isSpam: boolean, reasons: Reasons): WritePlan | null {
    const { mail, company, fingerprint, classified, authentication } = judged;
    const contents = contentsOf(judged, place.ticketId !== null, reasons);
    if (!contents) return null;
    const { whole, content } = contents;
    const isShortened = content.text !== whole.text || content.html !== whole.html;
    return {
      ...{ action: 'write', company, mail, fingerprint, sender, known, isSpam, content, ...place },
      isProven: authentication.verdict === 'pass',
      isAutomatic: classified.kind !== 'person',
      cc: place.isStranger ? [] : this.participants(judged, sender),
      whole: isShortened ? whole : null,
    };
  }

  /** Everybody to whom the mail went beside the desk. */
  private participants({ mail, company }: JudgedMail, sender: Address): Address[] {
    const domain = `@${this.env.INBOUND_MAIL_DOMAIN.toLowerCase()}`;
    const others = new Map<string, Address>();
    for (const address of [...mail.to, ...mail.cc]) {
      const email = address.email.toLowerCase();
      const isDesk = company.ownAddresses.includes(email) || email.endsWith(domain);
      if (!isDesk && email !== sender.email.toLowerCase() && !others.has(email)) others.set(email, address);
    }
    return [...others.values()].slice(0, MAX_RECIPIENTS);
  }
}

// What mails hold may be made to break whoever reads it, and would do so each time.
function contentsOf(
  { mail, company }: JudgedMail,
  isAnswer: boolean,
  reasons: Reasons,
): { whole: PreparedContent; content: PreparedContent } | null {
  try {
    const whole = wholeContent(mail);
    return { whole, content: isAnswer ? answerContent(mail, whole, company.replyLine) : whole };
  } catch (error) {
    reasons.add('content', 'unreadable', error instanceof Error ? error.message : undefined);
    return null;
  }
}
