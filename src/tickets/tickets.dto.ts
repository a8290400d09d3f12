import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger';
import {
  BooleanField,
  EmailField,
  IdField,
  IdListField,
  ObjectField,
  TextField,
  TextListField,
} from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { ContentDto } from './content.js';
import { TicketView } from './ticket.view.js';

/** Addresses are counted after they have been read; this only bounds the work. */
const MAX_GIVEN_RECIPIENTS = 1000;

const recipients = (kind: string) =>
  `Addresses in ${kind}, as a list or comma separated, each \`a@example.com\` or \`Name <a@example.com>\`; at most 25.`;

export class CreateTicketDto {
  @TextField({ description: 'Default: "No Subject".', example: 'Printer on fire', maxLength: 998 })
  subject?: string;

  @TextField({ description: 'The name of a requester whom the desk does not know yet.', example: 'Jane Doe', maxLength: 200 })
  requester_name?: string;

  @EmailField({ description: 'Who asks. A stranger becomes a customer.', example: 'jane@example.com', required: true })
  requester_email!: string;

  @TextListField({
    description: recipients('cc'),
    example: ['John <john@example.com>'],
    aliases: ['copied_emails'],
    maxItems: MAX_GIVEN_RECIPIENTS,
  })
  cc?: string[];

  @TextListField({ description: recipients('bcc'), example: [], maxItems: MAX_GIVEN_RECIPIENTS })
  bcc?: string[];

  @BooleanField({ description: 'True mails a copy to requester, cc and bcc; no auto-response is sent then.', example: false })
  notify_requester?: boolean;

  @ObjectField(() => ContentDto, {
    description: 'What is asked; text or html is needed.',
    required: true,
    aliases: ['content_attributes'],
  })
  content!: ContentDto;

  @IdListField({ description: 'The same as `content.attachment_ids`.', example: [] })
  attachment_ids?: number[];

  @IdField({ description: 'The address and name under which the desk answers.', example: 1 })
  forwarding_address_id?: number;
}

export class UpdateTicketDto {
  @TextField({ description: 'The new subject.', example: 'Printer still on fire', maxLength: 998 })
  subject?: string;

  @TextField({
    description: 'With `requester_email` the name of a stranger, alone the new name of the requester.',
    example: 'Jane Doe',
    maxLength: 200,
  })
  requester_name?: string;

  @EmailField({ description: 'Who asks from now on.', example: 'jane@example.com' })
  requester_email?: string;
}

export class RequesterDto {
  @EmailField({
    description: 'Who asks from now on. A stranger becomes a customer.',
    example: 'jane@example.com',
    required: true,
  })
  email!: string;

  @TextField({ description: 'The name of a stranger.', example: 'Jane Doe', maxLength: 200 })
  name?: string;
}

export class TicketAnswer {
  @ApiProperty() ticket!: TicketView;
}

export class TicketsAnswer extends PagedAnswer {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` to go on behind this page; null on the last one.',
    example: null,
  })
  next_cursor!: string | null;
  @ApiProperty({ required: false, description: 'Searches only: there are more than `total`.', example: true })
  total_capped?: boolean;
  @ApiProperty({ type: [TicketView] }) tickets!: TicketView[];
}

/** The answer to `total_only`. */
export class TicketTotalAnswer {
  @ApiProperty({ example: 1 }) total!: number;
  @ApiProperty({ required: false, description: 'Searches only: there are more than `total`.', example: true })
  total_capped?: boolean;
}

export class SparseTicketView extends PartialType(TicketView) {}

/** The answer to `fields`. */
export class SparseTicketsAnswer extends OmitType(TicketsAnswer, ['tickets']) {
  @ApiProperty({ type: [SparseTicketView], description: 'Only the fields that were asked for.' }) tickets!: SparseTicketView[];
}
