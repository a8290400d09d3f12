import { ApiProperty } from '@nestjs/swagger';
import { BooleanField, EmailField, IntegerField, ObjectField, TextField, WordField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { ForwardingAddressView } from './forwarding-address.view.js';
import { IMAP_SECURITIES, type ImapSecurity } from './inbound/imap-mailbox.view.js';

const EMAIL = { description: 'The address to which customers write.', example: 'support@example.com', aliases: ['from'] };

export class ImapMailboxDto {
  @TextField({ description: 'Needed when it is set up.', example: 'imap.example.com', trim: true })
  host?: string;

  @IntegerField({ description: 'Default 993, without `tls` 143.', example: 993, min: 1, max: 65_535 })
  port?: number;

  @WordField({
    description:
      '`tls` from the first byte, which is the default; `starttls` before the login, or not at all; `none` only in networks that the operator has opened.',
    example: 'tls',
    words: IMAP_SECURITIES,
  })
  security?: ImapSecurity;

  @TextField({
    description: 'Needed when it is set up; often, but not always, the address of the mailbox.',
    example: 'helpdesk',
    trim: true,
  })
  login?: string;

  @TextField({ description: 'Needed when it is set up; never shown again.', example: 'correct horse battery staple' })
  password?: string;

  @TextField({ description: 'Which mailbox of the login. Default `INBOX`.', example: 'INBOX', trim: true })
  folder?: string;

  @BooleanField({ description: 'False lets it rest.', example: true })
  enabled?: boolean;

  @BooleanField({
    description: 'Whether mail that lies there already becomes tickets too. Default false.',
    example: false,
  })
  fetch_all?: boolean;
}

class MailHabitsDto {
  @TextField({ description: 'The name under which the desk answers.', example: 'Company Inc', maxLength: 200, trim: true })
  name?: string;

  @BooleanField({ description: 'Whether spam is put aside.', example: true })
  filter_spam?: boolean;

  @BooleanField({ description: 'Whether answers carry the name of the agent instead.', example: false })
  use_agent_name?: boolean;

  @BooleanField({
    description: 'Whether whoever writes to it is told at once that his mail has come, but no machine, and nobody too often.',
    example: false,
  })
  auto_response?: boolean;

  @TextField({
    description: 'Who gets a blind copy of every answer: addresses, comma separated; null for nobody.',
    example: 'archive@example.com',
    maxLength: 1000,
    nullable: true,
  })
  global_bcc?: string | null;

  @ObjectField(() => ImapMailboxDto, {
    description:
      'Where its mail is fetched, if it is not forwarded. Fields that are not given stay. Mail stays on the server as it is.',
  })
  imap?: ImapMailboxDto;
}

export class CreateForwardingAddressDto extends MailHabitsDto {
  @EmailField({ ...EMAIL, required: true })
  email!: string;
}

export class UpdateForwardingAddressDto extends MailHabitsDto {
  @EmailField(EMAIL)
  email?: string;
}

export class ForwardingAddressAnswer {
  @ApiProperty() forwarding_address!: ForwardingAddressView;
}

export class ForwardingAddressesAnswer extends PagedAnswer {
  @ApiProperty({ type: [ForwardingAddressView] }) forwarding_addresses!: ForwardingAddressView[];
}
