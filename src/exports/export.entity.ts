import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Text, Timestamp } from '../platform/database/columns.js';

/** A file that was written for somebody to fetch; it goes when its time is over. */
@Entity('exports')
export class Export {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  /** SHA-256 of the name in its address: whoever knows the name has the file. */
  @Column({ type: 'bytea' }) nameHash!: Buffer;
  @Text() filename!: string;
  @Text() contentType!: string;
  @Column({ type: 'bigint' }) byteSize!: number;
  @Text() storageKey!: string;
  @Timestamp() expiresAt!: Date;
  @Now() createdAt!: Date;
}
