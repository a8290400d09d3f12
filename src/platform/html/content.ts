import { Invalid } from '../errors/app-errors.js';
import { TextField } from '../http/fields.js';
import { cleanHtml, HTML_POLICY, htmlOfText, summaryOf, textOfHtml } from './sanitize.js';

const MAX_TEXT = 1_000_000;

/** What somebody has written, as text or html or both. */
export class TextContentDto {
  @TextField({
    description: 'The text; made from `html` when only that is given.',
    example: 'Hi, my printer is on fire.',
    maxLength: MAX_TEXT,
    aliases: ['body'],
  })
  text?: string;

  @TextField({
    description: 'The html; made from `text` when only that is given. Anything that could run or load a document is removed.',
    example: '<p>Hi, my printer is on fire.</p>',
    maxLength: MAX_TEXT,
    aliases: ['body_html'],
  })
  html?: string;
}

/** What is stored of a content. */
export interface PreparedContent {
  text: string;
  html: string;
  htmlPolicy: number;
  summary: string;
}

/** Cleans the html, fills in the half that was not given, and draws the summary. Throws `Invalid` when both are missing. */
export function prepareContent({ text, html }: { text?: string; html?: string }): PreparedContent {
  if (text === undefined && html === undefined) throw Invalid.field('content', "can't be blank: text or html is needed");
  const clean = html === undefined ? htmlOfText(text ?? '') : cleanHtml(html);
  const plain = text ?? textOfHtml(clean);
  return { text: plain, html: clean, htmlPolicy: HTML_POLICY, summary: summaryOf(plain) };
}

/** True when the html of the row `m` was cleaned under older rules, or by nobody. */
export const staleHtmlSql = (m: string): string => `(${m}.html is not null and ${m}.html_policy is distinct from ${HTML_POLICY})`;

/** Cleans every `html` in a presented object that the statement marked as stale. */
export function refreshHtml(json: string, isStale: boolean): string {
  if (!isStale) return json;
  return JSON.stringify(JSON.parse(json), (key, value: unknown) =>
    key === 'html' && typeof value === 'string' ? cleanHtml(value) : value,
  );
}
