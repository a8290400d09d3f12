import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text } from '../../platform/database/columns.js';

/** The mail that a message of a ticket came by. No mail becomes two messages: of equal ones only the first is here. */
@Entity('received_messages')
export class ReceivedMessage {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  /** The same for the same mail, whichever ways it has come. */
  @Column({ type: 'bytea' }) fingerprint!: Buffer;
  /** Its Message-ID, by which answers find the ticket. */
  @Text({ nullable: true }) messageHeader!: string | null;
  @Ref({ nullable: true }) messageId!: number | null;
  /** In lower case. */
  @Text() sender!: string;
  /** By a machine or a list, so that no machine may answer. */
  @Column({ type: 'boolean' }) isAutomatic!: boolean;
  /** By somebody who had got hold of another's mail; it makes him no participant. */
  @Column({ type: 'boolean' }) isStranger!: boolean;
  /** Everything that he wrote, with what he quoted, where the message is without it. */
  @Text({ nullable: true }) wholeText!: string | null;
  @Text({ nullable: true }) wholeHtml!: string | null;
  @Now() createdAt!: Date;
}
