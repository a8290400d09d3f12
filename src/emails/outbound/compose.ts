import type { Envelope } from '../../platform/mail/mailer.js';
import { htmlOfText } from '../../platform/html/sanitize.js';
import { isMessageId, type MailAddress, type MailContent } from '../../platform/mail/mime.js';
import { LOOP_HEADER, loopMark } from '../loop-mark.js';
import { DEFAULT_TEMPLATES, type Template } from './default-templates.js';
import { embedImages, type MessageFile } from './inline-images.js';
import type { MailFacts, Party } from './mail-facts.js';
import type { WrittenEmail } from './direct-mail.service.js';
import { isAutomatic, isEndable, type MailKind } from './mail-kinds.js';
import { htmlOf, writeText, type MailText } from './mail-text.js';
import { merge, mergeHtml, type MergeValues } from './merge-fields.js';

/** What a mail is, beside what is known about it. */
export interface MailPlace {
  kind: MailKind;
  messageId: string;
  /** Stands behind the plus sign of the address to which answers go; null where none are expected. */
  replyToken: string | null;
  baseUrl: string;
  domain: string;
  /** Where one click ends mails of this kind; null where that cannot be. */
  unsubscribeUrl: string | null;
}

/** A mail that lacks the bytes of its files. */
export interface ComposedMail {
  envelope: Envelope;
  content: MailContent;
  /** The files to come along, with the `cid` of those that the html shows. */
  files: { file: MessageFile; cid: string | undefined }[];
}

/** Together; base64 makes a third more of them. */
const MOST_FILE_BYTES = 20 * 1024 * 1024;
const MOST_REFERENCES = 100;

/** Kinds that carry the message itself. */
const CARRIES_MESSAGE = new Set<MailKind>(['reply', 'ticket_copy', 'customer_reply', 'mention']);

const WEB_HOOK_REASONS: Record<string, string> = {
  gone: 'its receiver has answered that it is gone for good (410)',
  failing: 'every attempt has failed for days',
};

/** Writes a mail. The same facts always make the same mail. */
export function composeMail(facts: MailFacts, place: MailPlace): ComposedMail {
  const { kind, domain, replyToken } = place;
  const template = templateOf(kind, facts);
  const values = mergeValues(facts, place);
  const carried = CARRIES_MESSAGE.has(kind) ? facts.message : null;
  const images = carried ? embedImages(htmlOf(carried), facts.files, { baseUrl: place.baseUrl, cidDomain: domain }) : null;
  const { files, missing } = sortFiles(carried ? facts.files : [], place.baseUrl);
  const email = writtenIn(facts.event);
  const written = email ? writtenText(email, values) : noticeIn(facts.event, template.body, values);
  const said = images && carried ? { text: carried.text, html: images.html } : written;
  const { text, html } = writeText({
    replyLine: replyToken === null ? '' : facts.company.replyLine,
    template,
    values,
    said,
    missing: email?.files ?? missing,
    quoted: facts.quoted,
  });
  const replyTo = replyToken !== null && facts.address ? `${facts.address.hash}+${replyToken}@${domain}` : null;
  const from = fromOf(facts, place);
  return {
    // Bounces of what a person has written come back to where the answers go; those of a machine's mail go nowhere.
    envelope: { from: isAutomatic(kind) ? '' : (replyTo ?? from.address), to: facts.recipient.email ?? '' },
    content: {
      from,
      ...headerRecipients(kind, facts),
      replyTo: replyTo === null ? null : { address: replyTo, name: from.name },
      subject: merge(email?.subject ?? template.subject, values),
      messageId: place.messageId,
      // What others call their mails may be no id at all.
      references: shortened(facts.references.filter(isMessageId)),
      date: new Date(facts.createdAt),
      headers: { [LOOP_HEADER]: loopMark(facts.company.id, domain), ...headersOf(kind, place) },
      text,
      html,
      parts: images?.parts ?? [],
    },
    files: files.map((file) => ({ file, cid: images?.cids.get(file.id) })),
  };
}

// Above what an assignment is told with stands what somebody has to say of it.
function noticeIn({ type, data }: MailFacts['event'], body: string, values: MergeValues): MailText | null {
  const { notice } = data;
  if (!type.startsWith('ticket.assigned_to_') || typeof notice !== 'string' || notice.trim() === '') return null;
  return {
    text: `${notice.trimEnd()}\n\n${merge(body, values)}`,
    html: `<p>${htmlOfText(notice)}</p><p>${mergeHtml(body, values)}</p>`,
  };
}

// Fields are for whoever has written the whole mail; a message to a person stays as it is.
function writtenText({ kind, message }: WrittenEmail, values: MergeValues): MailText {
  return kind === 'custom'
    ? { text: merge(message, values), html: mergeHtml(message, values) }
    : { text: message, html: htmlOfText(message) };
}

