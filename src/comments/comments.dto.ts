import { ApiProperty } from '@nestjs/swagger';
import { IdListField, ObjectField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { ContentDto } from '../tickets/content.js';
import { CommentView } from './comment.view.js';

export class CreateCommentDto {
  @ObjectField(() => ContentDto, {
    description: 'The note; text or html is needed.',
    required: true,
    aliases: ['content_attributes'],
  })
  content!: ContentDto;

  @IdListField({ description: 'The same as `content.attachment_ids`.', example: [] })
  attachment_ids?: number[];
}

export class CommentAnswer {
  @ApiProperty() comment!: CommentView;
}

export class CommentsAnswer extends PagedAnswer {
  @ApiProperty({ type: [CommentView] }) comments!: CommentView[];
}
