import { Column, Entity } from 'typeorm';
import { Id, Now, Text } from '../platform/database/columns.js';

/** A company with a desk of its own. */
@Entity('companies')
export class Company {
  @Id() id!: number;
  @Text() subdomain!: string;
  @Text() name!: string;
  @Column({ type: 'bigint', default: 0 }) attachmentBytes!: number;
  @Column({ type: 'bigint', default: 10_737_418_240 }) attachmentQuota!: number;
  /** With one token. */
  @Column({ type: 'integer', default: 8 }) ticketCreationsPerMinute!: number;
  @Column({ type: 'boolean', default: true }) teamsAreOpen!: boolean;
  /** The first line of mails, so that an answer can be told from what it quotes below it; empty for none. */
  @Text({ default: '-- Please write your answer above this line --' }) mailReplyLine!: string;
  /** How many earlier messages a mail quotes at most. */
  @Column({ type: 'integer', default: 5 }) mailQuotedMessages!: number;
  /** Whose mail is refused: addresses, and domains written as `@example.com`. */
  @Column({ type: 'text', array: true, default: () => `'{}'` }) mailBlockedSenders!: string[];
  /** The servers whose Authentication-Results are believed. */
  @Column({ type: 'text', array: true, default: () => `'{}'` }) mailAuthservIds!: string[];
  /** How long mail is kept as it came. */
  @Column({ type: 'integer', default: 90 }) mailKeptDays!: number;
  @Now() createdAt!: Date;
}