function templateOf(kind: MailKind, { templates, event }: MailFacts): Template {
  if (event.type === 'automation.ran') return automationTemplate(event.data);
  const whole = { ...DEFAULT_TEMPLATES[kind] };
  for (const name of ['subject', 'header', 'body', 'footer'] as const)
    whole[name] = templates.map((template) => template[name] ?? null).find((text) => text !== null) ?? whole[name];
  return whole;
}

// What fields bring in was merged when it ran, and is not looked at again.
function automationTemplate({ run }: Record<string, unknown>): Template {
  const { subject, message } = run as { subject: string; message: string };
  return { subject, header: '', body: message, footer: '' };
}

function mergeValues({ ticket, recipient, message, company, event }: MailFacts, { baseUrl }: MailPlace): MergeValues {
  if (event.type === 'automation.ran') return {};
  const email = writtenIn(event);
  return {
    'company.name': company.name,
    'recipient.name': nameOf(recipient),
    ...(event.type === 'web_hook.disabled' && webHookValues(event.data)),
    ...(message && { 'agent.name': nameOf(message.author) }),
    ...(email && { 'agent.name': nameOf(email.sender) }),
    ...(ticket && {
      'ticket.id': String(ticket.id),
      'ticket.subject': ticket.subject.replace(/^(\s*re\s*:)+\s*/i, ''),
      'ticket.url': `${baseUrl}/tickets/${ticket.id}`,
      'requester.name': nameOf(ticket.requester),
      'requester.email': ticket.requester.email ?? '',
    }),
  };
}

function webHookValues({ web_hook: webHook, reason }: Record<string, unknown>): MergeValues {
  const { url } = webHook as { url: string };
  return { 'web_hook.url': url, 'web_hook.reason': WEB_HOOK_REASONS[String(reason)] ?? 'somebody has done it' };
}

function nameOf({ name, email }: Party): string {
  return name ?? email ?? '';
}

/** What an admin has written, when the mail is his. */
function writtenIn({ type, data }: MailFacts['event']): WrittenEmail | null {
  return type === 'email.written' ? (data['email'] as WrittenEmail) : null;
}

function fromOf({ address, company, message, event }: MailFacts, { kind, domain }: MailPlace): MailAddress {
  const email = writtenIn(event);
  const suffix = email === null || email.sender_suffix === '' ? '' : ` ${email.sender_suffix.trim()}`;
  if (!address) return { address: `noreply@${domain}`, name: `${company.name}${suffix}` };
  const writer = email?.kind === 'direct' ? email.sender.name : kind === 'reply' ? (message?.author.name ?? null) : null;
  const name = (address.useAgentName ? writer : null) ?? (address.name || company.name);
  return { address: address.email, name: `${name}${suffix}` };
}

/** Each copy of a message shows for whom it was; whoever gets it in secret stands nowhere. */
function headerRecipients(kind: MailKind, { ticket, cc, recipient }: MailFacts): Pick<MailContent, 'to' | 'cc'> {
  if ((kind !== 'reply' && kind !== 'ticket_copy') || !ticket) return { to: [headerParty(recipient)], cc: [] };
  const to = ticket.requester.email === null ? [] : [headerParty(ticket.requester)];
  return { to, cc: cc.filter(({ id }) => id !== ticket.requester.id).map(headerParty) };
}

function headerParty({ email, name }: Party): MailAddress {
  return { address: email ?? '', name };
}

function headersOf(kind: MailKind, { unsubscribeUrl }: MailPlace): Record<string, string> {
  if (!isAutomatic(kind)) return {};
  const isAnswer = kind === 'receipt' || kind === 'auto_response';
  return {
    'Auto-Submitted': isAnswer ? 'auto-replied' : 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    Precedence: 'bulk',
    ...(isEndable(kind) &&
      unsubscribeUrl !== null && {
        'List-Unsubscribe': `<${unsubscribeUrl}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
  };
}

/** The first one and the newest: readers find the thread by either. */
function shortened(references: string[]): string[] {
  if (references.length <= MOST_REFERENCES) return references;
  return [...references.slice(0, 1), ...references.slice(1 - MOST_REFERENCES)];
}

/** What is too much for one mail, or lies elsewhere, is told by its address. */
function sortFiles(all: MessageFile[], baseUrl: string): { files: MessageFile[]; missing: { filename: string; url: string }[] } {
  let left = MOST_FILE_BYTES;
  const files: MessageFile[] = [];
  const missing: { filename: string; url: string }[] = [];
  for (const file of all) {
    if (file.storageKey !== null && file.byteSize <= left) {
      files.push(file);
      left -= file.byteSize;
    } else missing.push({ filename: file.filename, url: file.externalUrl ?? `${baseUrl}/attachments/${file.id}` });
  }
  return { files, missing };
}
