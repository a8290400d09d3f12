import { Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Text, Timestamp } from '../platform/database/columns.js';

/** When a person was last at the desk, and at which page. Apart from `users`, because it changes all the time. */
@Entity('user_presences')
export class UserPresence {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) userId!: number;
  @Timestamp() seenAt!: Date;
  @Text({ default: '' }) currentUrl!: string;
}
