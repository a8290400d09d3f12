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
  /** Written by the settings of the company, which replace all of theirs at once. */
  @Column({ type: 'boolean', default: false }) ofSettings!: boolean;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
