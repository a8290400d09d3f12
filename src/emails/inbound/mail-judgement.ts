import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { MailTokens } from '../outbound/mail-tokens.js';
import { MailAuthentication, type Authentication } from './authenticate.js';
import { Bounces } from './bounces.js';
import { classify, type Classified } from './classify.js';
import { readReport } from './delivery-report.js';
import { fingerprintOf } from './fingerprint.js';
import type { InboundEnvelope, InboundOutcome, MailSummary } from './inbound.types.js';
import { headerValues, type Mail } from './mail.js';
import { findKnown, readCompany, type MailCompany } from './mail-company.js';
import { MailPlacing } from './mail-placing.js';
import { isLoopMark } from '../loop-mark.js';
import { parseMail } from './parse.js';
import type { MailDecision, MailPlan } from './plan.js';
import { Reasons } from './reasons.js';
import { writerOf } from './writer.js';
import { blockedBy } from './spam.js';

/** A mail with what is known of it before it is placed. */
export interface JudgedMail {
  mail: Mail;
  envelope: InboundEnvelope;
  company: MailCompany;
  classified: Classified;
  authentication: Authentication;
  fingerprint: Buffer;
}

const WRITTEN = `select m.ticket_id as "ticketId" from received_messages rm
  left join messages m on m.company_id = rm.company_id and m.id = rm.message_id
  where rm.company_id = $1 and rm.fingerprint = $2`;

/** Says what is to become of a mail, and changes nothing. */
@Injectable()
export class MailJudgement {
  constructor(
    private readonly db: Database,
    private readonly tokens: MailTokens,
    private readonly authentication: MailAuthentication,
    private readonly bounces: Bounces,
    private readonly placing: MailPlacing,
  ) {}

  /** Throws only what is no fault of the mail. */
  async judge(raw: Buffer, envelope: InboundEnvelope): Promise<MailDecision> {
    const reasons = new Reasons();
    const mail = await readMail(raw, reasons);
    if (!mail) return { kind: 'quarantined', ticketId: null, summary: null, steps: reasons.steps, plan: null };
    const outcome = await this.outcomeOf(raw, mail, envelope, reasons);
    return { ticketId: null, plan: null, ...outcome, summary: summaryOf(mail), steps: reasons.steps };
  }

  private async outcomeOf(raw: Buffer, mail: Mail, envelope: InboundEnvelope, reasons: Reasons): Promise<Outcome> {
    const company = await readCompany(this.db, envelope, mail);
    if (this.isOwn(mail, company, reasons)) return { kind: 'ignored' };
    const classified = classify(mail, envelope.mailFrom);
    reasons.add('kind of mail', classified.kind, classified.sign);
    if (classified.kind === 'bounce') return this.bounceOf(raw, mail, company, reasons);
    if (classified.kind === 'receipt') return { kind: 'ignored' };
    const writer = writerOf(mail, company.ownAddresses, reasons);
    if (writer === 'nobody') return { kind: 'quarantined' };
    if (writer === 'ourselves') return { kind: 'ignored' };
    const blocked = blockedBy([writer.sender.email, mail.from?.email ?? null, envelope.mailFrom], company.blockedSenders);
    if (blocked !== null) {
      reasons.add('block list', 'blocked', `the company takes no mail from ${blocked}`);
      return { kind: 'refused' };
    }
    const fingerprint = fingerprintOf(mail);
    const double = await this.doubleOf(company.id, fingerprint, reasons);
    if (double) return double;
    const authentication = await this.authenticate(raw, mail, envelope, { company, isNamed: writer.isNamed });
    reasons.add('authentication', authentication.verdict, authentication.detail);
    const known = await findKnown(this.db, company.id, writer.sender.email);
    const judged = { mail, envelope, company, classified, authentication, fingerprint };
    return this.placing.place(judged, { sender: writer.sender, known }, reasons);
  }

  /** True for a mail that the desk itself has sent for this company: whoever sent it back would get an answer to his answer. */
  private isOwn(mail: Mail, company: MailCompany, reasons: Reasons): boolean {
    const identity = mail.internetMessageId === null ? null : this.tokens.readMessageId(mail.internetMessageId);
    const hasMark = headerValues(mail, 'x-loop').some((value) => isLoopMark(value, company.id));
    const isLoop = identity?.companyId === company.id || hasMark;
    if (isLoop) reasons.add('loop', 'own mail', 'the desk has sent it itself');
    return isLoop;
  }

  private async bounceOf(raw: Buffer, mail: Mail, company: MailCompany, reasons: Reasons): Promise<Outcome> {
    const report = readReport(mail, raw);
    const delivery = await this.bounces.find(company.id, report);
    if (!delivery) {
      reasons.add('delivery report', 'unknown mail', 'it gives back no mail that the desk has sent');
      return { kind: 'bounce' };
    }
    const fate = !report.isFinal ? 'delayed' : report.isBadAddress ? 'address does not exist' : 'failed';
    reasons.add('delivery report', fate, `${delivery.recipient}: ${report.status ?? report.diagnostic ?? 'no reason given'}`);
    return { kind: 'bounce', ticketId: delivery.ticketId, plan: { action: 'bounce', company, report, delivery } };
  }

  private async doubleOf(companyId: number, fingerprint: Buffer, reasons: Reasons): Promise<Outcome | null> {
    const [written] = await this.db.query<{ ticketId: number | null }>(WRITTEN, [companyId, fingerprint]);
    if (!written) return null;
    reasons.add('duplicates', 'seen before', 'the same mail has come already');
    return { kind: 'duplicate', ticketId: written.ticketId };
  }

  private async authenticate(
    raw: Buffer,
    mail: Mail,
    envelope: InboundEnvelope,
    { company, isNamed }: { company: MailCompany; isNamed: boolean },
  ): Promise<Authentication> {
    if (!isNamed) return { verdict: 'none', detail: 'Somebody else has sent it in the name of its writer' };
    return this.authentication.check(raw, mail, envelope, company.authservIds);
  }
}

/** What is to become of a mail, without the reasons. */
export interface Outcome {
  kind: InboundOutcome;
  ticketId?: number | null;
  plan?: MailPlan;
}

async function readMail(raw: Buffer, reasons: Reasons): Promise<Mail | null> {
  try {
    const mail = await parseMail(raw);
    reasons.add('parse', 'readable', `${raw.length} bytes, ${mail.files.length} files`);
    return mail;
  } catch (error) {
    reasons.add('parse', 'unreadable', error instanceof Error ? error.message : undefined);
    return null;
  }
}

function summaryOf({ from, subject, internetMessageId, sentAt }: Mail): MailSummary {
  return { from: from?.email ?? null, fromName: from?.name ?? null, subject, internetMessageId, sentAt };
}
