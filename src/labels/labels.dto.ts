import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { DEFAULT_COLOR } from './label.entity.js';
import { LabelView } from './label.view.js';

const NAME = {
  description: 'Unique without case and without a comma; `unanswered` is reserved.',
  example: 'important',
  trim: true,
} as const;

class LabelLookDto {
  @TextField({ description: `As \`#rrggbb\`. A new label is \`${DEFAULT_COLOR}\` unless told otherwise.`, example: '#ff0000' })
  color?: string;
}

export class CreateLabelDto extends LabelLookDto {
  @TextField({ ...NAME, required: true })
  name!: string;
}

export class UpdateLabelDto extends LabelLookDto {
  @TextField(NAME)
  name?: string;
}

export class LabelAnswer {
  @ApiProperty() label!: LabelView;
}

export class LabelsAnswer extends PagedAnswer {
  @ApiProperty({ type: [LabelView] }) labels!: LabelView[];
}
