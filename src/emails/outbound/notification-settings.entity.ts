import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Now } from '../../platform/database/columns.js';

/** Of what a member of the staff wants to be told by mail; who has none is told of everything. */
@Entity('notification_settings')
export class NotificationSettings {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) userId!: number;
  @Column({ type: 'boolean', default: true }) assignment!: boolean;
  @Column({ type: 'boolean', default: true }) teamAssignment!: boolean;
  @Column({ type: 'boolean', default: true }) customerReply!: boolean;
  @Column({ type: 'boolean', default: true }) mention!: boolean;
  /** Of what automations send, which goes to customers. */
  @Column({ type: 'boolean', default: true }) automation!: boolean;
  @Now() updatedAt!: Date;
}
