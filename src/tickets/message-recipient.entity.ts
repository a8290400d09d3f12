import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CompanyId } from '../platform/database/columns.js';

/** A person in cc or bcc of a message; those of the opening are the ticket's. */
@Entity('message_recipients')
export class MessageRecipient {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) messageId!: number;
  @PrimaryColumn({ type: 'text' }) kind!: string;
  @PrimaryColumn({ type: 'bigint' }) userId!: number;
  @Column({ type: 'smallint' }) position!: number;
}
