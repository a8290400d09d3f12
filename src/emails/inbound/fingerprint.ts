import { createHash } from 'node:crypto';
import type { Mail } from './mail.js';

/**
 * The same for the same mail, whichever ways it has come: what servers write on top of it has no part in it. A Message-ID alone would not do:
 * whoever knows that of another's mail could send one of his own before it comes, and the true one would be taken for the double.
 */
export function fingerprintOf(mail: Mail): Buffer {
  const hash = createHash('sha256');
  const { from, subject, internetMessageId, sentAt, text, html } = mail;
  const head = [internetMessageId, from?.email.toLowerCase() ?? null, sentAt?.getTime() ?? null, subject];
  hash.update(JSON.stringify([...head, lines(text), lines(html)]));
  for (const { content } of mail.files) hash.update(createHash('sha256').update(content).digest());
  return hash.digest();
}

// Servers end lines in their own way, and some add or drop blanks at the end.
function lines(text: string | null): string | null {
  return text?.replace(/[ \t]*\r?\n/g, '\n').trim() ?? null;
}
