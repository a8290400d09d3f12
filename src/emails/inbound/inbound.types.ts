import type { EntityManager } from 'typeorm';

/** What a door knows about a mail, apart from the mail itself. */
export interface InboundEnvelope {
  /** Whose mail it is: the company of the address to which it was delivered. */
  companyId: number;
  /** The address of the desk that it came to; null when only the company is known. */
  forwardingAddressId: number | null;
  /** The envelope sender; '' for the empty one of automatic mail, null where the door has not been told. */
  mailFrom: string | null;
  /** The envelope recipients of this company, with the tokens of reply addresses: `<hash>+<token>@<domain>`. */
  rcptTo: string[];
  door: 'smtp' | 'imap' | 'api';
  /** Who has handed it over by SMTP; null elsewhere. */
  remoteAddress: string | null;
  receivedAt: Date;
}

/** One thing that was looked at, and what came of it; shown to admins in order. */
export interface Step {
  step: string;
  verdict: string;
  detail?: string;
}

/** What becomes of a mail. */
export const INBOUND_OUTCOMES = [
  'new_ticket',
  'reply',
  'agent_reply',
  'ignored',
  'duplicate',
  'bounce',
  'quarantined',
  'refused',
] as const;
export type InboundOutcome = (typeof INBOUND_OUTCOMES)[number];

/** What lists of mails show of one that could be read. */
export interface MailSummary {
  from: string | null;
  fromName: string | null;
  subject: string | null;
  /** With its brackets. */
  internetMessageId: string | null;
  sentAt: Date | null;
}

/**
 * What is to become of a mail, and why. Made by reading only: a dry run shows exactly `kind`, `ticketId` and `steps` of it.
 * `plan` is the pipeline's own; it lives in memory only, since all of it is in the raw source.
 */
export interface Decision<Plan = unknown> {
  kind: InboundOutcome;
  /** The ticket that it belongs to, where there is one already. */
  ticketId: number | null;
  summary: MailSummary | null;
  steps: Step[];
  plan: Plan | null;
}

/** What has become of a mail. It may differ from the decision when somebody else was faster: then it is a duplicate. */
export interface Applied {
  kind: InboundOutcome;
  ticketId: number | null;
  messageId: number | null;
  steps: Step[];
}

/** Writes down in the same transaction what has become of a mail. */
export type Finish = (em: EntityManager, applied: Applied) => Promise<void>;

/**
 * The one way of a mail from a door to a ticket.
 *
 * - `decide` opens no transaction, since it asks the DNS; it never throws over what the mail says, which is then `quarantined`. What it throws is
 *   trouble of our own (database, disk), and the mail should be tried again.
 * - `apply` puts the files aside, then does everything in one transaction of its own in which it calls `finish` last, also when there was nothing to do.
 */
export interface Pipeline {
  decide(raw: Buffer, envelope: InboundEnvelope): Promise<Decision>;
  apply(decision: Decision, envelope: InboundEnvelope, finish: Finish): Promise<Applied>;
}
