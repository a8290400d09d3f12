import { Inject, Injectable } from '@nestjs/common';
import { buffer } from 'node:stream/consumers';
import { ENV, publicUrl, type Env } from '../../config/env.js';
import { Database } from '../../platform/database/database.js';
import type { Envelope } from '../../platform/mail/mailer.js';
import type { MailContent } from '../../platform/mail/mime.js';
import { DiskStorage } from '../../platform/storage/disk-storage.js';
import { composeMail } from './compose.js';
import type { LeasedMail } from './mail-attempts.js';
import { readFacts } from './mail-facts.js';
import { isEndable } from './mail-kinds.js';
import { MailTokens } from './mail-tokens.js';

/** A mail that can be sent. */
export interface WrittenMail {
  envelope: Envelope;
  content: MailContent;
}

/** Writes the mails that deliveries stand for. */
@Injectable()
export class MailComposition {
  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly db: Database,
    private readonly storage: DiskStorage,
    private readonly tokens: MailTokens,
  ) {}

  /** The mail as things are now, the same in every attempt as long as nothing has changed; null when what it tells of is gone. */
  async write(mail: LeasedMail): Promise<WrittenMail | null> {
    const { companyId, ticketId, kind, recipient } = mail;
    const facts = await readFacts(this.db, mail);
    if (!facts || (ticketId !== null && !facts.ticket)) return null;
    const { envelope, content, files } = composeMail(facts, {
      kind,
      messageId: this.tokens.makeMessageId(mail, recipient),
      replyToken: ticketId === null ? null : this.tokens.makeReplyToken({ companyId, ticketId }, recipient),
      baseUrl: publicUrl(this.env, facts.company.subdomain),
      domain: this.env.INBOUND_MAIL_DOMAIN,
      unsubscribeUrl: this.unsubscribeUrl(mail, facts.recipient.id, publicUrl(this.env, facts.company.subdomain)),
    });
    const parts = [...content.parts];
    for (const { file, cid } of files) {
      const { filename, contentType, storageKey } = file;
      if (storageKey !== null)
        parts.push({ filename, contentType, cid, content: await buffer(await this.storage.read(storageKey)) });
    }
    return { envelope, content: { ...content, parts } };
  }

  private unsubscribeUrl({ companyId, kind }: LeasedMail, userId: number | null, baseUrl: string): string | null {
    if (!isEndable(kind) || userId === null) return null;
    return `${baseUrl}/unsubscribe/${this.tokens.makeUnsubscribeToken({ companyId, userId, kind })}`;
  }
}
