import { Entity } from 'typeorm';
import { CompanyId, Id, Now, Text } from '../platform/database/columns.js';

export const DEFAULT_COLOR = '#cccccc';

/** A word that sorts tickets. */
@Entity('labels')
export class Label {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() name!: string;
  @Text({ default: DEFAULT_COLOR }) color!: string;
  @Now() createdAt!: Date;
}
