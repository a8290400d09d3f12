import { ApiProperty } from '@nestjs/swagger';
import type { Collection } from '../access/collection.js';
import { timeSql } from '../access/view.js';
import { staleHtmlSql } from '../platform/html/content.js';

export class SnippetContentView {
  @ApiProperty({ example: 'Find us at facebook.com/example' }) text!: string;
  @ApiProperty({ example: '<p>Find us at <a href="https://facebook.com/example">Facebook</a></p>' }) html!: string;
}

/** supportbee.md section 12. */
export class SnippetView {
  @ApiProperty({ example: 4 }) id!: number;
  @ApiProperty({ type: String, format: 'date-time', example: '2012-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({ example: 'Facebook Link' }) name!: string;
  @ApiProperty({ description: 'Comma separated.', example: 'facebook, link' }) tags!: string;
  @ApiProperty() content!: SnippetContentView;
}

export const SNIPPETS: Collection = {
  noun: 'Snippet',
  table: 'snippets',
  alias: 's',
  view: `json_build_object('id', s.id, 'created_at', ${timeSql('s.created_at')}, 'name', s.name, 'tags', s.tags,
    'content', json_build_object('text', s.text, 'html', coalesce(s.html, '')))`,
  stale: staleHtmlSql('s'),
  order: 's.id',
};
