import { Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Timestamp } from '../platform/database/columns.js';

/** When somebody was last typing on a ticket; of no worth after a few seconds. */
@Entity('typings')
export class Typing {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) ticketId!: number;
  @PrimaryColumn({ type: 'bigint' }) userId!: number;
  @Timestamp() typedAt!: Date;
}
