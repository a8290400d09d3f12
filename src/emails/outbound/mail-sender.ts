import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../../platform/database/database.js';
import { Notifications } from '../../platform/database/notifications.js';
import { LOGGER } from '../../platform/logging/logger.js';
import type { MailOutcome } from '../../platform/mail/mail-outcome.js';
import { Mailer } from '../../platform/mail/mailer.js';
import { retryDelay, type RowJob } from '../../platform/queue/catalogue.js';
import { leaseMail, letMailGo, noteNotSent, noteSent, type LeasedMail } from './mail-attempts.js';
import { MailComposition } from './mail-composition.js';

const OUR_FAULT = 'The mail could not be written: this is a fault of the desk, and its log tells more';
const GONE = 'What the mail was to tell of is gone';

/** Makes the attempts: a lease, a mail, and a note of what came of it. */
@Injectable()
export class MailSender {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
    private readonly composition: MailComposition,
    private readonly mailer: Mailer,
    private readonly notifications: Notifications,
  ) {}

  /** Does nothing when the job is void. What fails is tried again later; only a database that does not answer throws. */
  async send(job: RowJob, signal: AbortSignal): Promise<void> {
    const mail = await leaseMail(this.db, job, this.notifications.presence);
    if (!mail) return;
    const { outcome, messageId } = await this.attempt(mail, signal);
    if (outcome.kind === 'accepted') await noteSent(this.db, mail, outcome.answer, messageId);
    else if (outcome.kind === 'interrupted') await letMailGo(this.db, mail);
    else {
      const delaySeconds = retryDelay('emails', mail.failures, Math.random());
      await noteNotSent(this.db, mail, { ...outcome, isFinal: outcome.kind === 'rejected', delaySeconds });
    }
  }

  private async attempt(mail: LeasedMail, signal: AbortSignal): Promise<{ outcome: MailOutcome; messageId: string }> {
    try {
      const written = await this.composition.write(mail);
      if (!written) return { outcome: { kind: 'rejected', answer: null, error: GONE }, messageId: '' };
      const { envelope, content } = written;
      return { outcome: await this.mailer.send(envelope, content, signal), messageId: content.messageId };
    } catch (error) {
      const { companyId: company, deliveryId: delivery } = mail;
      this.logger.error({ err: error, company, delivery }, 'a mail could not be written');
      return { outcome: { kind: 'deferred', answer: null, error: OUR_FAULT }, messageId: '' };
    }
  }
}
