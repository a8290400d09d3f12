import { ApiProperty } from '@nestjs/swagger';
import { BooleanField, EmailField, TextField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { ForwardingAddressView } from './forwarding-address.view.js';

const EMAIL = { description: 'The address to which customers write.', example: 'support@example.com', aliases: ['from'] };

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
