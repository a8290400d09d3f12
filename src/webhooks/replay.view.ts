import { ApiProperty } from '@nestjs/swagger';
import { timeSql } from '../access/view.js';

/** That a webhook is told again of everything that it wants between two places of the event log. */
export class ReplayView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ description: 'Behind which cursor of `GET /events` it begins.', example: '7311-41' }) after!: string;
  @ApiProperty({ description: 'Where it ends: what had been recorded when it was asked for.', example: '7402-0' }) until!: string;
  @ApiProperty({ description: 'How many deliveries it has begun so far.', example: 12 }) deliveries_count!: number;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When all of them were begun; null as long as there may be more.',
    example: null,
  })
  finished_at!: string | null;
}

/** {@link ReplayView} of the row `r` of web_hook_replays. */
export const REPLAY_SQL = `json_build_object('id', r.id, 'after', r.after, 'until', r.until, 'deliveries_count', r.deliveries_count,
  'created_at', ${timeSql('r.created_at')}, 'finished_at', ${timeSql('r.finished_at')})`;
