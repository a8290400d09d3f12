import { ApiProperty } from '@nestjs/swagger';
import { timeSql } from '../access/view.js';

export const RATING_SCORES = ['good', 'bad'] as const;
export type RatingScore = (typeof RATING_SCORES)[number];

/** What the customer says of how he was helped; without any field until he has. */
export class CustomerRatingView {
  @ApiProperty({ required: false, enum: RATING_SCORES, example: 'good' }) score?: string;
  @ApiProperty({ required: false, type: String, nullable: true, example: 'Quick and kind.' }) comment?: string | null;
  @ApiProperty({
    ...{ required: false, type: Number, nullable: true, example: 5 },
    description: 'The agent whose help was rated: who had the ticket then, or else who had answered last.',
  })
  agent_id?: number | null;
  @ApiProperty({ required: false, type: String, format: 'date-time', example: '2012-01-18T15:17:33Z' }) rated_at?: string;
}

/** {@link CustomerRatingView} of the row `t` of tickets. */
export const ratingSql = (t: string): string => `case when ${t}.rating_score is null then json_build_object() else
  json_build_object('score', ${t}.rating_score, 'comment', ${t}.rating_comment, 'agent_id', ${t}.rated_agent_id,
    'rated_at', ${timeSql(`${t}.rated_at`)}) end`;
