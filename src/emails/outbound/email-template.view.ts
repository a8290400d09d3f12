import { ApiProperty } from '@nestjs/swagger';
import { timeSql } from '../../access/view.js';
import { TEMPLATE_KINDS } from './mail-kinds.js';

const TEXT = { type: String, nullable: true } as const;

/** How mails of a kind look; what is null is as the desk has it. */
export class EmailTemplateView {
  @ApiProperty({ enum: TEMPLATE_KINDS, example: 'reply' }) kind!: string;
  @ApiProperty({ ...TEXT, example: '[{{company.name}} #{{ticket.id}}] {{ticket.subject}}' }) subject!: string | null;
  @ApiProperty({ ...TEXT, description: 'Stands above what was written.', example: 'Dear {{recipient.name}},' })
  header!: string | null;
  @ApiProperty({ ...TEXT, description: 'What mails say that nobody has written.', example: null }) body!: string | null;
  @ApiProperty({ ...TEXT, description: 'Stands below what was written.', example: 'Yours, {{agent.name}}' }) footer!:
    string | null;
  @ApiProperty({
    ...{ type: String, format: 'date-time', nullable: true, example: '2026-01-18T15:17:33Z' },
    description: 'When it was set last; null where nothing was.',
  })
  updated_at!: string | null;
}

/** {@link EmailTemplateView} of a kind and its row of email_templates, which may not be there. */
export const emailTemplateSql = (
  kind: string,
  et: string,
): string => `json_build_object('kind', ${kind}, 'subject', ${et}.subject,
  'header', ${et}.header, 'body', ${et}.body, 'footer', ${et}.footer, 'updated_at', ${timeSql(`${et}.updated_at`)})`;
