import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text } from '../database/columns.js';

/** Outbox, change feed and audit trail in one: what happened, who did it, and what it looked like. Its column `tx` is left out: TypeORM knows no xid8. */
@Entity('events')
export class Event {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() type!: string;
  @Column({ type: 'jsonb' }) actor!: { id: number | null; role: string };
  @Ref({ nullable: true }) ticketId!: number | null;
  /** Counts the events of its ticket, without gaps. */
  @Column({ type: 'integer', nullable: true }) ticketSequence!: number | null;
  @Column({ type: 'jsonb' }) data!: Record<string, unknown>;
  @Now() createdAt!: Date;
}
