import { Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Now } from '../platform/database/columns.js';

/** A person of a customer group. */
@Entity('group_members')
export class GroupMember {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) groupId!: number;
  @PrimaryColumn({ type: 'bigint' }) userId!: number;
  @Now() createdAt!: Date;
}
