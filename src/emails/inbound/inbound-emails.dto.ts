import { ApiProperty } from '@nestjs/swagger';
import { EmailField, IdField, LenientIntegerField, TextField, TextListField, WordField } from '../../platform/http/fields.js';
import {
  ExplainedInboundEmailView,
  INBOUND_STATES,
  InboundDecisionView,
  InboundEmailView,
  type InboundState,
} from './inbound-email.view.js';

const MAX_PER_PAGE = 100;
export const INBOUND_EMAILS_PER_PAGE = 50;

const LONGEST_RAW = 1_000_000;
const MOST_RECIPIENTS = 100;

export class ListInboundEmailsQuery {
  @WordField({ description: 'Only those in this state.', example: 'quarantined', words: INBOUND_STATES })
  state?: InboundState;

  @LenientIntegerField({
    description: `How many on a page, at most ${MAX_PER_PAGE}; larger is cut. Default ${INBOUND_EMAILS_PER_PAGE}.`,
    example: 50,
    min: 1,
    max: MAX_PER_PAGE,
  })
  per_page?: number;

  @TextField({ description: 'The `next_cursor` of the last answer: goes on right behind it.', example: '17', maxLength: 40 })
  cursor?: string;
}

/** What whoever hands a mail over knows about its way. */
export class InboundEnvelopeQuery {
  @IdField({ description: 'The forwarding address to which it came. Left out, the recipients tell it.', example: 1 })
  forwarding_address_id?: number;

  @EmailField({ description: 'The envelope sender.', example: 'jane@example.com' })
  mail_from?: string;

  @TextListField({
    description: 'The envelope recipients, a list or comma separated.',
    example: ['4f0c6d4f3f0b4c0fa7a8a5c1b2d3e4f56071829a@inbound.example.com'],
    maxItems: MOST_RECIPIENTS,
  })
  rcpt_to?: string[];
}

export class RawMailDto {
  @TextField({
    description: `The whole mail with its headers. For what is longer than ${LONGEST_RAW} characters or not in UTF-8, send the mail itself as the body, as \`message/rfc822\`.`,
    example:
      'From: jane@example.com\r\nTo: help@example.com\r\nSubject: Fire\r\nMessage-ID: <17@example.com>\r\n\r\nMy printer is on fire.\r\n',
    maxLength: LONGEST_RAW,
    required: true,
  })
  raw!: string;
}

export class InboundEmailAnswer {
  @ApiProperty() inbound_email!: InboundEmailView;
}

export class ExplainedInboundEmailAnswer {
  @ApiProperty() inbound_email!: ExplainedInboundEmailView;
}

export class InboundDecisionAnswer {
  @ApiProperty() decision!: InboundDecisionView;
}

export class InboundEmailsAnswer {
  @ApiProperty({ description: 'Whether there are older ones.', example: false }) has_more!: boolean;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` to go on; null on the last page.',
    example: null,
  })
  next_cursor!: string | null;
  @ApiProperty({ type: [InboundEmailView] }) inbound_emails!: InboundEmailView[];
}
