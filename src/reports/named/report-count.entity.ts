import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Text, Timestamp } from '../../platform/database/columns.js';

/** How often something happened in a quarter of an hour, of what no other row tells. */
@Entity('report_counts')
export class ReportCount {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() name!: string;
  @Timestamp() countedAt!: Date;
  /** What it happened to: an article, a search; empty where nobody asks. */
  @Text() value!: string;
  @Column({ type: 'bigint' }) count!: number;
}
