import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Now } from '../database/columns.js';

/** A request that has been carried out under a key of its client, and the answer that it got. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  @CompanyId() companyId!: number;
  /** The token, or the address of a client without one. */
  @PrimaryColumn({ type: 'text' }) holder!: string;
  @PrimaryColumn({ type: 'text' }) route!: string;
  @PrimaryColumn({ type: 'text' }) key!: string;
  /** Of method, path, query and body. */
  @Column({ type: 'bytea' }) fingerprint!: Buffer;
  /** Null when the change was made and its answer got lost. */
  @Column({ type: 'smallint', nullable: true }) status!: number | null;
  @Column({ type: 'bytea', nullable: true }) answer!: Buffer | null;
  @Now() createdAt!: Date;
}
