import { ApiProperty } from '@nestjs/swagger';
import { timeSql } from '../../access/view.js';
import { EMAIL_STATE } from '../../replies/reply.view.js';
import { CONVERSATION_KINDS, DIRECT_KINDS, ENDABLE_KINDS } from './mail-kinds.js';

const TIME = { type: String, format: 'date-time', nullable: true } as const;

/** One mail to one recipient, and what has come of it. */
export class EmailDeliveryView {
  @ApiProperty({ example: 12 }) id!: number;
  @ApiProperty({ enum: [...CONVERSATION_KINDS, ...ENDABLE_KINDS, ...DIRECT_KINDS, 'web_hook_disabled'], example: 'reply' })
  kind!: string;
  @ApiProperty(EMAIL_STATE)
  state!: string;
  @ApiProperty({ example: 'customer@example.com' }) recipient!: string;
  @ApiProperty({ type: Number, nullable: true, description: 'The person of the address, if the desk knows him.', example: 21 })
  user_id!: number | null;
  @ApiProperty({ type: Number, nullable: true, example: 1 }) ticket_id!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'The reply, comment or opening that it carries.', example: 7 })
  message_id!: number | null;
  @ApiProperty({ description: 'How often it was handed to the mail server.', example: 1 }) attempts_count!: number;
  @ApiProperty({ type: String, nullable: true, description: 'What the mail server said last.', example: '250 2.0.0 Ok: queued' })
  server_answer!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What went wrong last.', example: null }) error!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The Message-ID of the mail; null before it was sent.',
    example: '<pd.1.1.7.c.0123456789abcdefghjkmnpqrs@inbound.example.com>',
  })
  internet_message_id!: string | null;
  @ApiProperty({ ...TIME, description: 'When it is tried next; null when it will not be.', example: null })
  next_attempt_at!: string | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({ ...TIME, description: 'When its state became final.', example: '2026-01-18T15:17:34Z' })
  finished_at!: string | null;
}

/** {@link EmailDeliveryView} of the row `d` of email_deliveries. */
export const emailDeliverySql = (d: string): string => `json_build_object('id', ${d}.id, 'kind', ${d}.kind, 'state', ${d}.state,
  'recipient', ${d}.recipient, 'user_id', ${d}.user_id, 'ticket_id', ${d}.ticket_id, 'message_id', ${d}.message_id,
  'attempts_count', ${d}.attempts_count, 'server_answer', ${d}.server_answer, 'error', ${d}.error,
  'internet_message_id', ${d}.internet_message_id, 'next_attempt_at', case when ${d}.state = 'pending' then ${timeSql(`${d}.due_at`)} end,
  'created_at', ${timeSql(`${d}.created_at`)}, 'finished_at', ${timeSql(`${d}.finished_at`)})`;
