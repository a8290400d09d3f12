import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text, Timestamp } from '../../platform/database/columns.js';
import type { InboundOutcome, Step } from './inbound.types.js';

/** One mail that was handed to the desk, for one company. It is the truth about the mail; the queue only knows when to look at it. */
@Entity('inbound_emails')
export class InboundEmail {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref({ nullable: true }) forwardingAddressId!: number | null;
  @Text() door!: 'smtp' | 'imap' | 'api';
  /** The envelope sender: empty for nobody, null where the door has not been told. */
  @Text({ nullable: true }) mailFrom!: string | null;
  @Column({ type: 'text', array: true, default: () => `'{}'` }) rcptTo!: string[];
  @Text({ nullable: true }) remoteAddress!: string | null;
  @Column({ type: 'bigint' }) byteSize!: number;
  @Column({ type: 'bytea' }) contentHash!: Buffer;
  /** Where the mail lies as it came; null when it is kept no longer. */
  @Text({ nullable: true }) storageKey!: string | null;
  /** What has become of it. */
  @Text({ default: 'pending' }) state!: 'pending' | InboundOutcome;
  /** Why. */
  @Column({ type: 'jsonb', default: () => `'[]'` }) steps!: Step[];
  /** As the mail itself says. */
  @Text({ nullable: true }) sender!: string | null;
  @Text({ nullable: true }) senderName!: string | null;
  @Text({ nullable: true }) subject!: string | null;
  /** Its Message-ID. */
  @Text({ nullable: true }) messageHeader!: string | null;
  @Ref({ nullable: true }) ticketId!: number | null;
  @Ref({ nullable: true }) messageId!: number | null;
  /** What went wrong on our side, in words. */
  @Text({ nullable: true }) error!: string | null;
  /** Attempts that ended in an error of ours. */
  @Column({ type: 'integer', default: 0 }) failures!: number;
  /** Attempts whose process has died. */
  @Column({ type: 'integer', default: 0 }) crashes!: number;
  @Column({ type: 'integer', default: 0 }) attemptsCount!: number;
  /** Not to be looked at before. */
  @Timestamp({ default: () => 'now()' }) dueAt!: Date;
  /** Since when a job of the queue stands for it. */
  @Timestamp({ nullable: true }) queuedAt!: Date | null;
  /** Counts those jobs: only the newest may work on it. */
  @Column({ type: 'integer', default: 0 }) round!: number;
  /** A worker is at it, or has died. */
  @Timestamp({ nullable: true }) leasedUntil!: Date | null;
  /** The number of its process. */
  @Column({ type: 'integer', nullable: true }) leasedBy!: number | null;
  @Now() receivedAt!: Date;
  @Timestamp({ nullable: true }) finishedAt!: Date | null;
}
