import { Entity, Column } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text } from '../platform/database/columns.js';

/** A file, or the link to one; it belongs to nobody but its uploader until a message takes it. */
@Entity('attachments')
export class Attachment {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref({ nullable: true }) messageId!: number | null;
  @Ref({ nullable: true }) uploadedById!: number | null;
  @Column({ type: 'smallint', default: 0 }) position!: number;
  @Text() filename!: string;
  @Text() contentType!: string;
  @Column({ type: 'bigint' }) byteSize!: number;
  @Text({ nullable: true }) storageKey!: string | null;
  @Text({ nullable: true }) externalUrl!: string | null;
  @Now() createdAt!: Date;
}
