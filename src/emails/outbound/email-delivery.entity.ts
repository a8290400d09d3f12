import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text, Timestamp } from '../../platform/database/columns.js';
import type { MailKind } from './mail-kinds.js';

/** One mail to one recipient. It is the truth about the mail; the queue only knows when to look at it. */
@Entity('email_deliveries')
export class EmailDelivery {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() eventId!: number;
  @Text() kind!: MailKind;
  @Ref({ nullable: true }) ticketId!: number | null;
  /** The message of the ticket that it carries or tells of. */
  @Ref({ nullable: true }) messageId!: number | null;
  /** Whose address the recipient is, where the desk knows him. */
  @Ref({ nullable: true }) userId!: number | null;
  @Text() recipient!: string;
  @Text({ default: 'pending' }) state!: 'pending' | 'sent' | 'failed' | 'bounced' | 'suppressed';
  /** Attempts in which the server did not take it. */
  @Column({ type: 'integer', default: 0 }) failures!: number;
  @Column({ type: 'integer', default: 0 }) attemptsCount!: number;
  /** Not to be sent before. */
  @Timestamp({ default: () => 'now()' }) dueAt!: Date;
  /** Since when a job of the queue stands for it. */
  @Timestamp({ nullable: true }) queuedAt!: Date | null;
  /** Counts those jobs: only the newest may send. */
  @Column({ type: 'integer', default: 0 }) round!: number;
  /** A worker is sending it, or has died. */
  @Timestamp({ nullable: true }) leasedUntil!: Date | null;
  /** The number of its process. */
  @Column({ type: 'integer', nullable: true }) leasedBy!: number | null;
  /** What the mail server said last. */
  @Text({ nullable: true }) serverAnswer!: string | null;
  /** What went wrong, in words. */
  @Text({ nullable: true }) error!: string | null;
  /** The Message-ID of the mail, the same in every attempt. */
  @Text({ nullable: true }) internetMessageId!: string | null;
  @Now() createdAt!: Date;
  @Timestamp({ nullable: true }) finishedAt!: Date | null;
}
