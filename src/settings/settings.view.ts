import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { isKnown, restNameOf, SETTING_KEYS, settingOf, type SettingType } from './catalogue.js';

const TYPES: Record<SettingType, 'boolean' | 'integer' | 'string'> = {
  checkbox: 'boolean',
  number: 'integer',
  text: 'string',
  password: 'string',
  color: 'string',
  select: 'string',
};

/** The settings of a company: one property for each of the catalogue, which the loop below documents, and the others. */
export class SettingsView {
  @ApiProperty({
    description: 'What programs have set that the desk does not know, as it came.',
    type: 'object',
    additionalProperties: {},
    example: { 'greeting-delay': 5 },
  })
  others!: Record<string, unknown>;
}

for (const key of SETTING_KEYS) {
  const { type, description, isSecret = false, words, default: standard } = settingOf(key);
  const schema: ApiPropertyOptions = {
    description: isSecret ? `${description} Masked unless it is asked for.` : description,
    example: standard,
    ...(words && { enum: [...words] }),
    type: TYPES[type],
  };
  ApiProperty(schema)(SettingsView.prototype, restNameOf(key));
}

/** {@link SettingsView} of settings by their keys. */
export function presentSettings(all: ReadonlyMap<string, { value: unknown }>): string {
  const values = [...all].map(([key, { value }]): [string, unknown] => [key, value]);
  const known = values.filter(([key]) => isKnown(key)).map(([key, value]): [string, unknown] => [restNameOf(key), value]);
  const others = Object.fromEntries(values.filter(([key]) => !isKnown(key)));
  return JSON.stringify({ ...Object.fromEntries(known), others });
}
