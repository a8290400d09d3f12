import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { ENV, type Env } from '../../config/env.js';
import { LOGGER } from '../logging/logger.js';
import { DkimSigner } from './dkim.js';
import { EmlFolder } from './eml-folder.js';
import type { MailOutcome } from './mail-outcome.js';
import { isMailAddress, writeMime, type MailContent, UnsendableMail } from './mime.js';
import { SmtpServer } from './smtp.js';

/** Who is told when a mail cannot be delivered, nobody if empty, and the one to whom it goes; no header has a say in it. */
export interface Envelope {
  from: string;
  to: string;
}

/** What most servers of the world take. */
export const MOST_MAIL_BYTES = 35 * 1024 * 1024;

/** Hands mail to the server of SMTP_URL; without one, each goes into a file under DATA_DIR/mail. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly server: SmtpServer | null;
  private readonly folder: EmlFolder;
  private readonly signer: DkimSigner | null;

  constructor(
    @Inject(ENV) env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.server = env.SMTP_URL === undefined ? null : new SmtpServer(env.SMTP_URL);
    this.folder = new EmlFolder(join(env.DATA_DIR, 'mail'));
    this.signer = DkimSigner.of(env);
  }

  /**
   * Hands over one mail to one recipient, once. What cannot be a mail, or is too large to be one, is rejected; whatever else goes wrong
   * is an outcome too, and nothing throws but a disk that does not take the file.
   */
  async send(envelope: Envelope, mail: MailContent, signal?: AbortSignal): Promise<MailOutcome> {
    let raw: Buffer;
    try {
      raw = await bytesOf(envelope, mail, this.signer);
    } catch (error) {
      if (!(error instanceof UnsendableMail)) throw error;
      this.logger.warn({ reason: error.message, mail: mail.messageId }, 'a mail cannot be sent');
      return { kind: 'rejected', answer: null, error: `The mail cannot be sent: ${error.message}` };
    }
    if (this.server) return this.server.send(envelope, raw, signal);
    return { kind: 'accepted', answer: `written to ${await this.folder.put(envelope, raw)}` };
  }

  onApplicationShutdown(): void {
    this.server?.close();
  }
}

async function bytesOf({ from, to }: Envelope, mail: MailContent, signer: DkimSigner | null): Promise<Buffer> {
  if (!isMailAddress(to) || (from !== '' && !isMailAddress(from)))
    throw new UnsendableMail('an address of the envelope cannot be written to');
  const written = await writeMime(mail);
  const raw = signer ? await signer.sign(written, mail.from.address) : written;
  if (raw.length > MOST_MAIL_BYTES) throw new UnsendableMail('the mail is too large');
  return raw;
}
