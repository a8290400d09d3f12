import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Timestamp } from '../database/columns.js';

/** An event that its consumers have not taken yet; the row goes when they have. */
@Entity('event_outbox')
export class OutboxEntry {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) eventId!: number;
  /** How often taking it has failed. */
  @Column({ type: 'integer', default: 0 }) failures!: number;
  @Timestamp({ default: () => 'now()' }) dueAt!: Date;
}
