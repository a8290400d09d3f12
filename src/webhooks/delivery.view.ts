import { ApiProperty } from '@nestjs/swagger';
import { timeSql } from '../access/view.js';
import { EVENT_TYPES } from '../platform/events/catalogue.js';
import { INTERRUPTED } from './dispatch.js';
import { messageIdSql } from './message-id.js';

export const DELIVERY_STATES = ['pending', 'succeeded', 'failed'] as const;

const TIME = { type: String, format: 'date-time', nullable: true } as const;

/** That a webhook is to be told, or has been told, of an event. */
export class DeliveryView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ description: 'The `webhook-id` of the message, in every attempt.', example: 'evt_1_41' }) message_id!: string;
  @ApiProperty({ example: 41 }) event_id!: number;
  @ApiProperty({ enum: EVENT_TYPES, example: 'ticket.created' }) event_type!: string;
  @ApiProperty({ description: 'Which one, where the event makes several messages of the format; else empty.', example: '' })
  part!: string;
  @ApiProperty({ enum: DELIVERY_STATES, example: 'succeeded' }) state!: string;
  @ApiProperty({ description: 'How many attempts there have been.', example: 1 }) attempts_count!: number;
  @ApiProperty({ description: 'How many of them have failed since it was begun, or begun anew.', example: 0 }) failures!: number;
  @ApiProperty({ ...TIME, description: 'When it is tried next; null once it is finished.', example: null })
  next_attempt_at!: string | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({ ...TIME, example: '2026-01-18T15:17:34Z' }) finished_at!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'The HTTP status of the last attempt.', example: 200 })
  last_status!: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'What went wrong in the last attempt.', example: null })
  last_error!: string | null;
}

export class AttemptView {
  @ApiProperty({ description: 'Counts from 1.', example: 1 }) number!: number;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-18T15:17:33Z' }) started_at!: string;
  @ApiProperty({ ...TIME, description: 'Null while it lasts.', example: '2026-01-18T15:17:34Z' }) finished_at!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Of the answer; null when there was none.', example: 200 })
  status!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'How long it took, in milliseconds.', example: 120 })
  ms!: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'How the body of the answer begins.', example: 'ok' })
  response_head!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What went wrong, in words.', example: null })
  error!: string | null;
}

export class DeliveryWithAttemptsView extends DeliveryView {
  @ApiProperty({ type: [AttemptView], description: 'The last 100, oldest first.' }) attempts!: AttemptView[];
}

const MOST_ATTEMPTS = 100;

// Until somebody has written it down, an attempt that nobody carries on any more looks as if it lasted.
const errorSql = (a: string) => `coalesce(${a}.error, case when ${a}.finished_at is null and ${a}.number is not null
    and (d.leased_until is null or d.leased_until <= now()) then '${INTERRUPTED}' end)`;

/** What a statement about deliveries `d` joins to present them. */
export const DELIVERY_JOINS = `join events e on e.company_id = d.company_id and e.id = d.event_id
  left join lateral (
    select x.* from web_hook_attempts x where x.company_id = d.company_id and x.delivery_id = d.id order by x.number desc limit 1
  ) a on true`;

const FIELDS = `'id', d.id, 'message_id', ${messageIdSql('d')}, 'event_id', d.event_id, 'event_type', e.type, 'part', d.part,
  'state', d.state, 'attempts_count', d.attempts_count, 'failures', d.failures,
  'next_attempt_at', case when d.state = 'pending' then ${timeSql('d.due_at')} end,
  'created_at', ${timeSql('d.created_at')}, 'finished_at', ${timeSql('d.finished_at')},
  'last_status', a.status, 'last_error', ${errorSql('a')}`;

/** {@link DeliveryView}. */
export const DELIVERY_SQL = `json_build_object(${FIELDS})`;

const ATTEMPTS = `(select coalesce(json_agg(json_build_object('number', x.number, 'started_at', ${timeSql('x.started_at')},
    'finished_at', ${timeSql('x.finished_at')}, 'status', x.status, 'ms', x.ms, 'response_head', x.response_head,
    'error', ${errorSql('x')}) order by x.number), '[]')
  from (select * from web_hook_attempts y where y.company_id = d.company_id and y.delivery_id = d.id
    order by y.number desc limit ${MOST_ATTEMPTS}) x)`;

/** {@link DeliveryWithAttemptsView}. */
export const DELIVERY_WITH_ATTEMPTS_SQL = `json_build_object(${FIELDS}, 'attempts', ${ATTEMPTS})`;
