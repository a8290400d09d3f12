import type { Address } from '../../users/addresses.js';

/** A line of the head of a mail, unfolded. */
export interface MailHeader {
  /** In lower case. */
  name: string;
  value: string;
}

/** A file that came with a mail. */
export interface MailFile {
  filename: string;
  contentType: string;
  content: Buffer;
  /** By which the html shows it, without brackets. */
  cid: string | null;
}

/** A mail after everything about it that is only form. All texts can be stored. */
export interface Mail {
  /** Who says that he has written it; null when nobody does. */
  from: Address | null;
  /** Whether the mail names its writer once and clearly: else no proof holds, since others may read another name than we do. */
  hasOneFrom: boolean;
  replyTo: Address[];
  to: Address[];
  cc: Address[];
  subject: string | null;
  /** With brackets, as those below. */
  internetMessageId: string | null;
  inReplyTo: string[];
  references: string[];
  sentAt: Date | null;
  /** In their order, newest first. */
  headers: MailHeader[];
  contentType: { type: string; params: Record<string, string> };
  text: string | null;
  html: string | null;
  files: MailFile[];
  /** Parts that tell of the fate of a mail of ours, and what came along of it. */
  reports: string[];
}

/** The values of a header, in their order. */
export function headerValues({ headers }: Pick<Mail, 'headers'>, name: string): string[] {
  return headers.filter((header) => header.name === name).map(({ value }) => value);
}

/** The first value of a header in lower case; empty when there is none. */
export function headerWord(mail: Pick<Mail, 'headers'>, name: string): string {
  return (headerValues(mail, name)[0] ?? '').trim().toLowerCase();
}
