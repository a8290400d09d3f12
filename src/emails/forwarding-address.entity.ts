import { Entity, Column } from 'typeorm';
import { CompanyId, Id, Now, Text, Timestamp } from '../platform/database/columns.js';

/** An address of the company whose mail comes to the desk. A deleted one stays for the tickets that came to it, and nothing else shows it. */
@Entity('forwarding_addresses')
export class ForwardingAddress {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() email!: string;
  @Text({ default: '' }) name!: string;
  @Column({ type: 'boolean', default: false }) filterSpam!: boolean;
  @Column({ type: 'boolean', default: false }) useAgentName!: boolean;
  @Text({ nullable: true }) globalBcc!: string | null;
  @Text() forwardingHash!: string;
  /** Whether who writes to it is told at once that his mail has come. */
  @Column({ type: 'boolean', default: false }) autoResponse!: boolean;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
  @Timestamp({ nullable: true }) deletedAt!: Date | null;
}
