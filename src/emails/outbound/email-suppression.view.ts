import { ApiProperty } from '@nestjs/swagger';
import type { Collection } from '../../access/collection.js';
import { timeSql } from '../../access/view.js';

/** An address to which the company sends no mail. */
export class EmailSuppressionView {
  @ApiProperty({ example: 3 }) id!: number;
  @ApiProperty({ description: 'In lower case.', example: 'gone@example.com' }) email!: string;
  @ApiProperty({ enum: ['bounced', 'complained', 'manual'], example: 'manual' }) reason!: string;
  @ApiProperty({ type: String, nullable: true, example: 'Asked us by phone.' }) note!: string | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-18T15:17:33Z' }) created_at!: string;
}

/** {@link EmailSuppressionView}s. */
export const EMAIL_SUPPRESSIONS: Collection = {
  noun: 'EmailSuppression',
  table: 'email_suppressions',
  alias: 's',
  view: `json_build_object('id', s.id, 'email', s.address, 'reason', s.reason, 'note', s.note, 'created_at', ${timeSql('s.created_at')})`,
  order: 's.id',
};
