import { Entity } from 'typeorm';
import { CompanyId, Id, Now, Text, Timestamp } from '../platform/database/columns.js';

/** A group of agents to which tickets are assigned. A deleted one stays for the history of assignments, and nothing else shows it. */
@Entity('teams')
export class Team {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() name!: string;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
  @Timestamp({ nullable: true }) deletedAt!: Date | null;
}
