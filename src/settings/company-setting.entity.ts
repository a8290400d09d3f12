import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Text } from '../platform/database/columns.js';

/** One setting of a company that has been given another value than its default. */
@Entity('company_settings')
export class CompanySetting {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() key!: string;
  /** Null of a secret, which is sealed. */
  @Column({ type: 'jsonb', nullable: true }) value!: unknown;
  @Column({ type: 'bytea', nullable: true }) sealed!: Buffer | null;
  /** What the program that has set it calls it. */
  @Text({ default: 'text' }) type!: string;
  @Now() updatedAt!: Date;
}
