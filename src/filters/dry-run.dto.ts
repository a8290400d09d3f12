import { ApiProperty } from '@nestjs/swagger';
import { IdField, ObjectField, TextField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { RULE_FIELDS } from './matching.js';
import { RuleDto } from './rules.dto.js';
import { STAMPED_ID } from './stamped-ids.js';

/** Exactly one of the three is needed. */
export class DryRunDto {
  @ObjectField(() => RuleDto, { description: 'A rule that need not be there yet.' })
  rule?: RuleDto;

  @TextField({ description: 'A rule that is there.', example: STAMPED_ID, trim: true })
  rule_id?: string;

  @IdField({ description: 'A filter, whose rule is meant; it need not be enabled.', example: 1 })
  filter_id?: number;
}

export class MatchReasonView {
  @ApiProperty({ description: 'The field of the rule.', enum: RULE_FIELDS, example: 'subject' }) field!: string;
  @ApiProperty({ description: 'What the rule looks for.', example: 'invoice' }) needle!: string;
  @ApiProperty({ description: 'Where it was found first, with what stands around it.', example: 'Your Invoice 17' })
  found!: string;
}

export class MatchedTicketView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 'Your Invoice 17' }) subject!: string;
  @ApiProperty({ type: String, nullable: true, example: 'jane@example.com' }) requester_email!: string | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2012-01-18T15:17:33Z' }) created_at!: string;
}

export class MatchView {
  @ApiProperty() ticket!: MatchedTicketView;
  @ApiProperty({ type: [MatchReasonView], description: 'One for each field that the rule looks at.' })
  reasons!: MatchReasonView[];
}

export class DryRunAnswer extends PagedAnswer {
  @ApiProperty({ description: 'How many tickets were looked at, the newest first.', example: 10000 }) looked_at!: number;
  @ApiProperty({ description: 'There are older tickets, at which nobody has looked.', example: false }) has_older!: boolean;
  @ApiProperty({ type: [MatchView], description: 'Newest first.' }) matches!: MatchView[];
}
