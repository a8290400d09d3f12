import { Entity } from 'typeorm';
import { CompanyId, Id, Now, Text } from '../platform/database/columns.js';

/** Which tickets a filter means: every text that is not empty must be found in its place. */
@Entity('filter_rules')
export class FilterRule {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text({ default: '' }) requesterEmail!: string;
  @Text({ default: '' }) deliveredTo!: string;
  @Text({ default: '' }) subject!: string;
  @Text({ default: '' }) body!: string;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
