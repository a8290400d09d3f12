import { Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Now } from '../platform/database/columns.js';

/** A label on a ticket. */
@Entity('ticket_labels')
export class TicketLabel {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) ticketId!: number;
  @PrimaryColumn({ type: 'bigint' }) labelId!: number;
  @Now() createdAt!: Date;
}
