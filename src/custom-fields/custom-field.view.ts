import { ApiProperty } from '@nestjs/swagger';
import type { Collection } from '../access/collection.js';
import { FIELD_TYPES } from './custom-field.entity.js';

export class CustomFieldView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 'Order Number' }) name!: string;
  @ApiProperty({ enum: FIELD_TYPES, example: 'text' }) type!: string;
  @ApiProperty({ example: true }) required!: boolean;
  @ApiProperty({ type: [String], description: 'Empty for all types but `select`.', example: [] }) possible_values!: string[];
  @ApiProperty({ description: 'Its place among the others.', example: 1 }) position!: number;
}

export const CUSTOM_FIELDS: Collection = {
  noun: 'CustomField',
  table: 'custom_fields',
  alias: 'c',
  view: `json_build_object('id', c.id, 'name', c.name, 'type', c.type, 'required', c.required, 'possible_values', c.possible_values,
    'position', c.position)`,
  order: 'c.position, c.id',
};
