import { ApiProperty } from '@nestjs/swagger';
import type { Collection } from '../access/collection.js';
import { timeSql } from '../access/view.js';
import { RULE_FIELDS } from './matching.js';
import { STAMPED_ID, stampedIdSql } from './stamped-ids.js';

/** supportbee.md section 13. */
export class RuleView {
  @ApiProperty({ example: STAMPED_ID }) id!: string;
  @ApiProperty({ description: 'Empty when it does not matter, as the next three.', example: '@example.com' })
  requester_email!: string;
  @ApiProperty({ example: 'billing@' }) delivered_to!: string;
  @ApiProperty({ example: 'invoice' }) subject!: string;
  @ApiProperty({ example: '' }) body!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2013-04-30T05:16:03Z' }) created_at!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2013-04-30T05:16:03Z' }) updated_at!: string;
}

/** {@link RuleView} of the row `r` of filter_rules. */
export const ruleSql = (r: string): string => `json_build_object('id', ${stampedIdSql(r)},
  ${RULE_FIELDS.map((field) => `'${field}', ${r}.${field}`).join(', ')},
  'created_at', ${timeSql(`${r}.created_at`)}, 'updated_at', ${timeSql(`${r}.updated_at`)})`;

export const RULES: Collection = { noun: 'Rule', table: 'filter_rules', alias: 'r', view: ruleSql('r'), order: 'r.id' };
