import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Id, Now, Ref } from '../platform/database/columns.js';

/** A ticket that has gone into another, with what it takes to undo that. */
@Entity('ticket_merges')
export class TicketMerge {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() sourceId!: number;
  @Ref() targetId!: number;
  @Ref({ nullable: true }) mergedById!: number | null;
  @Ref() stubId!: number;
  @Column({ type: 'bigint', array: true }) addedCc!: number[];
  @Column({ type: 'boolean' }) wasArchived!: boolean;
  @Now() createdAt!: Date;
}

/** A message that a merge has moved. */
@Entity('merged_messages')
export class MergedMessage {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) mergeId!: number;
  @PrimaryColumn({ type: 'bigint' }) messageId!: number;
  @Column({ type: 'boolean' }) wasOpening!: boolean;
}
