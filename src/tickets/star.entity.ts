import { Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Now } from '../platform/database/columns.js';

/** A ticket that a person has starred for himself. */
@Entity('stars')
export class Star {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) ticketId!: number;
  @PrimaryColumn({ type: 'bigint' }) userId!: number;
  @Now() createdAt!: Date;
}
