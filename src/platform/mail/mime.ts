import MailComposer from 'nodemailer/lib/mail-composer';

/** An address as it stands in a header. */
export interface MailAddress {
  address: string;
  name: string | null;
}

/** A file inside a mail; with a `cid` it is a picture that the html shows. */
export interface MailPart {
  filename: string;
  contentType: string;
  content: Buffer;
  cid?: string;
}

/** Everything that a mail says. Whom it goes to is told by its envelope alone. */
export interface MailContent {
  from: MailAddress;
  to: MailAddress[];
  cc: MailAddress[];
  replyTo: MailAddress | null;
  subject: string;
  /** With its angle brackets, like those of `references`. */
  messageId: string;
  /** Oldest first; the last one is what this mail answers. */
  references: string[];
  date: Date;
  headers: Record<string, string>;
  text: string;
  html: string | null;
  parts: MailPart[];
}

/** What must not be sent, whoever asks for it and how often. */
export class UnsendableMail extends Error {}

const LONGEST_LINE = 255;
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]+/gu;
const CONTROL = /\p{Cc}/u;
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,75}$/;
const MESSAGE_ID = /^<[^\s<>@\p{Cc}]{1,200}@[^\s<>@\p{Cc}]{1,253}>$/u;
const LOCAL_PART = /^(?:[^\s<>()",:;\\[\]@\p{Cc}]{1,64}|"[^"\\\p{Cc}]{1,62}")$/u;
const DOMAIN = /^[^\s<>()",:;\\[\]@\p{Cc}]{1,253}$/u;

/** True for an address that can be written to without ending the line, or the command, in which it stands. */
export function isMailAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  return at > 0 && LOCAL_PART.test(address.slice(0, at)) && DOMAIN.test(address.slice(at + 1));
}

export function isMessageId(text: string): boolean {
  return MESSAGE_ID.test(text);
}

/** What somebody has written, as a header can hold it: on one line, and not endless. */
export function oneLine(text: string): string {
  return Array.from(text.replace(UNPRINTABLE, ' ').trim()).slice(0, LONGEST_LINE).join('');
}

/** The bytes of a mail. Texts are folded into one line where they stand in headers; throws `UnsendableMail` for addresses, ids and headers that cannot be. */
export async function writeMime(mail: MailContent): Promise<Buffer> {
  refuseUnsafe(mail);
  const composer = new MailComposer({
    from: headerAddress(mail.from),
    to: mail.to.map(headerAddress),
    cc: mail.cc.map(headerAddress),
    ...(mail.replyTo && { replyTo: headerAddress(mail.replyTo) }),
    subject: oneLine(mail.subject),
    messageId: mail.messageId,
    ...(mail.references.length > 0 && { inReplyTo: mail.references.at(-1), references: mail.references }),
    date: mail.date,
    headers: mail.headers,
    text: mail.text,
    ...(mail.html !== null && { html: mail.html }),
    attachments: mail.parts.map(attachmentOf),
    newline: 'win',
    // Contents are given; nothing that stands in a mail may make the desk read files or fetch addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function refuseUnsafe({ from, to, cc, replyTo, messageId, references, headers }: MailContent): void {
  const stray = [from, ...to, ...cc, ...(replyTo ? [replyTo] : [])].find(({ address }) => !isMailAddress(address));
  if (stray) throw new UnsendableMail('an address of the mail cannot stand in a header');
  if (![messageId, ...references].every(isMessageId)) throw new UnsendableMail('an id of the mail cannot stand in a header');
  for (const [name, value] of Object.entries(headers))
    if (!HEADER_NAME.test(name) || CONTROL.test(value)) throw new UnsendableMail(`the header ${oneLine(name)} cannot be written`);
}

function headerAddress({ address, name }: MailAddress): { address: string; name: string } {
  return { address, name: oneLine(name ?? '') };
}

function attachmentOf({ filename, contentType, content, cid }: MailPart) {
  if (CONTROL.test(contentType)) throw new UnsendableMail('the type of a file cannot stand in a header');
  return { filename: oneLine(filename), contentType, content, ...(cid !== undefined && { cid }) };
}
