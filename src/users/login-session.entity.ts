import { Entity } from 'typeorm';
import { CompanyId, Id, Now, Ref, Timestamp } from '../platform/database/columns.js';

/** A person who has logged in by the RPC: his login value is good as long as its row is there. */
@Entity('login_sessions')
export class LoginSession {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() userId!: number;
  @Timestamp() expiresAt!: Date;
  @Now() createdAt!: Date;
}
