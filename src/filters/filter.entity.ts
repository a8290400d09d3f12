import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text } from '../platform/database/columns.js';

/** A rule with its consequence. Filters run on every new ticket in the order of their positions, which count from 1 without a gap. */
@Entity('filters')
export class Filter {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() ruleId!: number;
  @Ref() consequenceId!: number;
  @Text({ default: '' }) name!: string;
  @Column({ type: 'integer' }) position!: number;
  @Column({ type: 'boolean', default: true }) enabled!: boolean;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
