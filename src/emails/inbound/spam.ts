import { headerWord, type Mail } from './mail.js';

/** How filters before the desk say that a mail is spam. They can only harm the mail, so that whoever forges them harms himself. */
const SIGNS: [header: string, spam: RegExp][] = [
  ['x-spam-flag', /^yes\b/],
  ['x-spam-status', /^yes\b/],
  ['x-spam', /^(yes|true|spam)\b/],
  ['x-spam-action', /^(reject|add header|rewrite subject|soft reject|discard|quarantine)\b/],
  ['x-rspamd-action', /^(reject|add header|rewrite subject|soft reject|discard|quarantine)\b/],
  ['x-barracuda-spam-flag', /^yes\b/],
  ['x-bogosity', /^(spam|yes)\b/],
  ['x-dspam-result', /^spam\b/],
  ['x-forefront-antispam-report', /\bsfv:(spm|skb)\b/],
  ['x-ms-exchange-organization-scl', /^[5-9]$/],
  ['x-gm-spam', /^1$/],
  ['x-proofpoint-spam-details', /\brule=\w*spam\b/],
  ['x-ovh-spam-status', /^(?!ok\b).+/],
  ['x-cm-spam', /^1$/],
];

/** The header by which the mail is spam; null when none says so. */
export function spamSign(mail: Mail): string | null {
  for (const [header, spam] of SIGNS) {
    const word = headerWord(mail, header);
    if (word !== '' && spam.test(word)) return `${header}: ${word.slice(0, 60)}`;
  }
  return null;
}

/** The entry of a company's list that meets a sender: his address, or `@` and his domain or one above it; null for none. */
export function blockedBy(senders: (string | null)[], blocked: string[]): string | null {
  const list = new Set(blocked.map((entry) => entry.toLowerCase()));
  for (const sender of senders) {
    const email = sender?.toLowerCase() ?? '';
    const labels = email.slice(email.lastIndexOf('@') + 1).split('.');
    const candidates = [email, ...labels.map((_label, index) => `@${labels.slice(index).join('.')}`)];
    const met = candidates.find((candidate) => candidate !== '' && candidate !== '@' && list.has(candidate));
    if (met !== undefined) return met;
  }
  return null;
}
