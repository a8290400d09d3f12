import type { PreparedContent } from '../../platform/html/content.js';
import type { Address } from '../../users/addresses.js';
import type { DeliveryReport } from './delivery-report.js';
import type { Decision } from './inbound.types.js';
import type { Mail } from './mail.js';
import type { Known, MailCompany } from './mail-company.js';

/** What a message of a ticket is to be made of. */
export interface WritePlan {
  action: 'write';
  company: MailCompany;
  mail: Mail;
  fingerprint: Buffer;
  sender: Address;
  /** The person of the sender's address, if there is one already. */
  known: Known | null;
  /** Whether it is certain who has written it. */
  isProven: boolean;
  /** The ticket that it answers; null opens one. */
  ticketId: number | null;
  as: 'agent' | 'customer' | 'machine';
  isAutomatic: boolean;
  isStranger: boolean;
  isSpam: boolean;
  cc: Address[];
  content: PreparedContent;
  /** Everything, where the content is without what was quoted. */
  whole: PreparedContent | null;
}

/** What a delivery report does. */
export interface BouncePlan {
  action: 'bounce';
  company: MailCompany;
  report: DeliveryReport;
  delivery: { id: number; ticketId: number | null; recipient: string };
}

export type MailPlan = WritePlan | BouncePlan;

export type MailDecision = Decision<MailPlan>;
