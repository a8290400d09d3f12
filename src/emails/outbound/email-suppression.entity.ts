import { Entity } from 'typeorm';
import { CompanyId, Id, Now, Text } from '../../platform/database/columns.js';

/** An address to which the company sends no mail. */
@Entity('email_suppressions')
export class EmailSuppression {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  /** In lower case. */
  @Text() address!: string;
  @Text() reason!: 'bounced' | 'complained' | 'manual';
  @Text({ nullable: true }) note!: string | null;
  @Now() createdAt!: Date;
}
