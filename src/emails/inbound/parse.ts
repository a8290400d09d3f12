import { simpleParser, type AddressObject, type Attachment, type ParsedMail } from 'mailparser';
import { oneLine } from '../../platform/mail/mime.js';
import { isAddress, type Address } from '../../users/addresses.js';
import { nameless } from './file-names.js';
import type { Mail, MailFile, MailHeader } from './mail.js';
import { asText, storable, storableStart } from './storable.js';
import { readTnef } from './tnef.js';

/** What does not fit into a message of the desk stays in the raw source. */
const LONGEST_TEXT = 500_000;
const MOST_IDS = 100;
const MOST_FILES = 100;
const MOST_ADDRESSES = 200;
const MOST_HEADERS = 500;

const MESSAGE_IDS = /<[^<>\s]{1,400}>/g;

const OPTIONS = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, keepDeliveryStatus: true };

/** The parts of a delivery report: its fields, and what has come back. */
const REPORT_TYPES = /^(message\/(global-)?(delivery-status|disposition-notification|headers)|text\/rfc822-headers)$/;
const TNEF_TYPES = /^application\/(vnd\.ms-tnef|ms-tnef)$/;

/** Reads a mail, however it is written. Throws only when it is none at all. */
export async function parseMail(raw: Buffer): Promise<Mail> {
  const parsed = await simpleParser(raw, OPTIONS);
  const headers = headersOf(parsed);
  if (headers.length === 0) throw new Error('it has no head');
  const froms = addressesOf(parsed.from);
  const { files, text, html } = contentsOf(parsed);
  return {
    from: froms[0] ?? null,
    hasOneFrom: froms.length === 1 && headers.filter(({ name }) => name === 'from').length === 1,
    replyTo: addressesOf(parsed.replyTo),
    to: addressesOf(parsed.to),
    cc: addressesOf(parsed.cc),
    subject: parsed.subject === undefined ? null : storable(oneLine(parsed.subject)),
    internetMessageId: idsIn(headers, 'message-id')[0] ?? null,
    inReplyTo: idsIn(headers, 'in-reply-to'),
    references: idsIn(headers, 'references'),
    sentAt: parsed.date && Number.isFinite(parsed.date.getTime()) ? parsed.date : null,
    headers,
    contentType: contentTypeOf(parsed),
    text: text === null ? null : storableStart(text, LONGEST_TEXT),
    html: html === null ? null : storableStart(html, LONGEST_TEXT),
    files,
    reports: parsed.attachments.filter(isReport).map(({ content }) => asText(content)),
  };
}

function contentsOf(parsed: ParsedMail): { files: MailFile[]; text: string | null; html: string | null } {
  const own = { text: parsed.text?.trim() ? parsed.text : null, html: parsed.html ? parsed.html : null };
  const files: MailFile[] = [];
  for (const attachment of parsed.attachments.filter((file) => !isReport(file)).slice(0, MOST_FILES)) {
    const inner = isTnef(attachment) ? readTnef(attachment.content) : null;
    if (!inner) {
      files.push(fileOf(attachment));
      continue;
    }
    files.push(...inner.files);
    if (own.text === null && own.html === null) Object.assign(own, { text: inner.text, html: inner.html });
  }
  return { files: files.slice(0, MOST_FILES), ...own };
}

function isReport({ contentType }: Attachment): boolean {
  return REPORT_TYPES.test(contentType);
}

function isTnef({ contentType, filename }: Attachment): boolean {
  return TNEF_TYPES.test(contentType) || filename?.toLowerCase() === 'winmail.dat';
}

function fileOf({ filename, contentType, content, cid }: Attachment): MailFile {
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType.toLowerCase() : 'application/octet-stream';
  return {
    filename: storable(filename ?? nameless(type)),
    contentType: type,
    content,
    cid: cid?.replace(/^<|>$/g, '') ?? null,
  };
}

function headersOf({ headerLines }: ParsedMail): MailHeader[] {
  return headerLines.slice(0, MOST_HEADERS).map(({ key, line }) => ({
    name: key.toLowerCase(),
    value: storable(line.slice(line.indexOf(':') + 1))
      .replace(/\r?\n(?=[ \t])/g, '')
      .trim(),
  }));
}

/** Addresses that can be written to, each once; whatever else stands there is left out. */
function addressesOf(field: AddressObject | AddressObject[] | undefined): Address[] {
  const entries = [field ?? []].flat().flatMap(({ value }) => value.flatMap((entry) => entry.group ?? [entry]));
  const found = new Map<string, Address>();
  for (const { address = '', name } of entries.slice(0, MOST_ADDRESSES))
    if (isAddress(address) && !found.has(address.toLowerCase()))
      found.set(address.toLowerCase(), { email: address, name: storable(oneLine(name)) || null });
  return [...found.values()];
}

function idsIn(headers: MailHeader[], name: string): string[] {
  const values = headers.filter((header) => header.name === name).map(({ value }) => value);
  const ids = values.flatMap((value) => value.match(MESSAGE_IDS) ?? []);
  // The first one opened the conversation, the last ones are what is answered.
  return ids.length <= MOST_IDS ? ids : [...ids.slice(0, 1), ...ids.slice(1 - MOST_IDS)];
}

function contentTypeOf({ headers }: ParsedMail): Mail['contentType'] {
  const header = headers.get('content-type');
  if (typeof header !== 'object' || !('value' in header) || !('params' in header)) return { type: 'text/plain', params: {} };
  return { type: header.value.toLowerCase(), params: header.params };
}
