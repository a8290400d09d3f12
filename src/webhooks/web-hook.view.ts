import { ApiProperty } from '@nestjs/swagger';
import type { Collection } from '../access/collection.js';
import { timeSql } from '../access/view.js';
import type { FormatName } from './formats/formats.js';

export const FORMAT_NAMES = ['standard', 'supportbee', 'support_board'] as const satisfies readonly FormatName[];
export const SPELLINGS = ['gb-talk', 'support-board'] as const;

const TIME = { type: String, format: 'date-time', nullable: true } as const;

/** An address that is told of events. Its secret and the values of its headers are in no view. */
export class WebHookView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 'https://example.com/desk-events' }) url!: string;
  @ApiProperty({ type: [String], description: 'Names of events; `*` stands for any letters.', example: ['ticket.*'] })
  events!: string[];
  @ApiProperty({ enum: FORMAT_NAMES, example: 'standard' }) format!: string;
  @ApiProperty({ enum: SPELLINGS, description: 'Means something for `support_board` only.', example: 'gb-talk' })
  spelling!: string;
  @ApiProperty({ example: true }) enabled!: boolean;
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Why the desk has disabled it: `gone` (it has answered 410) or `failing` (for days). Null when a person has, or nobody.',
    example: null,
  })
  disabled_because!: string | null;
  @ApiProperty({
    type: [Number],
    nullable: true,
    description:
      'Only events of tickets that these teams have; null for no such limit. Empty when all of them were deleted: then nothing is sent.',
    example: [3],
  })
  team_ids!: number[] | null;
  @ApiProperty({
    type: [Number],
    nullable: true,
    description:
      'Only events of tickets with one of these labels; null for no such limit. Empty when all of them were deleted: then nothing is sent.',
    example: [7],
  })
  label_ids!: number[] | null;
  @ApiProperty({
    type: [String],
    description: 'The headers that are sent along; their values are never shown again.',
    example: ['X-Desk-Key'],
  })
  header_names!: string[];
  @ApiProperty({ ...TIME, description: 'Since when every attempt has failed.', example: null }) failing_since!: string | null;
  @ApiProperty({ description: 'How many attempts in a row have failed.', example: 0 }) consecutive_failures!: number;
  @ApiProperty({ ...TIME, description: 'Nothing is sent before.', example: null }) paused_until!: string | null;
  @ApiProperty({ ...TIME, description: 'Until then the secret before this one signs too.', example: null })
  old_secret_until!: string | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-18T15:17:33Z' }) updated_at!: string;
}

export class WebHookWithSecretView extends WebHookView {
  @ApiProperty({
    description: 'What the signatures are made with. It is shown this once.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
  })
  secret!: string;
}

const TEAM_IDS = `(select coalesce(json_agg(x.team_id order by x.team_id), '[]') from web_hook_teams x
  join teams t on t.company_id = x.company_id and t.id = x.team_id and t.deleted_at is null
  where x.company_id = w.company_id and x.web_hook_id = w.id)`;

const LABEL_IDS = `(select coalesce(json_agg(x.label_id order by x.label_id), '[]') from web_hook_labels x
  where x.company_id = w.company_id and x.web_hook_id = w.id)`;

const ahead = (column: string) => `case when ${column} > now() then ${timeSql(column)} end`;

/** {@link WebHookView}. */
export const WEB_HOOKS: Collection = {
  noun: 'WebHook',
  table: 'web_hooks',
  alias: 'w',
  view: `json_build_object('id', w.id, 'url', w.url, 'events', w.events, 'format', w.format, 'spelling', w.spelling,
    'enabled', w.is_enabled, 'disabled_because', w.disabled_because,
    'team_ids', case when w.of_teams then ${TEAM_IDS} end, 'label_ids', case when w.of_labels then ${LABEL_IDS} end,
    'header_names', w.header_names, 'failing_since', ${timeSql('w.failing_since')},
    'consecutive_failures', w.consecutive_failures, 'paused_until', ${ahead('w.paused_until')},
    'old_secret_until', ${ahead('w.old_secret_until')}, 'created_at', ${timeSql('w.created_at')}, 'updated_at', ${timeSql('w.updated_at')})`,
  order: 'w.id',
};
