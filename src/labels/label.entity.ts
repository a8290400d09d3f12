import { Entity } from 'typeorm';
import { CompanyId, Id, Now, Text } from '../platform/database/columns.js';

/** A word that sorts tickets. */
@Entity('labels')
export class Label {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() name!: string;
  @Text({ default: '#cccccc' }) color!: string;
  @Now() createdAt!: Date;
}
