import { ApiProperty } from '@nestjs/swagger';
import { EmailField, IdField, IdListField, ObjectField, TextListField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { ContentDto } from '../tickets/content.js';
import { ReplyView } from './reply.view.js';

export class OnBehalfOfDto {
  @IdField({ description: 'The agent; wins over `email`.', example: 2 })
  id?: number;

  @EmailField({ description: 'The address of the agent.', example: 'agent@example.com' })
  email?: string;
}

export class CreateReplyDto {
  @TextListField({
    description: 'Addresses in cc, as a list or comma separated; at most 25.',
    example: ['John <john@example.com>'],
    aliases: ['copied_emails'],
    maxItems: 1000,
  })
  cc?: string[];

  @TextListField({ description: 'Addresses in bcc, as a list or comma separated; at most 25.', example: [], maxItems: 1000 })
  bcc?: string[];

  @ObjectField(() => ContentDto, {
    description: 'What is answered; text or html is needed.',
    required: true,
    aliases: ['content_attributes'],
  })
  content!: ContentDto;

  @IdListField({ description: 'The same as `content.attachment_ids`.', example: [] })
  attachment_ids?: number[];

  @ObjectField(() => OnBehalfOfDto, { description: 'Admins only: the agent in whose name it is written.' })
  on_behalf_of?: OnBehalfOfDto;
}

export class ReplyAnswer {
  @ApiProperty() reply!: ReplyView;
}

export class RepliesAnswer extends PagedAnswer {
  @ApiProperty({ type: [ReplyView] }) replies!: ReplyView[];
}
