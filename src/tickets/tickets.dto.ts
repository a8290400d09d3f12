import { ApiProperty } from '@nestjs/swagger';
import {
  BooleanField,
  EmailField,
  IdField,
  IdListField,
  LenientIntegerField,
  ObjectField,
  TextField,
  TextListField,
  WordField,
} from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { ContentDto } from './content.js';
import { TicketView } from './ticket.view.js';

// supportbee.md A9: larger pages are cut, and real clients ask for 100.
export const MAX_TICKETS_PER_PAGE = 100;
export const TICKETS_PER_PAGE = 15;

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

const SWITCH_WORDS = ['true', 'false', 'any', 'only', '1', '0', 'yes', 'no', 'on', 'off'] as const;

export class ListTicketsQuery {
  @LenientIntegerField({
    description: `How many on a page, at most ${MAX_TICKETS_PER_PAGE}; larger is cut.`,
    example: 15,
    min: 1,
    max: MAX_TICKETS_PER_PAGE,
  })
  per_page?: number;

  @LenientIntegerField({ description: 'Which page; below 1 means 1.', example: 1, min: 1, max: 1_000_000 })
  page?: number;

  @WordField({
    description: '`true`: only archived tickets, `false`: none of them (default), `any`: both.',
    example: 'false',
    words: SWITCH_WORDS,
  })
  archived?: string;

  @WordField({
    description: '`true` adds spam to the result, `only` shows nothing else, `false` (default) leaves it out.',
    example: 'false',
    words: SWITCH_WORDS,
  })
  spam?: string;

  @WordField({
    description: '`true` adds trashed tickets to the result, `only` shows nothing else, `false` (default) leaves them out.',
    example: 'false',
    words: SWITCH_WORDS,
  })
  trash?: string;
}

export class TicketAnswer {
  @ApiProperty() ticket!: TicketView;
}

export class TicketsAnswer extends PagedAnswer {
  @ApiProperty({ type: [TicketView] }) tickets!: TicketView[];
}
