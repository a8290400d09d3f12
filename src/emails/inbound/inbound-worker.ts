import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../../platform/database/database.js';
import { Notifications } from '../../platform/database/notifications.js';
import { LOGGER } from '../../platform/logging/logger.js';
import type { RowJob } from '../../platform/queue/catalogue.js';
import { finishEmail, leaseEmail, LeaseLost, noteInboundFailure, type LeasedEmail } from './inbound-attempts.js';
import { InboundMailbag } from './inbound-mailbag.js';
import { InboundPipeline } from './inbound-pipeline.js';

const OUR_FAULT = 'The mail could not be dealt with: this is a fault of the desk, and its log tells more';

/** Makes of one mail what it is to become. */
@Injectable()
export class InboundWorker {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
    private readonly notifications: Notifications,
    private readonly mailbag: InboundMailbag,
    private readonly pipeline: InboundPipeline,
  ) {}

  /** Does nothing when the job is void. What fails is tried again later; only a database that does not answer throws. */
  async work(job: RowJob): Promise<void> {
    const email = await leaseEmail(this.db, job, this.notifications.presence);
    if (!email) return;
    try {
      await this.attempt(email);
    } catch (error) {
      if (error instanceof LeaseLost) return;
      this.logger.error({ err: error, company: email.companyId, email: email.emailId }, 'a mail could not be dealt with');
      await noteInboundFailure(this.db, email, OUR_FAULT);
    }
  }

  // What the mail becomes and that it has become so are one commit: it becomes nothing twice.
  private async attempt(email: LeasedEmail): Promise<void> {
    if (email.storageKey === null) throw new Error('a mail that waits has no source');
    const raw = await this.mailbag.read(email.storageKey);
    const decision = await this.pipeline.decide(raw, email);
    await this.pipeline.apply(decision, email, (em, applied) => finishEmail(em, email, decision.summary, applied));
  }
}
