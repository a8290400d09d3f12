import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Expose, Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { absentIfBlank } from '../../platform/http/coerce.js';
import { EmailField, IdField, IntegerField, TextField, WordField } from '../../platform/http/fields.js';
import { InputPipe } from '../../platform/http/input.js';
import { PRIORITIES, type Priority } from '../../tickets/tickets.service.js';
import {
  PHP_FIELD_VALUE_SCHEMA,
  PhpCategoryView,
  type PhpFieldValueView,
  PhpFieldView,
  PhpReplyView,
  PhpTicketView,
  PhpWholeTicketView,
} from './php-tickets.view.js';

const MAX_TEXT = 1_000_000;
export const MOST_ROWS = 1000;

const EMAIL = {
  description: 'Whose tickets are meant; compared without case.',
  example: 'user@example.com',
  required: true,
} as const;

interface Given {
  query: Record<string, unknown>;
  body: Record<string, unknown>;
}

/** What stands in the query and in the body together, as the scripts read it. */
const input = createParamDecorator((_: unknown, context: ExecutionContext): unknown => {
  const { query, body } = context.switchToHttp().getRequest<Given>();
  return { ...query, ...body };
});
export const ScriptInput = (): ParameterDecorator => input(InputPipe);

// Read as it was sent: its names are the ids of fields. PHP writes an empty list for an object with nothing in it.
function readCustomFields(source: Record<string, unknown>): unknown {
  const given = parsed(absentIfBlank(source['custom_fields']));
  if (Array.isArray(given) && given.length === 0) return {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const asText = (value: unknown) => (value === null ? '' : isScalar(value) ? String(value) : value);
  return Object.fromEntries(Object.entries(given).map(([id, value]) => [id, asText(value)]));
}

function parsed(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given) as unknown;
  } catch {
    return given;
  }
}

const isScalar = (value: unknown) => typeof value === 'number' || typeof value === 'boolean';

function isTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string' && !text.includes('\0') && !/\p{Surrogate}/u.test(text));
}

function CustomFieldsField(): PropertyDecorator {
  return applyDecorators(
    Expose(),
    Transform(({ obj }: { obj: Record<string, unknown> }) => readCustomFields(obj)),
    ApiProperty({
      description:
        'Values by the ids of custom fields, as an object, as its JSON text, or as `custom_fields[1]=…` in a form; those marked as required must be in it, unknown ids are ignored.',
      type: 'object',
      additionalProperties: { type: 'string' },
      selfRequired: false,
      example: { 1: 'Value' },
    }),
    IsOptional(),
    ValidateBy({ name: 'isTexts', validator: { validate: isTexts, defaultMessage: () => 'must be a JSON object' } }),
  );
}

export class PhpCreateTicketDto {
  @TextField({ description: 'The subject.', example: 'Test Ticket', maxLength: 998, required: true })
  subject!: string;

  @TextField({
    description: 'The text, which becomes the first of the replies.',
    example: 'Hello',
    maxLength: MAX_TEXT,
    required: true,
  })
  message!: string;

  @EmailField({ description: 'Who asks; a stranger is made a customer.', example: 'user@example.com', required: true })
  user_email!: string;

  @TextField({ description: 'The name of a stranger; known people keep theirs.', example: 'Test User', maxLength: 200 })
  name?: string;

  @TextField({ description: 'Where he works.', example: 'Test Company' })
  company?: string;

  @WordField({ description: 'Default: `medium`.', example: 'medium', words: PRIORITIES })
  priority?: Priority;

  @IntegerField({ description: 'A category; 0 means none.', example: 1, min: 0 })
  category_id?: number;

  @CustomFieldsField()
  custom_fields?: Record<string, string>;
}

class PhpSliceDto {
  @IntegerField({ description: 'At most so many rows.', example: 100, min: 1, max: MOST_ROWS })
  limit?: number;

