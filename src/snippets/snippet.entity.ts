import { Entity, Column } from 'typeorm';
import { CompanyId, Id, Now, Text } from '../platform/database/columns.js';

/** A saved answer. */
@Entity('snippets')
export class Snippet {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() name!: string;
  @Text({ default: '' }) tags!: string;
  @Text() text!: string;
  @Text({ nullable: true }) html!: string | null;
  @Column({ type: 'smallint', nullable: true }) htmlPolicy!: number | null;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
