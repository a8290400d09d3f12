import { headerValues, type Mail } from './mail.js';

/** What a server says that became of a mail. */
export interface DeliveryReport {
  /** For good, or only so far. */
  isFinal: boolean;
  /** Whether it is the address that is wrong, and not the mail or the moment. */
  isBadAddress: boolean;
  status: string | null;
  diagnostic: string | null;
  /** Message-IDs of ours that stand anywhere in the report. */
  ids: string[];
}

const FIELD = /^([A-Za-z-]+)\s*:\s*(.*(?:\r?\n[ \t]+.*)*)/gm;
const OWN_IDS = /<pd\.[0-9a-z.]{10,80}@[^<>@\s]{1,253}>/gi;
const MOST_IDS = 20;
const ENHANCED_STATUS = /\b([245]\.\d{1,3}\.\d{1,3})\b/;
/** Bad mailbox, bad system, mailbox or system that is closed or moved (RFC 3463 sections 3.2 and 3.3). */
const BAD_ADDRESS = /^5\.(1\.(1|2|3|6|10)|2\.1)$/;
const BAD_ADDRESS_WORDS =
  /user unknown|no such (user|recipient|mailbox)|unknown user|mailbox (not found|unavailable)|does not exist/i;
const LONGEST_DIAGNOSTIC = 500;

/** Reads a delivery report, be it one by RFC 3464 or a letter. */
export function readReport(mail: Mail, raw: Buffer): DeliveryReport {
  const fields = fieldsOf(mail.reports.join('\n\n'));
  const words = mail.text ?? '';
  const diagnostic = fields.get('diagnostic-code') ?? null;
  const status = fields.get('status')?.match(ENHANCED_STATUS)?.[1] ?? words.match(ENHANCED_STATUS)?.[1] ?? null;
  const action = fields.get('action')?.toLowerCase() ?? null;
  const isFinal = action === null ? !status?.startsWith('4') && !/delay|will (re)?try/i.test(words) : action === 'failed';
  const isBadAddress = status === null ? BAD_ADDRESS_WORDS.test(diagnostic ?? words) : BAD_ADDRESS.test(status);
  return {
    isFinal: isFinal && !status?.startsWith('4'),
    isBadAddress: isFinal && isBadAddress,
    status,
    diagnostic: (diagnostic ?? headerValues(mail, 'subject')[0] ?? null)?.slice(0, LONGEST_DIAGNOSTIC) ?? null,
    ids: ownIdsIn(raw),
  };
}

/** The first value of each field. A report for one recipient is all that mails of ours get, since each has one. */
function fieldsOf(report: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of report.matchAll(FIELD)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, value.replace(/\r?\n[ \t]+/g, ' ').trim());
  }
  return found;
}

// In the source, since servers give back a mail in many ways.
function ownIdsIn(raw: Buffer): string[] {
  const text = raw.toString('latin1').replace(/=\r?\n/g, '');
  const plain = text.replaceAll('=3D', '=');
  return [...new Set(plain.match(OWN_IDS) ?? [])].slice(0, MOST_IDS);
}
