import { Entity } from 'typeorm';
import { CompanyId, Id, Now, Ref, Timestamp } from '../platform/database/columns.js';

/** The history of who had a ticket: one row for each person or team, ended when the next one comes. */
@Entity('assignments')
export class Assignment {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() ticketId!: number;
  @Ref({ nullable: true }) userId!: number | null;
  @Ref({ nullable: true }) teamId!: number | null;
  @Ref({ nullable: true }) assignedById!: number | null;
  @Now() createdAt!: Date;
  @Timestamp({ nullable: true }) endedAt!: Date | null;
}
