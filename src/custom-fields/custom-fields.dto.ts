import { ApiProperty } from '@nestjs/swagger';
import { BooleanField, IntegerField, TextField, TextListField, WordField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { FIELD_TYPES, type FieldType } from './custom-field.entity.js';
import { CustomFieldView } from './custom-field.view.js';

const NAME = { description: 'Unique without case.', example: 'Size', trim: true } as const;
const LAST_POSITION = 1_000_000;
const MOST_VALUES = 1000;

class CustomFieldRulesDto {
  @WordField({
    description: 'What is asked for; a new field is `text` unless told otherwise.',
    example: 'select',
    words: FIELD_TYPES,
  })
  type?: FieldType;

  @BooleanField({ description: 'Whether a ticket cannot be opened without it over the PHP scripts.', example: true })
  required?: boolean;

  @TextListField({
    description: 'For `select` only, which needs at least one: what may be chosen, in this order.',
    example: ['Small', 'Large'],
    maxItems: MOST_VALUES,
  })
  possible_values?: string[];

  @IntegerField({
    description: 'Its place among the others, the lowest first; a new one comes last unless told otherwise.',
    example: 1,
    min: 0,
    max: LAST_POSITION,
  })
  position?: number;
}

export class CreateCustomFieldDto extends CustomFieldRulesDto {
  @TextField({ ...NAME, required: true })
  name!: string;
}

export class UpdateCustomFieldDto extends CustomFieldRulesDto {
  @TextField(NAME)
  name?: string;
}

export class CustomFieldAnswer {
  @ApiProperty() custom_field!: CustomFieldView;
}

export class CustomFieldsAnswer extends PagedAnswer {
  @ApiProperty({ type: [CustomFieldView] }) custom_fields!: CustomFieldView[];
}
