import { Entity } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text } from '../../platform/database/columns.js';
import type { TemplateKind } from './mail-kinds.js';

/** How mails of a kind look, for the whole company or those of one agent; what is null is as the desk has it. Texts with merge fields. */
@Entity('email_templates')
export class EmailTemplate {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() kind!: TemplateKind;
  /** The agent whose mails it is for; null for those of everybody. */
  @Ref({ nullable: true }) userId!: number | null;
  @Text({ nullable: true }) subject!: string | null;
  /** Stands above what was written. */
  @Text({ nullable: true }) header!: string | null;
  /** What mails say that nobody has written. */
  @Text({ nullable: true }) body!: string | null;
  /** Stands below what was written. */
  @Text({ nullable: true }) footer!: string | null;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
