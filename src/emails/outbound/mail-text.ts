import { cleanHtml, htmlOfText } from '../../platform/html/sanitize.js';
import type { SpokenMessage } from './mail-facts.js';
import { merge, mergeHtml, type MergeValues } from './merge-fields.js';
import type { Template } from './default-templates.js';

/** Both forms of what a mail says. */
export interface MailText {
  text: string;
  html: string;
}

/** What is put together into a mail, from above to below. */
export interface MailSections {
  /** Answers stand above this line; empty for none. */
  replyLine: string;
  template: Template;
  values: MergeValues;
  /** What somebody has written, if anybody has. */
  said: MailText | null;
  /** Files that could not come along. */
  missing: readonly { filename: string; url: string }[];
  quoted: SpokenMessage[];
}

const LONGEST_QUOTE = 20_000;

/** The text and the html of a mail. */
export function writeText({ replyLine, template, values, said, missing, quoted }: MailSections): MailText {
  const own = (part: string): MailText | null =>
    part === '' ? null : { text: merge(part, values), html: `<p>${mergeHtml(part, values)}</p>` };
  const sections = [
    replyLine === '' ? null : { text: replyLine, html: `<p style="color: #888888">${htmlOfText(replyLine)}</p>` },
    own(template.header),
    said ?? own(template.body),
    ...missing.map(fileLine),
    own(template.footer),
    ...quoted.map(quote),
  ].filter((section) => section !== null);
  return {
    text: `${sections.map(({ text }) => text.trimEnd()).join('\n\n')}\n`,
    html: sections.map(({ html }) => `<div>${html}</div>`).join('\n'),
  };
}

/** The html of a message, clean under the rules of today. */
export function htmlOf({ html, htmlIsStale, text }: SpokenMessage): string {
  if (html === null) return htmlOfText(text);
  return htmlIsStale ? cleanHtml(html) : html;
}

function fileLine({ filename, url }: { filename: string; url: string }): MailText {
  return { text: `${filename}: ${url}`, html: `${htmlOfText(filename)}: <a href="${htmlOfText(url)}">${htmlOfText(url)}</a>` };
}

// As text also in the html: an old message must not bring its pictures along, nor the style of its own quotes.
function quote({ author, createdAt, text }: SpokenMessage): MailText {
  const head = `${author.name ?? author.email ?? 'Somebody'}, ${new Date(createdAt).toUTCString()}:`;
  const said = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)} …` : text;
  const lines = said.trimEnd().split(/\r\n|\r|\n/);
  return {
    text: `${head}\n${lines.map((line) => `> ${line}`).join('\n')}`,
    html: `${htmlOfText(head)}<blockquote type="cite" style="margin: 0 0 0 0.8em; padding: 0 0 0 0.8em; border-left: 1px solid #cccccc">${htmlOfText(lines.join('\n'))}</blockquote>`,
  };
}