  @IntegerField({ description: 'So many rows are left out.', example: 0, min: 0 })
  offset?: number;
}

export class PhpListTicketsDto extends PhpSliceDto {
  @TextField(EMAIL)
  user_email!: string;
}

export class PhpViewTicketDto extends PhpSliceDto {
  @IdField({ description: 'The ticket.', example: 123, required: true })
  ticket_id!: number;

  @TextField(EMAIL)
  user_email!: string;
}

export class PhpReplyDto {
  @IdField({ description: 'The ticket.', example: 123, required: true })
  ticket_id!: number;

  @TextField(EMAIL)
  user_email!: string;

  @TextField({ description: 'What the customer says.', example: 'This is a reply', maxLength: MAX_TEXT, required: true })
  message!: string;
}

const Success = (): PropertyDecorator => ApiProperty({ type: Boolean, enum: [true], example: true });

export class PhpCreatedAnswer {
  @Success() success!: boolean;
  @ApiProperty({ example: 123 }) ticket_id!: number;
}

export class PhpTicketsAnswer {
  @Success() success!: boolean;
  @ApiProperty({ type: [PhpTicketView] }) tickets!: PhpTicketView[];
}

export class PhpTicketAnswer {
  @Success() success!: boolean;
  @ApiProperty() ticket!: PhpWholeTicketView;
  @ApiProperty({ type: [PhpReplyView] }) replies!: PhpReplyView[];
  @ApiProperty({
    type: 'object',
    description: 'All that are defined, by their ids.',
    additionalProperties: PHP_FIELD_VALUE_SCHEMA,
    example: { 1: { name: 'Order Number', type: 'text', required: true, value: '12345' } },
  })
  custom_fields!: Record<string, PhpFieldValueView>;
}

export class PhpRepliedAnswer {
  @Success() success!: boolean;
  @ApiProperty({ example: 1 }) reply_id!: number;
}

export class PhpCategoriesAnswer {
  @Success() success!: boolean;
  @ApiProperty({ type: [PhpCategoryView] }) categories!: PhpCategoryView[];
}

export class PhpCustomFieldsAnswer {
  @Success() success!: boolean;
  @ApiProperty({ type: [PhpFieldView] }) fields!: PhpFieldView[];
}

export class PhpFailureView {
  @ApiProperty({ type: Boolean, enum: [false], example: false }) success!: boolean;
  @ApiProperty({ example: 'Missing required custom fields' }) error!: string;
  @ApiProperty({
    type: 'object',
    description: 'By the ids of custom fields.',
    additionalProperties: { type: 'string' },
    selfRequired: false,
    example: { 1: 'This field is required.' },
  })
  custom_field_errors?: Record<string, string>;
}

const FAILURES: Record<number, string> = {
  400: 'Something is missing or breaks a rule; nothing was changed.',
  401: 'No token, or a wrong one.',
  403: 'The token may not do this.',
  404: 'There is no such ticket, or it belongs to another address.',
  405: 'The script does not know the method.',
  409: 'The state of the ticket does not allow this.',
  413: 'The body is too large.',
  422: 'The `Idempotency-Key` was used for another request.',
  429: 'Too many requests; see `Retry-After`.',
};

/** Documents what a script answers: failures go out with 200 too, unless the desk is set to be strict. */
export function ApiScriptAnswer(type: new () => object): MethodDecorator {
  const schema = { oneOf: [{ $ref: getSchemaPath(type) }, { $ref: getSchemaPath(PhpFailureView) }] };
  return applyDecorators(
    ApiExtraModels(type, PhpFailureView),
    ApiResponse({ status: 200, schema, description: 'Done; or not, when `success` is false.' }),
    ...Object.entries(FAILURES).map(([status, description]) =>
      ApiResponse({
        status: Number(status),
        type: PhpFailureView,
        description: `With \`PHP_API_STRICT_STATUS\`: ${description}`,
      }),
    ),
  );
}
