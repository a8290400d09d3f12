import { Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Now } from '../platform/database/columns.js';

/** A person of a team. */
@Entity('team_members')
export class TeamMember {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) teamId!: number;
  @PrimaryColumn({ type: 'bigint' }) userId!: number;
  @Now() createdAt!: Date;
}
