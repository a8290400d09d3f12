import { ApiProperty } from '@nestjs/swagger';
import { BooleanField, IdField, TextField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { ConsequenceView } from './consequence.view.js';

/** At least one of the fields is needed. */
export class ConsequenceDto {
  @BooleanField({ description: 'True puts the ticket into the archive.', example: true })
  archive?: boolean;

  @BooleanField({ description: 'True marks it as spam.', example: true })
  spam?: boolean;

  @BooleanField({ description: 'True puts it into the trash.', example: true })
  trash?: boolean;

  @TextField({ description: 'The name of the label that it gets; there must be one.', example: 'important', trim: true })
  label?: string;

  @IdField({ description: 'The admin or agent who gets it; not together with `assign_team`.', example: 22102 })
  assign_user?: number;

  @IdField({ description: 'The team that gets it; not together with `assign_user`.', example: 1 })
  assign_team?: number;
}

export class ConsequenceAnswer {
  @ApiProperty() consequence!: ConsequenceView;
}

export class ConsequencesAnswer extends PagedAnswer {
  @ApiProperty({ type: [ConsequenceView] }) consequences!: ConsequenceView[];
}
