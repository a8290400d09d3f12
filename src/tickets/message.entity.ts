import { Entity, Column } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text } from '../platform/database/columns.js';

/** One text of a conversation: the opening, a public reply or an internal note. */
@Entity('messages')
export class Message {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() ticketId!: number;
  @Text() kind!: string;
  @Ref() authorId!: number;
  @Column({ type: 'boolean' }) authorIsAgent!: boolean;
  @Ref({ nullable: true }) writtenById!: number | null;
  @Text() text!: string;
  @Text({ nullable: true }) html!: string | null;
  @Column({ type: 'smallint', nullable: true }) htmlPolicy!: number | null;
  @Text() summary!: string;
  @Column({ type: 'boolean', default: false }) isMerged!: boolean;
  /** 2 when it has been read. */
  @Column({ type: 'smallint', default: 0 }) statusCode!: number;
  @Text({ nullable: true }) payload!: string | null;
  /** Of notes. */
  @Text({ nullable: true }) title!: string | null;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
