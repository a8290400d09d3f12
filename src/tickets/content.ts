import { ApiProperty } from '@nestjs/swagger';
import { AttachmentView, attachmentsOfSql } from '../attachments/attachment.view.js';
import { cleanHtml, HTML_POLICY, htmlOfText, summaryOf, textOfHtml } from '../platform/html/sanitize.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { IdListField, TextField } from '../platform/http/fields.js';

const MAX_TEXT = 1_000_000;

export class ContentDto {
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

  @IdListField({ description: 'Files that the same token has uploaded with POST /attachments.', example: [], maxItems: 100 })
  attachment_ids?: number[];
}

export class ContentView {
  @ApiProperty({ example: 'Hi, my printer is on fire.' }) text!: string;
  @ApiProperty({ example: 'Hi, my printer is on fire.' }) html!: string;
  @ApiProperty({ type: [AttachmentView] }) attachments!: AttachmentView[];
}

export class TicketContentView extends ContentView {
  @ApiProperty({ description: 'Texts are never cut.', example: false }) truncated!: boolean;
}

export class MessageContentView extends ContentView {
  @ApiProperty({ description: 'The same as `text`, for clients of the reply list.', example: 'Hi, my printer is on fire.' })
  body!: string;
}

/** The content of the opening `m`. */
export const ticketContentSql = (m: string): string =>
  `json_build_object('text', ${m}.text, 'html', coalesce(${m}.html, ''), 'truncated', false, 'attachments', ${attachmentsOfSql(m)})`;

/** The content of the reply or note `m` (supportbee.md A8). */
export const messageContentSql = (m: string): string =>
  `json_build_object('text', ${m}.text, 'body', ${m}.text, 'html', coalesce(${m}.html, ''), 'attachments', ${attachmentsOfSql(m)})`;

/** True when the html of `m` was cleaned under older rules, or by nobody. */
export const staleHtmlSql = (m: string): string => `(${m}.html is not null and ${m}.html_policy is distinct from ${HTML_POLICY})`;

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

/** Cleans every `content.html` in a presented object that the statement marked as stale. */
export function refreshHtml(json: string, isStale: boolean): string {
  if (!isStale) return json;
  return JSON.stringify(JSON.parse(json), (key, value: unknown) =>
    key === 'html' && typeof value === 'string' ? cleanHtml(value) : value,
  );
}
