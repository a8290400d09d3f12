import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text } from '../platform/database/columns.js';

/** What a filter does to a ticket. Where `labelName` or `assigns` stands without its reference, that part can no longer be done. */
@Entity('filter_consequences')
export class FilterConsequence {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Column({ type: 'boolean', default: false }) archive!: boolean;
  @Column({ type: 'boolean', default: false }) spam!: boolean;
  @Column({ type: 'boolean', default: false }) trash!: boolean;
  @Text({ nullable: true }) labelName!: string | null;
  @Ref({ nullable: true }) labelId!: number | null;
  @Text({ nullable: true }) assigns!: string | null;
  @Ref({ nullable: true }) userId!: number | null;
  @Ref({ nullable: true }) teamId!: number | null;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
