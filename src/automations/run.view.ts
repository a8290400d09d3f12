import { ApiProperty } from '@nestjs/swagger';
import { timeSql } from '../access/view.js';
import { EMAIL_STATES } from '../replies/reply.view.js';
import { ShortUserView, shortUserSql } from '../users/user.view.js';

export const OUTCOMES = ['sent', 'queued', 'shown', 'not-sent'] as const;
export const REASONS = ['no-email', 'unsubscribed', 'no-phone', 'sms-not-active'] as const;

/** That an automation has run for a person. */
export class AutomationRunView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 1 }) automation_id!: number;
  @ApiProperty() user!: ShortUserView;
  @ApiProperty({
    enum: OUTCOMES,
    description: '`queued` is a mail that stands in the outgoing mail: `email_state` tells what became of it.',
    example: 'queued',
  })
  outcome!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Why it was not sent.', enum: [...REASONS, null], example: null })
  reason!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of its mail, for as long as that is kept.',
    enum: [...EMAIL_STATES, null],
    example: 'sent',
  })
  email_state!: string | null;
  @ApiProperty({
    description: 'The repetition for which it has run, by its beginning; empty where nothing is repeated.',
    example: '',
  })
  repeat_id!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-04-30T05:16:03Z' }) ran_at!: string;
}

/** {@link AutomationRunView} of the row `r` of automation_runs; a statement with it begins with `viewParams`. */
export const runSql = (r: string): string => `json_build_object('id', ${r}.id, 'automation_id', ${r}.automation_id,
  'user', (select ${shortUserSql('u')} from users u where u.company_id = ${r}.company_id and u.id = ${r}.user_id),
  'outcome', ${r}.outcome, 'reason', ${r}.reason,
  'email_state', (select d.state from email_deliveries d where d.company_id = ${r}.company_id and d.event_id = ${r}.event_id limit 1),
  'repeat_id', ${r}.repeat_window, 'ran_at', ${timeSql(`${r}.ran_at`)})`;
