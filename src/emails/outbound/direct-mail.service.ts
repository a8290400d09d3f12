import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../../access/actor.js';
import { Database, rows } from '../../platform/database/database.js';
import { Invalid } from '../../platform/errors/app-errors.js';
import { record } from '../../platform/events/record.js';
import { isMailAddress } from '../../platform/mail/mime.js';
import { presentShortUser } from '../../users/people.js';

/** A file that lies elsewhere. */
export interface FileElsewhere {
  name: string;
  url: string;
}

export interface MailToUser {
  recipientId: number;
  senderId: number;
  text: string;
  /** Told by their addresses, below the text. */
  files: readonly FileElsewhere[];
}

export interface MailToAddress {
  to: string;
  /** It and the text may name merge fields. */
  subject: string;
  text: string;
  /** Stands behind the name of the sender. */
  senderSuffix: string;
}

/** What has become of a mail to a user. */
export type Mailed = 'written' | 'unknown' | 'no-address';

/** What stands in the event of a mail that an admin has written, and from which it is made. */
export interface WrittenEmail {
  kind: 'direct' | 'custom';
  /** Null for whoever has an address only. */
  recipient: { id: number } | null;
  to: string;
  subject: string | null;
  message: string;
  files: readonly { filename: string; url: string }[];
  sender: { id: number; name: string | null; email: string | null };
  sender_suffix: string;
}

const LONGEST_SUBJECT = 255;

const PERSON = `select u.email from users u where u.company_id = $1 and u.id = $2 and u.kind <> 'customer_group' for key share`;

/** Mails that are about no ticket. Each is an event, of which a worker makes one delivery; who is suppressed gets none. */
@Injectable()
export class DirectMail {
  constructor(private readonly db: Database) {}

  /** Writes to a person under the template `direct`. Nothing is written for whom nobody knows, or who has no address. */
  async toUser(actor: Actor, mail: MailToUser): Promise<Mailed> {
    return this.db.tx(async (em) => {
      const recipient = await findPerson(em, actor, mail.recipientId);
      if (!recipient || !(await findPerson(em, actor, mail.senderId))) return 'unknown';
      if (recipient.email === null) return 'no-address';
      await writeToUser(em, actor, mail, recipient.email);
      return 'written';
    });
  }

  /** Writes to any address. Throws `Invalid` when it is none, or the subject is too long. */
  async toAddress(actor: Actor, { to, subject, text, senderSuffix }: MailToAddress): Promise<void> {
    if (!isMailAddress(to)) throw Invalid.field('to', 'must be an e-mail address');
    if (subject.length > LONGEST_SUBJECT) throw Invalid.field('subject', `must have at most ${LONGEST_SUBJECT} characters`);
    await this.db.tx(async (em) => {
      const sender = await presentShortUser(em, actor, actor.userId);
      const email = {
        kind: 'custom',
        recipient: null,
        to,
        subject,
        message: text,
        files: [],
        sender_suffix: senderSuffix,
      } as const;
      await tell(em, actor, email, sender);
    });
  }
}

async function writeToUser(em: EntityManager, actor: Actor, mail: MailToUser, to: string): Promise<void> {
  const recipient = await presentShortUser(em, actor, mail.recipientId);
  const sender = await presentShortUser(em, actor, mail.senderId);
  const files = mail.files.map(({ name, url }) => ({ filename: name, url }));
  const known = JSON.parse(recipient) as { id: number };
  const email = { kind: 'direct', recipient: known, to, subject: null, message: mail.text, files, sender_suffix: '' } as const;
  await tell(em, actor, email, sender);
  const data = { recipient, message: JSON.stringify(mail.text) };
  await record(em, { companyId: actor.companyId, type: 'email.sent', actor: eventActor(actor), data });
}

async function tell(em: EntityManager, actor: Actor, written: Omit<WrittenEmail, 'sender'>, sender: string): Promise<void> {
  const email = `${JSON.stringify(written).slice(0, -1)},"sender":${sender}}`;
  await record(em, { companyId: actor.companyId, type: 'email.written', actor: eventActor(actor), data: { email } });
}

async function findPerson(em: EntityManager, { companyId }: Actor, id: number): Promise<{ email: string | null } | undefined> {
  const [person] = await rows<{ email: string | null }>(em, PERSON, [companyId, id]);
  return person;
}
