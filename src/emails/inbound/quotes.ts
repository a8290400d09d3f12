import EmailReplyParser from 'email-reply-parser';
import { attributionLines } from './attributions.js';

/** Longer texts are not looked through: nobody has typed them. */
const LONGEST_TEXT = 200_000;
/** What the library can read of whatever somebody has made up, since its patterns take the square of it. */
const LONGEST_FOR_LIBRARY = 8000;

/** A separator that Outlook and others put above what they quote, with the head of the mail below. */
const SEPARATORS = [
  /^[ \t]*-{2,20}[ \t]*(original message|original appointment|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|forwarded message|元のメッセージ)[ \t]*-{2,20}[ \t]*$/im,
  /^[ \t]*_{20,80}[ \t]*\n[ \t]*(from|von|de|da|van|差出人)[ \t]*:/im,
  /^[ \t]*(from|von|de|da|van|差出人)[ \t]*[:：].{1,300}\n[ \t]*(sent|date|gesendet|envoyé|enviado|inviato|verzonden|送信日時|日時)[ \t]*[:：]/im,
];

const PARSER = new EmailReplyParser();

/** What of a text its writer has added; the whole text when that is nothing, or when he has written below or between what he quotes. */
export function withoutQuote(text: string, replyLine: string): string {
  if (text.length > LONGEST_TEXT) return text;
  const above = beforeReplyLine(text.replace(/\r\n?/g, '\n'), replyLine);
  const begins = SEPARATORS.map((separator) => above.search(separator)).filter((at) => at >= 0);
  const cut = begins.length > 0 ? above.slice(0, Math.min(...begins)) : above;
  const added = trimAttribution(trimQuoted(cut));
  const seen = added.length > LONGEST_FOR_LIBRARY ? added : trimAttribution(visibleIn(added));
  return seen.trim() === '' ? text : seen;
}

/** Above the line under which the desk writes; a reader may have put signs of quoting before it. */
function beforeReplyLine(text: string, replyLine: string): string {
  if (replyLine === '') return text;
  const at = text.indexOf(replyLine);
  if (at < 0) return text;
  return text.slice(0, text.lastIndexOf('\n', at) + 1);
}

/** Without the marked lines at the end. */
function trimQuoted(text: string): string {
  const lines = text.split('\n');
  while (/^[ \t]*(>|$)/.test(lines.at(-1) ?? 'none')) lines.pop();
  return lines.join('\n');
}

// The library knows more languages. Signatures stay: they say who writes, and now and then it is no signature at all.
function visibleIn(text: string): string {
  const fragments = PARSER.read(text).getFragments();
  const last = fragments.findLastIndex((fragment) => !fragment.isQuoted() && fragment.getContent().trim() !== '');
  const hidden = fragments[last + 1];
  if (!hidden) return text;
  const at = text.lastIndexOf(hidden.getContent().trim());
  return at < 0 ? text : text.slice(0, at).trimEnd();
}

/** Without the line at the end that says who wrote what was quoted; it may be broken into three. */
function trimAttribution(text: string): string {
  const lines = text.trimEnd().split('\n');
  const count = attributionLines(lines);
  return lines
    .slice(0, lines.length - count)
    .join('\n')
    .trimEnd();
}
