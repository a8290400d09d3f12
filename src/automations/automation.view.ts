import { ApiProperty } from '@nestjs/swagger';
import type { Collection } from '../access/collection.js';
import { timeSql } from '../access/view.js';
import { AUTOMATION_KINDS } from './given-automations.js';

const TEXT = { type: String, nullable: true } as const;

export class AutomationContentView {
  @ApiProperty({ ...TEXT, example: 'Hello {{recipient.name}}, all printers are half price today.' }) message!: string | null;
  @ApiProperty({ ...TEXT, description: 'Of emails.', example: 'Half price' }) subject!: string | null;
  @ApiProperty({ ...TEXT, description: 'Of popups and designs.', example: null }) title!: string | null;
  @ApiProperty({ ...TEXT, example: null }) profile_image!: string | null;
  @ApiProperty({ ...TEXT, example: null }) color_1!: string | null;
  @ApiProperty({ ...TEXT, example: null }) color_2!: string | null;
  @ApiProperty({ ...TEXT, example: null }) color_3!: string | null;
  @ApiProperty({ ...TEXT, example: null }) background!: string | null;
  @ApiProperty({ ...TEXT, example: null }) brand!: string | null;
  @ApiProperty({ ...TEXT, example: null }) icon!: string | null;
}

/** The fields of {@link AutomationContentView}. */
export const CONTENT_FIELDS = [
  ...['message', 'subject', 'title', 'profile_image', 'color_1', 'color_2', 'color_3', 'background', 'brand', 'icon'],
] as const;

export class AutomationView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ description: 'By which the RPC knows it.', example: '6P2Oqx7K' }) code!: string;
  @ApiProperty({ enum: AUTOMATION_KINDS, example: 'emails' }) kind!: string;
  @ApiProperty({ description: 'For people; may be empty.', example: 'Half price' }) name!: string;
  @ApiProperty({ description: 'False lets it rest.', example: true }) enabled!: boolean;
  @ApiProperty({
    type: 'array',
    items: { type: 'array', items: { type: 'string' } },
    description: 'All must hold: each a name, how it is looked at, and for what.',
    example: [['user_type', 'is-user']],
  })
  conditions!: string[][];
  @ApiProperty() content!: AutomationContentView;
  @ApiProperty({
    type: 'object',
    additionalProperties: {},
    description: 'By language what is said otherwise there.',
    example: { es: { message: 'Hola {{recipient.name}}' } },
  })
  translations!: Record<string, unknown>;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-04-30T05:16:03Z' }) created_at!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-04-30T05:16:03Z' }) updated_at!: string;
}

const contentSql = (a: string) =>
  `json_build_object(${CONTENT_FIELDS.map((field) => `'${field}', nullif(${a}.content->>'${field}', '')`).join(', ')})`;

export const AUTOMATIONS: Collection = {
  noun: 'Automation',
  table: 'automations',
  alias: 'a',
  view: `json_build_object('id', a.id, 'code', a.code, 'kind', a.kind, 'name', a.name, 'enabled', a.enabled, 'conditions', a.conditions,
    'content', ${contentSql('a')}, 'translations', a.translations, 'created_at', ${timeSql('a.created_at')}, 'updated_at', ${timeSql('a.updated_at')})`,
  order: 'a.position, a.id',
};
