import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Expose, Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { absentIfBlank } from '../platform/http/coerce.js';
import { BooleanField, IdListField, TextField, TextListField, WordField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { FORMAT_NAMES, SPELLINGS, WebHookView, WebHookWithSecretView } from './web-hook.view.js';
import { MOST_PATTERNS } from './web-hooks.service.js';

const MAX_URL = 2000;

const URL_FIELD = {
  description: 'Where the messages are posted to: `http` or `https`, and no address of a private network.',
  example: 'https://example.com/desk-events',
  maxLength: MAX_URL,
  trim: true,
  aliases: ['target_url'],
};

const SECRET_FIELD = {
  description: 'A secret of your own: 16 to 200 visible ASCII characters. Left out, the desk makes one, which is better.',
  example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
  maxLength: 200,
} as const;

const isTexts = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((each) => typeof each === 'string');

// Read as it was sent: its names are nobody's fields. Numbers and switches are as good as their texts.
function readHeaders(source: Record<string, unknown>): unknown {
  const given = source['headers'];
  if (given === null) return null;
  if (typeof given !== 'object' || Array.isArray(given)) return absentIfBlank(given);
  const asText = (value: unknown) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value);
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, asText(value)]));
}

/** Headers by their names. */
function HeadersField(): PropertyDecorator {
  return applyDecorators(
    Expose(),
    Transform(({ obj }: { obj: Record<string, unknown> }) => readHeaders(obj)),
    ApiProperty({
      description:
        'Further headers of every message, at most 20, such as a key of yours; all are replaced, and null or an empty object takes them away. ' +
        'Those that the desk or the connection sets itself are refused.',
      type: 'object',
      additionalProperties: { type: 'string', maxLength: 1000 },
      nullable: true,
      selfRequired: false,
      example: { 'X-Desk-Key': 'b7e1c2' },
    }),
    IsOptional(),
    ValidateBy({
      name: 'isHeaders',
      validator: { validate: isTexts, defaultMessage: () => 'must be an object of names and texts' },
    }),
  );
}

class WebHookFieldsDto {
  @TextListField({
    description:
      'Which events, by name, with `*` for any letters; a list or comma separated. The names are those of the format. A new one is told of all.',
    example: ['ticket.*', 'agent.reply.created'],
    maxItems: MOST_PATTERNS,
  })
  events?: string[];

  @WordField({
    description:
      'How messages are written: `standard` is our own, signed as Standard Webhooks say; the others are those of the systems they are named after.',
    example: 'standard',
    words: FORMAT_NAMES,
  })
  format?: (typeof FORMAT_NAMES)[number];

  @WordField({
    description: 'Which names `support_board` gives to some events; its two documents differ.',
    example: 'gb-talk',
    words: SPELLINGS,
  })
  spelling?: (typeof SPELLINGS)[number];

  @HeadersField()
  headers?: Record<string, string> | null;

  @BooleanField({
    description: 'False lets it rest. True also forgets its failures, so that it is tried at once.',
    example: true,
  })
  enabled?: boolean;

  @IdListField({
    description: 'Only events of tickets that one of these teams has; an empty list lifts the limit.',
    example: [3],
  })
  team_ids?: number[];

  @IdListField({
    description: 'Only events of tickets with one of these labels; an empty list lifts the limit.',
    example: [7],
  })
  label_ids?: number[];
}

export class CreateWebHookDto extends WebHookFieldsDto {
  @TextField({ ...URL_FIELD, required: true })
  url!: string;

  @TextField(SECRET_FIELD)
  secret?: string;
}

export class UpdateWebHookDto extends WebHookFieldsDto {
  @TextField(URL_FIELD)
  url?: string;
}

export class RotateSecretDto {
  @TextField(SECRET_FIELD)
  secret?: string;
}

export class WebHookAnswer {
  @ApiProperty() web_hook!: WebHookView;
}

export class WebHookWithSecretAnswer {
  @ApiProperty() web_hook!: WebHookWithSecretView;
}

export class WebHooksAnswer extends PagedAnswer {
  @ApiProperty({ type: [WebHookView] }) web_hooks!: WebHookView[];
}
