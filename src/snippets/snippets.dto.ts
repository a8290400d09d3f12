import { ApiProperty } from '@nestjs/swagger';
import { TextContentDto } from '../platform/html/content.js';
import { ObjectField, TextField } from '../platform/http/fields.js';
import { LongPageQuery, PagedAnswer } from '../platform/http/page.dto.js';
import { SnippetView } from './snippet.view.js';

const NAME = { description: 'Need not be unique.', example: 'Facebook Link', trim: true } as const;
const CONTENT = { description: 'What it inserts; text or html is needed.', aliases: ['content_attributes'] };

class SnippetTagsDto {
  @TextField({
    description: 'Words to find it by, comma separated; null takes all away.',
    example: 'facebook, link',
    maxLength: 1000,
    nullable: true,
  })
  tags?: string | null;
}

export class CreateSnippetDto extends SnippetTagsDto {
  @TextField({ ...NAME, required: true })
  name!: string;

  @ObjectField(() => TextContentDto, { ...CONTENT, required: true })
  content!: TextContentDto;
}

export class UpdateSnippetDto extends SnippetTagsDto {
  @TextField(NAME)
  name?: string;

  @ObjectField(() => TextContentDto, CONTENT)
  content?: TextContentDto;
}

export class ListSnippetsQuery extends LongPageQuery {
  @TextField({ description: 'Only snippets with this tag, whatever its case.', example: 'facebook' })
  tag?: string;

  @TextField({ description: 'Only snippets that have this in their name, tags or text, whatever its case.', example: 'link' })
  q?: string;
}

export class SnippetAnswer {
  @ApiProperty() snippet!: SnippetView;
}

export class SnippetsAnswer extends PagedAnswer {
  @ApiProperty({ type: [SnippetView] }) snippets!: SnippetView[];
}
