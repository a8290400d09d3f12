import { Entity, Column } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text, Timestamp } from '../platform/database/columns.js';

/** A credential of one person. Only its hash is kept. */
@Entity('api_tokens')
export class ApiToken {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() userId!: number;
  @Text() name!: string;
  @Column({ type: 'bytea' }) tokenHash!: Buffer;
  @Column({ type: 'text', array: true, default: ['*'] }) scopes!: string[];
  @Timestamp({ nullable: true }) expiresAt!: Date | null;
  @Timestamp({ nullable: true }) lastUsedAt!: Date | null;
  @Now() createdAt!: Date;
}
