import { Entity, Column } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text, Timestamp } from '../platform/database/columns.js';

/** A conversation with a customer. Its state is kept as facts; mapping.md section 2 says how each dialect reads them. */
@Entity('tickets')
export class Ticket {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text({ nullable: true }) subject!: string | null;
  @Ref() requesterId!: number;
  @Column({ type: 'boolean', default: true }) requesterVerified!: boolean;
  @Text({ default: 'web' }) source!: string;
  @Text({ nullable: true }) sourceAddress!: string | null;
  @Ref({ nullable: true }) forwardingAddressId!: number | null;
  @Text({ default: 'medium' }) priority!: string;
  @Text({ default: 'agent' }) waitingFor!: string;
  @Column({ type: 'boolean', default: false }) private!: boolean;
  @Column({ type: 'boolean', default: false }) draft!: boolean;
  @Timestamp({ nullable: true }) archivedAt!: Date | null;
  @Timestamp({ nullable: true }) spamAt!: Date | null;
  @Timestamp({ nullable: true }) trashedAt!: Date | null;
  @Ref({ nullable: true }) userAssigneeId!: number | null;
  @Ref({ nullable: true }) teamAssigneeId!: number | null;
  @Ref({ nullable: true }) categoryId!: number | null;
  @Ref({ nullable: true }) mergedIntoId!: number | null;
  @Column({ type: 'integer', default: 0 }) repliesCount!: number;
  @Column({ type: 'integer', default: 0 }) agentRepliesCount!: number;
  @Column({ type: 'integer', default: 0 }) commentsCount!: number;
  @Column({ type: 'boolean', default: false }) lastReplyByAgent!: boolean;
  /** The first reply of an agent, and whose it was; triggers on messages keep both. */
  @Timestamp({ nullable: true }) firstAgentReplyAt!: Date | null;
  @Ref({ nullable: true }) firstResponderId!: number | null;
  @Text({ nullable: true }) ratingScore!: string | null;
  @Text({ nullable: true }) ratingComment!: string | null;
  @Timestamp({ nullable: true }) ratedAt!: Date | null;
  /** Whose help was rated. */
  @Ref({ nullable: true }) ratedAgentId!: number | null;
  @Text({ nullable: true }) channel!: string | null;
  @Text({ nullable: true }) extra!: string | null;
  /** Since when it waits for an agent to be free; a trigger clears it when it waits no more. */
  @Timestamp({ nullable: true }) queuedAt!: Date | null;
  @Now() lastActivityAt!: Date;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
