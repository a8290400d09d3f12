import { ApiProperty } from '@nestjs/swagger';
import { BooleanField, IntegerField, TextField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { FilterView } from './filter.view.js';
import { STAMPED_ID } from './stamped-ids.js';

const RULE_ID = { description: 'The rule that says which tickets are meant.', example: STAMPED_ID, trim: true } as const;
const CONSEQUENCE_ID = { description: 'What happens to them.', example: STAMPED_ID, trim: true } as const;

class FilterLookDto {
  @TextField({ description: 'For people; null takes it away.', example: 'Invoices to accounting', trim: true, nullable: true })
  name?: string | null;

  @IntegerField({
    description: 'When it is its turn: 1 is first, and those behind move up. A new one comes last unless told otherwise.',
    example: 1,
    min: 1,
    max: 1_000_000,
  })
  position?: number;

  @BooleanField({ description: 'False lets it rest. A new one works unless told otherwise.', example: true })
  enabled?: boolean;
}

export class CreateFilterDto extends FilterLookDto {
  @TextField({ ...RULE_ID, required: true })
  rule_id!: string;

  @TextField({ ...CONSEQUENCE_ID, required: true })
  consequence_id!: string;
}

export class UpdateFilterDto extends FilterLookDto {
  @TextField(RULE_ID)
  rule_id?: string;

  @TextField(CONSEQUENCE_ID)
  consequence_id?: string;
}

export class FilterAnswer {
  @ApiProperty() filter!: FilterView;
}

export class FiltersAnswer extends PagedAnswer {
  @ApiProperty({ type: [FilterView] }) filters!: FilterView[];
}
