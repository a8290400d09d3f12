import { ApiProperty } from '@nestjs/swagger';
import type { Collection } from '../access/collection.js';
import { timeSql } from '../access/view.js';
import { ConsequenceView, consequenceSql } from './consequence.view.js';
import { RuleView, ruleSql } from './rule.view.js';
import { STAMPED_ID, stampedIdSql } from './stamped-ids.js';

/** supportbee.md section 13 and A22. */
export class FilterView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: STAMPED_ID }) rule_id!: string;
  @ApiProperty({ example: STAMPED_ID }) consequence_id!: string;
  @ApiProperty({ description: 'For people; may be empty.', example: 'Invoices to accounting' }) name!: string;
  @ApiProperty({ description: 'When it is its turn, from 1.', example: 1 }) position!: number;
  @ApiProperty({ example: true }) enabled!: boolean;
  @ApiProperty() rule!: RuleView;
  @ApiProperty() consequence!: ConsequenceView;
  @ApiProperty({ type: String, format: 'date-time', example: '2013-04-30T05:16:03Z' }) created_at!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2013-04-30T05:16:03Z' }) updated_at!: string;
}

/** {@link FilterView} of the row `f` of filters. */
export const filterSql = (f: string): string => `(
  select json_build_object('id', ${f}.id, 'rule_id', ${stampedIdSql('fr')}, 'consequence_id', ${stampedIdSql('fc')},
    'name', ${f}.name, 'position', ${f}.position, 'enabled', ${f}.enabled, 'rule', ${ruleSql('fr')}, 'consequence', ${consequenceSql('fc')},
    'created_at', ${timeSql(`${f}.created_at`)}, 'updated_at', ${timeSql(`${f}.updated_at`)})
  from filter_rules fr, filter_consequences fc
  where fr.company_id = ${f}.company_id and fr.id = ${f}.rule_id and fc.company_id = ${f}.company_id and fc.id = ${f}.consequence_id)`;

export const FILTERS: Collection = {
  noun: 'Filter',
  table: 'filters',
  alias: 'f',
  view: filterSql('f'),
  order: 'f.position',
};
