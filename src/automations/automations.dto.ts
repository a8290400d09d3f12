import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Expose, Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { absentIfBlank } from '../platform/http/coerce.js';
import { BooleanField, IdField, LenientIntegerField, ObjectField, TextField, WordField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { AutomationView } from './automation.view.js';
import { CONDITION_TYPES } from './conditions.js';
import { AUTOMATION_KINDS, MOST_LETTERS_OF_MESSAGE, type AutomationKind } from './given-automations.js';
import { AutomationRunView } from './run.view.js';

// Read as it was sent; what it must be is said where it is kept, for all who keep it.
const structureField = (name: string, schema: ApiPropertyOptions): PropertyDecorator =>
  applyDecorators(
    Expose(),
    Transform(({ obj }: { obj: Record<string, unknown> }) => absentIfBlank(obj[name])),
    ApiProperty({ ...schema, required: false } as ApiPropertyOptions),
    IsOptional(),
    ValidateBy({
      name: 'isStructure',
      validator: { validate: (value) => typeof value === 'object', defaultMessage: () => 'must be a list or an object' },
    }),
  );

const address = (description: string): PropertyDecorator =>
  TextField({ description, example: 'https://example.com/image.jpg', maxLength: 2000, trim: true, nullable: true });
const color = (): PropertyDecorator =>
  TextField({ description: 'Of designs.', example: 'rgb(0, 235, 26)', maxLength: 50, nullable: true });

export class AutomationContentDto {
  @TextField({
    description:
      'What is said. Messages and mails know the merge fields {{recipient.name}}, {{recipient.email}} and {{company.name}}, also as ' +
      '{user_name} and {user_email}.',
    example: 'Hello {{recipient.name}}, all printers are half price today.',
    maxLength: MOST_LETTERS_OF_MESSAGE,
    nullable: true,
  })
  message?: string | null;

  @TextField({ description: 'Of emails.', example: 'Half price', maxLength: 500, trim: true, nullable: true })
  subject?: string | null;

  @TextField({ description: 'Of popups and designs.', example: 'Half price', maxLength: 500, nullable: true })
  title?: string | null;

  @address('Of popups: the picture beside the text.')
  profile_image?: string | null;

  @color()
  color_1?: string | null;

  @color()
  color_2?: string | null;

  @color()
  color_3?: string | null;

  @address('Of designs: the picture behind the head.')
  background?: string | null;

  @address('Of designs: the picture of the brand.')
  brand?: string | null;

  @address('Of designs: the picture of the button.')
  icon?: string | null;
}

export class UpdateAutomationDto {
  @TextField({ description: 'For people.', example: 'Half price', trim: true })
  name?: string;

  @BooleanField({ description: 'False lets it rest. A new one works unless told otherwise.', example: true })
  enabled?: boolean;

  @structureField('conditions', {
    type: 'array',
    items: { type: 'array', items: { type: 'string' } },
    description: `All must hold. Each is a list: one of ${CONDITION_TYPES.join(', ')}, how it is looked at, and for what.`,
    example: [['user_type', 'is-user']],
  })
  conditions?: unknown;

  @ObjectField(() => AutomationContentDto, {
    description: 'What is said or shown; what is not given stays, and null takes it away.',
  })
  content?: AutomationContentDto;

  @structureField('translations', {
    type: 'object',
    additionalProperties: {},
    description: 'By language what is said otherwise there; they replace all that there were.',
    example: { es: { message: 'Hola {{recipient.name}}' } },
  })
  translations?: object;
}

export class CreateAutomationDto extends UpdateAutomationDto {
  @WordField({
    description:
      'What it does: `messages` are said by the bot, `emails` and `sms` are sent; `popups` and `design` are shown by whoever shows the page.',
    example: 'emails',
    words: AUTOMATION_KINDS,
    required: true,
  })
  kind!: AutomationKind;
}

export class AutomationAnswer {
  @ApiProperty() automation!: AutomationView;
}

export class AutomationsAnswer extends PagedAnswer {
  @ApiProperty({ type: [AutomationView] }) automations!: AutomationView[];
}

const MOST_RUNS = 100;
export const RUNS_PER_PAGE = 50;

export class ListRunsQuery {
  @IdField({ description: 'Only those for this person.', example: 1 })
  user_id?: number;

  @LenientIntegerField({
    description: `How many on a page, at most ${MOST_RUNS}; larger is cut. Default ${RUNS_PER_PAGE}.`,
    example: 50,
    min: 1,
    max: MOST_RUNS,
  })
  per_page?: number;

  @TextField({ description: 'The `next_cursor` of the last answer: goes on right behind it.', example: '17', maxLength: 40 })
  cursor?: string;
}

export class AutomationRunsAnswer {
  @ApiProperty({ description: 'Whether there are older ones.', example: false }) has_more!: boolean;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` to go on; null on the last page.',
    example: null,
  })
  next_cursor!: string | null;
  @ApiProperty({ type: [AutomationRunView] }) runs!: AutomationRunView[];
}
