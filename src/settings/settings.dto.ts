import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Expose, Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { absentIfBlank } from '../platform/http/coerce.js';
import { BooleanField, IntegerField, TextField, WordField } from '../platform/http/fields.js';
import { restNameOf, SETTING_KEYS, settingOf, type SettingKey } from './catalogue.js';
import { SettingsView } from './settings.view.js';
import type { GivenSettings } from './setting-values.js';

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

// Read as it was sent: its names are nobody's fields.
const OthersField = () =>
  applyDecorators(
    Expose(),
    Transform(({ obj }: { obj: Record<string, unknown> }) => absentIfBlank(obj['others'])),
    ApiProperty({
      description: 'Settings that the desk does not know, by key; those that are not named stay, and null takes one away.',
      type: 'object',
      additionalProperties: {},
      selfRequired: false,
      example: { 'greeting-delay': 5 },
    }),
    IsOptional(),
    ValidateBy({ name: 'isOthers', validator: { validate: isObject, defaultMessage: () => 'must be an object' } }),
  );

/** One field for each setting of the catalogue, which the loop below declares, and the others. */
export class UpdateSettingsDto {
  @OthersField()
  others?: Record<string, unknown>;
}

function fieldOf(key: SettingKey): PropertyDecorator {
  const { type, description, words, range, default: standard } = settingOf(key);
  if (type === 'checkbox') return BooleanField({ description, example: standard });
  if (words) return WordField({ description, example: standard, words });
  if (range) return IntegerField({ description, example: standard, min: range[0], max: range[1] });
  const example = EXAMPLES[key] ?? standard;
  return TextField({ description: `${description} Null for the default.`, example, maxLength: 2000, nullable: true });
}

const EXAMPLES: Partial<Record<SettingKey, string>> = {
  'webhooks-url': 'https://example.com/desk-events',
  'webhooks-key': 'b7e1c2',
  'webhooks-allowed': 'message-sent, new-conversation',
};

for (const key of SETTING_KEYS) fieldOf(key)(UpdateSettingsDto.prototype, restNameOf(key));

/** What an input sets, by the keys of the catalogue. */
export function givenBy({ others = {}, ...known }: UpdateSettingsDto & Record<string, unknown>): GivenSettings {
  const fields = new Map(Object.entries(known));
  const given: GivenSettings = new Map();
  const add = (key: string, value: unknown) => given.set(key, value === null ? null : { value });
  for (const [key, value] of Object.entries(others)) add(key, value);
  for (const key of SETTING_KEYS) {
    const value = fields.get(restNameOf(key));
    if (value !== undefined) add(key, value);
  }
  return given;
}

export class SettingsQuery {
  @BooleanField({ description: 'Shows secrets instead of masking them.', example: false })
  with_secrets?: boolean;
}

export class SettingsAnswer {
  @ApiProperty() settings!: SettingsView;
}
