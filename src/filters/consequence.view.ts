import { ApiProperty } from '@nestjs/swagger';
import type { Collection } from '../access/collection.js';
import { timeSql } from '../access/view.js';
import { assignableSql } from '../tickets/assignments.js';
import { STAMPED_ID, stampedIdSql } from './stamped-ids.js';

const BREAKABLE = ['label', 'assign_user', 'assign_team'] as const;

/** supportbee.md section 13. */
export class ConsequenceView {
  @ApiProperty({ example: STAMPED_ID }) id!: string;
  @ApiProperty({ example: true }) archive!: boolean;
  @ApiProperty({ example: false }) spam!: boolean;
  @ApiProperty({ example: false }) trash!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'The name that the label has now, or had.', example: 'important' })
  label!: string | null;
  @ApiProperty({ type: Number, nullable: true, example: 22102 }) assign_user!: number | null;
  @ApiProperty({ type: Number, nullable: true, example: null }) assign_team!: number | null;
  @ApiProperty({
    enum: BREAKABLE,
    isArray: true,
    description:
      'What can no longer be done, because the label or team was deleted or the person is no agent any more; filters leave it out.',
    example: [],
  })
  broken!: string[];
  @ApiProperty({ type: String, format: 'date-time', example: '2013-04-30T05:16:03Z' }) created_at!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2013-04-30T05:16:03Z' }) updated_at!: string;
}

// The name that the label has now; null when it is gone or when there never was one.
const labelNameSql = (c: string) => `(select l.name from labels l where l.company_id = ${c}.company_id and l.id = ${c}.label_id)`;

const hasUser = (c: string) =>
  `exists (select 1 from users u where u.company_id = ${c}.company_id and u.id = ${c}.user_id and ${assignableSql('u')})`;

const hasTeam = (c: string) =>
  `exists (select 1 from teams t where t.company_id = ${c}.company_id and t.id = ${c}.team_id and t.deleted_at is null)`;

const brokenSql = (c: string) => `to_json(array_remove(array[
  case when ${c}.label_name is not null and ${c}.label_id is null then 'label' end,
  case when ${c}.assigns = 'user' and not ${hasUser(c)} then 'assign_user' end,
  case when ${c}.assigns = 'team' and not ${hasTeam(c)} then 'assign_team' end], null))`;

/** {@link ConsequenceView} of the row `c` of filter_consequences. */
export const consequenceSql = (c: string): string => `json_build_object('id', ${stampedIdSql(c)},
  'archive', ${c}.archive, 'spam', ${c}.spam, 'trash', ${c}.trash, 'label', coalesce(${labelNameSql(c)}, ${c}.label_name),
  'assign_user', ${c}.user_id, 'assign_team', ${c}.team_id, 'broken', ${brokenSql(c)},
  'created_at', ${timeSql(`${c}.created_at`)}, 'updated_at', ${timeSql(`${c}.updated_at`)})`;

export const CONSEQUENCES: Collection = {
  noun: 'Consequence',
  table: 'filter_consequences',
  alias: 'c',
  view: consequenceSql('c'),
  order: 'c.id',
};
