import { ApiProperty } from '@nestjs/swagger';
import { AttachmentView, attachmentsOfSql } from '../attachments/attachment.view.js';
import { TextContentDto } from '../platform/html/content.js';
import { IdListField } from '../platform/http/fields.js';

export class ContentDto extends TextContentDto {
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
