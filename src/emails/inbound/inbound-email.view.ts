import { ApiProperty } from '@nestjs/swagger';
import { timeSql } from '../../access/view.js';
import { INBOUND_OUTCOMES, type Decision } from './inbound.types.js';

export const INBOUND_STATES = ['pending', ...INBOUND_OUTCOMES] as const;
export type InboundState = (typeof INBOUND_STATES)[number];

const DOORS = ['smtp', 'imap', 'api'];
const TIME = { type: String, format: 'date-time', nullable: true } as const;
const TEXT = { type: String, nullable: true } as const;
const NUMBER = { type: Number, nullable: true } as const;

const STATE = {
  enum: INBOUND_STATES,
  description:
    '`pending`: nobody has looked at it yet, or it is tried again. `quarantined`: it could not be read, and waits for somebody to look at it. ' +
    '`refused`: spam, or a sender of the block list. All else is what it has become.',
  example: 'new_ticket',
};

/** A mail that has come in, and what has become of it. */
export class InboundEmailView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty(STATE) state!: string;
  @ApiProperty({ enum: DOORS, description: 'How it came.', example: 'smtp' }) door!: string;
  @ApiProperty({ ...NUMBER, description: 'The forwarding address to which it came, where that is known.', example: 1 })
  forwarding_address_id!: number | null;
  @ApiProperty({
    ...TEXT,
    description: 'The envelope sender: empty for nobody, null where it is not known.',
    example: 'jane@example.com',
  })
  mail_from!: string | null;
  @ApiProperty({
    type: [String],
    description: 'The envelope recipients.',
    example: ['4f0c6d4f3f0b4c0fa7a8a5c1b2d3e4f56071829a@inbound.example.com'],
  })
  rcpt_to!: string[];
  @ApiProperty({ ...TEXT, description: 'Who has handed it over by SMTP.', example: '192.0.2.25' }) remote_address!: string | null;
  @ApiProperty({ ...TEXT, description: 'The address in `From`.', example: 'jane@example.com' }) from_email!: string | null;
  @ApiProperty({ ...TEXT, example: 'Jane Doe' }) from_name!: string | null;
  @ApiProperty({ ...TEXT, example: 'My printer is on fire' }) subject!: string | null;
  @ApiProperty({ ...TEXT, description: 'The Message-ID.', example: '<17@example.com>' }) internet_message_id!: string | null;
  @ApiProperty({ description: 'In bytes.', example: 2345 }) size!: number;
  @ApiProperty({ description: 'Whether the source is still kept.', example: true }) has_source!: boolean;
  @ApiProperty({ ...NUMBER, description: 'The ticket that it became, or became part of.', example: 1 }) ticket_id!: number | null;
  @ApiProperty({ description: 'How often it was begun.', example: 1 }) attempts_count!: number;
  @ApiProperty({ ...TEXT, description: 'What went wrong on the side of the desk.', example: null }) error!: string | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-18T15:17:33Z' }) received_at!: string;
  @ApiProperty({ ...TIME, description: 'When it is tried next; null unless it is pending.', example: null })
  next_attempt_at!: string | null;
  @ApiProperty({ ...TIME, example: '2026-01-18T15:17:34Z' }) finished_at!: string | null;
}

/** One thing that was looked at, and what came of it. */
export class InboundStepView {
  @ApiProperty({ description: 'What was looked at.', example: 'thread' }) step!: string;
  @ApiProperty({ description: 'What came of it.', example: 'new' }) verdict!: string;
  @ApiProperty({ ...TEXT, description: 'Why, in words.', example: 'no reference leads to a ticket' }) detail!: string | null;
}

export class ExplainedInboundEmailView extends InboundEmailView {
  @ApiProperty({ type: [InboundStepView], description: 'In the order in which they were taken.' }) steps!: InboundStepView[];
}

/** What a mail would become. */
export class InboundDecisionView {
  @ApiProperty({ enum: INBOUND_OUTCOMES, description: 'What would become of it.', example: 'new_ticket' }) outcome!: string;
  @ApiProperty({ ...NUMBER, description: 'The ticket that it would become part of.', example: null }) ticket_id!: number | null;
  @ApiProperty({ ...TEXT, description: 'The address in `From`.', example: 'jane@example.com' }) from_email!: string | null;
  @ApiProperty({ ...TEXT, example: 'Jane Doe' }) from_name!: string | null;
  @ApiProperty({ ...TEXT, example: 'My printer is on fire' }) subject!: string | null;
  @ApiProperty({ ...TEXT, description: 'The Message-ID.', example: '<17@example.com>' }) internet_message_id!: string | null;
  @ApiProperty({ type: [InboundStepView], description: 'In the order in which they were taken.' }) steps!: InboundStepView[];
}

const FIELDS = `'id', e.id, 'state', e.state, 'door', e.door, 'forwarding_address_id', e.forwarding_address_id, 'mail_from', e.mail_from,
  'rcpt_to', e.rcpt_to, 'remote_address', e.remote_address, 'from_email', e.sender, 'from_name', e.sender_name, 'subject', e.subject,
  'internet_message_id', e.message_header, 'size', e.byte_size, 'has_source', e.storage_key is not null, 'ticket_id', e.ticket_id,
  'attempts_count', e.attempts_count, 'error', e.error, 'received_at', ${timeSql('e.received_at')},
  'next_attempt_at', case when e.state = 'pending' then ${timeSql('e.due_at')} end, 'finished_at', ${timeSql('e.finished_at')}`;

/** {@link InboundEmailView} of the row `e`. */
export const INBOUND_EMAIL_SQL = `json_build_object(${FIELDS})`;

const STEPS = `(select coalesce(json_agg(json_build_object('step', s ->> 'step', 'verdict', s ->> 'verdict', 'detail', s ->> 'detail') order by n), '[]')
  from jsonb_array_elements(e.steps) with ordinality as taken (s, n))`;

/** {@link ExplainedInboundEmailView} of the row `e`. */
export const EXPLAINED_INBOUND_EMAIL_SQL = `json_build_object(${FIELDS}, 'steps', ${STEPS})`;

export function presentDecision({ kind, ticketId, summary, steps }: Decision): InboundDecisionView {
  return {
    outcome: kind,
    ticket_id: ticketId,
    from_email: summary?.from ?? null,
    from_name: summary?.fromName ?? null,
    subject: summary?.subject ?? null,
    internet_message_id: summary?.internetMessageId ?? null,
    steps: steps.map(({ step, verdict, detail }) => ({ step, verdict, detail: detail ?? null })),
  };
}
