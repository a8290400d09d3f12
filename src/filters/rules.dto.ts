import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { RuleView } from './rule.view.js';

/** At least one of the fields is needed; those that are left out or empty do not matter. */
export class RuleDto {
  @TextField({ description: 'Part of the address of the requester.', example: '@example.com', trim: true })
  requester_email?: string;

  @TextField({
    description: 'Part of the address that the ticket came to: of the forwarding address, else of the desk.',
    example: 'billing@',
    trim: true,
  })
  delivered_to?: string;

  @TextField({ description: 'Part of the subject.', example: 'invoice', maxLength: 998 })
  subject?: string;

  @TextField({ description: 'Part of the text with which the ticket opens.', example: 'overdue', maxLength: 1000 })
  body?: string;
}

export class RuleAnswer {
  @ApiProperty() rule!: RuleView;
}

export class RulesAnswer extends PagedAnswer {
  @ApiProperty({ type: [RuleView] }) rules!: RuleView[];
}
