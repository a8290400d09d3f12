import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text, Timestamp } from '../platform/database/columns.js';

/** That an endpoint is to be told of an event. It is the truth about the delivery; the queue only knows when to look at it. */
@Entity('web_hook_deliveries')
export class WebHookDelivery {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() webHookId!: number;
  @Ref() eventId!: number;
  /** Which one, where an event makes several messages of a format. */
  @Text({ default: '' }) part!: string;
  @Text({ default: 'pending' }) state!: 'pending' | 'succeeded' | 'failed';
  /** Attempts that the endpoint has failed. */
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
  @Now() createdAt!: Date;
  @Timestamp({ nullable: true }) finishedAt!: Date | null;
}

/** One request. It is written down before it is made, so that none goes unrecorded whatever crashes. */
@Entity('web_hook_attempts')
export class WebHookAttempt {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() deliveryId!: number;
  @Column({ type: 'integer' }) number!: number;
  @Now() startedAt!: Date;
  @Timestamp({ nullable: true }) finishedAt!: Date | null;
  /** Of the answer; null when there was none. */
  @Column({ type: 'integer', nullable: true }) status!: number | null;
  @Column({ type: 'integer', nullable: true }) ms!: number | null;
  @Text({ nullable: true }) responseHead!: string | null;
  /** What went wrong, in words. */
  @Text({ nullable: true }) error!: string | null;
}

/** That all events behind a position are to be delivered again. */
@Entity('web_hook_replays')
export class WebHookReplay {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() webHookId!: number;
  /** Cursors of the event log: where it begins, how far it is, and where it ends. */
  @Text() after!: string;
  @Text() position!: string;
  @Text() until!: string;
  @Column({ type: 'integer', default: 0 }) deliveriesCount!: number;
  @Now() createdAt!: Date;
  /** When it was its turn last. */
  @Now() movedAt!: Date;
  @Timestamp({ nullable: true }) finishedAt!: Date | null;
}
