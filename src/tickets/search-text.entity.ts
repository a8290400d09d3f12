import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Ref } from '../platform/database/columns.js';

/** The words of one message, for search; kept by triggers. */
@Entity('search_texts')
export class SearchText {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) messageId!: number;
  @Ref() ticketId!: number;
  @Column({ type: 'boolean' }) isNote!: boolean;
  @Column({ type: 'tsvector' }) words!: string;
}
