import { ApiProperty } from '@nestjs/swagger';
import type { Collection } from '../access/collection.js';

/** supportbee.md section 9. */
export class LabelView {
  @ApiProperty({ example: 2 }) id!: number;
  @ApiProperty({ example: 'label1' }) name!: string;
  @ApiProperty({ example: '#ffffff' }) color!: string;
}

export const LABELS: Collection = {
  noun: 'Label',
  table: 'labels',
  alias: 'l',
  view: `json_build_object('id', l.id, 'name', l.name, 'color', l.color)`,
  order: 'lower(l.name)',
};
