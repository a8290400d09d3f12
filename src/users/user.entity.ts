import { Entity, Column } from 'typeorm';
import { CompanyId, Id, Now, Text, Timestamp } from '../platform/database/columns.js';

/** A person of the desk, or a customer group, which stands where a person may. */
@Entity('users')
export class User {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text({ default: 'user' }) kind!: string;
  @Text({ default: 'customer' }) role!: string;
  @Text({ nullable: true }) email!: string | null;
  @Text({ default: '' }) firstName!: string;
  @Text({ default: '' }) lastName!: string;
  /** Of `hashPassword`; null for who cannot log in with a password. */
  @Text({ nullable: true }) passwordHash!: string | null;
  /** The address of a picture elsewhere; null for the desk's own. */
  @Text({ nullable: true }) profileImage!: string | null;
  @Column({ type: 'boolean', default: false }) twoFactorEnabled!: boolean;
  @Column({ type: 'boolean', nullable: true }) canMembersAccessGroupTickets!: boolean | null;
  @Column({ type: 'text', array: true, default: [] }) emailDomains!: string[];
  @Timestamp({ nullable: true }) confirmedAt!: Date | null;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
