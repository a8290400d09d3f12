import { ApiProperty } from '@nestjs/swagger';
import { EmailField, IdField, LenientIntegerField, TextField, WordField } from '../../platform/http/fields.js';
import { LongPageQuery, PagedAnswer } from '../../platform/http/page.dto.js';
import { EMAIL_STATES, type EmailState } from '../../replies/reply.view.js';
import { EmailDeliveryView } from './email-delivery.view.js';
import { EmailSuppressionView } from './email-suppression.view.js';

const MAX_PER_PAGE = 100;
export const EMAILS_PER_PAGE = 50;

export class ListEmailDeliveriesQuery {
  @WordField({ description: 'Only those in this state.', example: 'failed', words: EMAIL_STATES })
  state?: EmailState;

  @IdField({ description: 'Only those about this ticket.', example: 1 })
  ticket_id?: number;

  @EmailField({ description: 'Only those to this address.', example: 'customer@example.com' })
  recipient?: string;

  @LenientIntegerField({
    description: `How many on a page, at most ${MAX_PER_PAGE}; larger is cut. Default ${EMAILS_PER_PAGE}.`,
    example: 50,
    min: 1,
    max: MAX_PER_PAGE,
  })
  per_page?: number;

  @TextField({ description: 'The `next_cursor` of the last answer: goes on right behind it.', example: '17', maxLength: 40 })
  cursor?: string;
}

export class EmailDeliveriesAnswer {
  @ApiProperty({ description: 'Whether there are older ones.', example: false }) has_more!: boolean;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` to go on; null on the last page.',
    example: null,
  })
  next_cursor!: string | null;
  @ApiProperty({ type: [EmailDeliveryView] }) deliveries!: EmailDeliveryView[];
}

export class ListEmailSuppressionsQuery extends LongPageQuery {
  @EmailField({ description: 'Only this address.', example: 'gone@example.com' })
  email?: string;
}

export class CreateEmailSuppressionDto {
  @EmailField({ description: 'The address, in any case.', example: 'gone@example.com', required: true })
  email!: string;

  @TextField({ description: 'Why, for those who wonder.', example: 'Asked us by phone.', maxLength: 500, nullable: true })
  note?: string | null;
}

export class EmailSuppressionAnswer {
  @ApiProperty() suppression!: EmailSuppressionView;
}

export class EmailSuppressionsAnswer extends PagedAnswer {
  @ApiProperty({ type: [EmailSuppressionView] }) suppressions!: EmailSuppressionView[];
}
