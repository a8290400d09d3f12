import { Entity } from 'typeorm';
import { CompanyId, Id, Now, Text } from '../platform/database/columns.js';

/** A group of agents to which tickets are assigned. */
@Entity('teams')
export class Team {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() name!: string;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
