import { ApiProperty } from '@nestjs/swagger';
import type { Collection } from '../access/collection.js';

export class CategoryView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 'Billing' }) name!: string;
  @ApiProperty({ description: 'Its place among the others.', example: 1 }) position!: number;
}

export const CATEGORIES: Collection = {
  noun: 'Category',
  table: 'categories',
  alias: 'c',
  view: `json_build_object('id', c.id, 'name', c.name, 'position', c.position)`,
  order: 'c.position, c.id',
};
