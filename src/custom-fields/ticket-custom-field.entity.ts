import { Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Text } from '../platform/database/columns.js';

/** What a ticket holds in a custom field; a field that was left empty has no row. */
@Entity('ticket_custom_fields')
export class TicketCustomField {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) ticketId!: number;
  @PrimaryColumn({ type: 'bigint' }) customFieldId!: number;
  @Text() value!: string;
}
