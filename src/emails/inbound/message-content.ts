import { prepareContent, type PreparedContent } from '../../platform/html/content.js';
import { cleanHtml, textOfHtml } from '../../platform/html/sanitize.js';
import type { Mail } from './mail.js';
import { htmlWithoutQuote } from './quoted-html.js';
import { withoutQuote } from './quotes.js';

const LONGEST_HTML = 500_000;

/** What a mail says, all of it. */
export function wholeContent({ text, html }: Mail): PreparedContent {
  if (html === null) return prepareContent({ text: (text ?? '').trimEnd() });
  const clean = cleanHtml(html.slice(0, LONGEST_HTML));
  return prepareContent({ text: text?.trimEnd() ?? readableText(clean), html: clean });
}

/** What its writer has added to what he quotes; the whole where that cannot be told. */
export function answerContent(mail: Mail, whole: PreparedContent, replyLine: string): PreparedContent {
  const added = mail.html === null ? null : htmlWithoutQuote(mail.html, replyLine);
  const html = added === null ? null : cleanHtml(added);
  const text = withoutQuote(mail.text ?? readableText(html ?? whole.html), replyLine);
  if (mail.html === null) return prepareContent({ text });
  return prepareContent({ text, html: html ?? whole.html });
}

const IMAGE = /(<img\b[^>]*?\ssrc=")cid:([^"]*)(")/g;

/** Clean html that shows the files of its message where it names parts of the mail. */
export function showFiles(html: string, urls: ReadonlyMap<string, string>): string {
  return html.replace(IMAGE, (whole, before: string, cid: string, after: string) => {
    const url = urls.get(decoded(cid));
    return url === undefined ? whole : `${before}${url}${after}`;
  });
}

function decoded(cid: string): string {
  const plain = cid.replaceAll('&amp;', '&');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

function readableText(clean: string): string {
  return textOfHtml(clean).trim();
}
