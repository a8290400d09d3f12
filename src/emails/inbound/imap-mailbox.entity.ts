import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Now, Text, Timestamp } from '../../platform/database/columns.js';

/** Where the mail of a forwarding address is fetched, instead of being forwarded, and how far that is. */
@Entity('imap_mailboxes')
export class ImapMailbox {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) forwardingAddressId!: number;
  @Text() host!: string;
  @Column({ type: 'integer' }) port!: number;
  @Text() security!: 'tls' | 'starttls' | 'none';
  /** Often, but not always, the address of the mailbox. */
  @Text() login!: string;
  /** Sealed. */
  @Column({ type: 'bytea' }) password!: Buffer;
  @Text({ default: 'INBOX' }) folder!: string;
  @Column({ type: 'boolean', default: true }) isEnabled!: boolean;
  /** Older mail stays where it is; null when all of it is fetched. */
  @Timestamp({ nullable: true }) beginsAt!: Date | null;
  /** The numbers of mails mean something only as long as this one is the same. */
  @Column({ type: 'bigint', nullable: true }) uidValidity!: number | null;
  /** All mails up to this number have been fetched. */
  @Column({ type: 'bigint', default: 0 }) lastUid!: number;
  /** Counts changes, so that whoever reads the mailbox notices. */
  @Column({ type: 'integer', default: 1 }) settingsVersion!: number;
  @Timestamp({ nullable: true }) checkedAt!: Date | null;
  /** When somebody last asked for a look. */
  @Timestamp({ nullable: true }) lookWantedAt!: Date | null;
  /** What went wrong last, in words. */
  @Text({ nullable: true }) error!: string | null;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
