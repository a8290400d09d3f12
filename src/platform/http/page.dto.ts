import { ApiProperty } from '@nestjs/swagger';
import type { Page } from '../database/page.js';
import { LenientIntegerField } from './fields.js';

const MAX_PAGE = 1_000_000;

/** Lists that the contract knows as unpaged are whole for all but the largest desks. */
const LONG_PAGE = 1000;

/** The query of a list that its clients expect to be whole. */
export class LongPageQuery {
  @LenientIntegerField({ description: 'Which page; below 1 means 1.', example: 1, min: 1, max: MAX_PAGE })
  page?: number;

  @LenientIntegerField({
    description: `How many on a page; at most, and by default, ${LONG_PAGE}.`,
    example: 100,
    min: 1,
    max: LONG_PAGE,
  })
  per_page?: number;
}

export function longPage({ page = 1, per_page: perPage = LONG_PAGE }: LongPageQuery): Page {
  return { page, perPage };
}

/** The head of every paged answer. */
export class PagedAnswer {
  @ApiProperty({ description: 'How many there are on all pages.', example: 1 }) total!: number;
  @ApiProperty({ example: 1 }) current_page!: number;
  @ApiProperty({ example: 15 }) per_page!: number;
  @ApiProperty({ example: 1 }) total_pages!: number;
}
