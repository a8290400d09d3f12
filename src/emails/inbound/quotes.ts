import EmailReplyParser from 'email-reply-parser';
import { isAttribution } from './attributions.js';

/** Longer texts are not looked through: nobody has typed them. */
const LONGEST_TEXT = 200_000;

/** A separator that Outlook and others put above what they quote, with the head of the mail below. */
const SEPARATORS = [
  /^\s*-{2,}\s*(original message|original appointment|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|forwarded message|元のメッセージ)\s*-{2,}\s*$/im,
  /^\s*_{20,}\s*\r?\n\s*(from|von|de|da|van|差出人)\s*:/im,
  /^\s*(from|von|de|da|van|差出人)\s*[::].{1,300}\r?\n\s*(sent|date|gesendet|envoyé|enviado|inviato|verzonden|送信日時|日時)\s*[::]/im,
];

const PARSER = new EmailReplyParser();

/** The line above which answers stand; a reader may have put signs of quoting before it. */
function beforeReplyLine(text: string, replyLine: string): string {
  if (replyLine === '') return text;
  const at = text.indexOf(replyLine);
  if (at < 0) return text;
  return text.slice(0, text.lastIndexOf('\n', at) + 1);
}

/** What of a text its writer has added; the whole text when that is nothing, or when he has written below or between what he quotes. */
export function withoutQuote(text: string, replyLine: string): string {
  if (text.length > LONGEST_TEXT) return text;
  const above = beforeReplyLine(text, replyLine);
  const begins = SEPARATORS.map((separator) => above.search(separator)).filter((at) => at >= 0);
  const cut = begins.length > 0 ? above.slice(0, Math.min(...begins)) : above;
  const added = trimAttribution(visibleIn(cut));
  return added === '' ? text : added;
}

// Signatures stay: they say who writes, and now and then it is no signature at all.
function visibleIn(text: string): string {
  const fragments = PARSER.read(text.replace(/\r\n?/g, '\n')).getFragments();
  let end = fragments.length;
  while (end > 0) {
    const fragment = fragments[end - 1];
    if (fragment === undefined || (!fragment.isQuoted() && fragment.getContent().trim() !== '')) break;
    end--;
  }
  return fragments
    .slice(0, end)
    .map((fragment) => fragment.getContent())
    .join('\n')
    .trimEnd();
}

/** Without the line at the end that says who wrote what was quoted. */
function trimAttribution(text: string): string {
  const lines = text.trimEnd().split('\n');
  for (const count of [1, 2, 3]) {
    const last = lines.slice(-count).join(' ').trim();
    if (lines.length >= count && isAttribution(last)) return lines.slice(0, -count).join('\n').trimEnd();
  }
  return text.trimEnd();
}
