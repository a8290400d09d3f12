import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../platform/database/database.js';
import { Notifications } from '../platform/database/notifications.js';
import { Unavailable } from '../platform/errors/app-errors.js';
import { LOGGER } from '../platform/logging/logger.js';
import { OutboundFailure } from '../platform/outbound-http/outbound-failure.js';
import { OutboundHttp, type OutboundAnswer } from '../platform/outbound-http/outbound-http.js';
import type { RowJob } from '../platform/queue/catalogue.js';
import { leaseDelivery, noteFailure, noteInterruption, noteSuccess, type LeasedDelivery, type Outcome } from './attempts.js';
import { recordDisabled } from './disabled.js';
import { INTERRUPTED } from './dispatch.js';
import { WebHookRequests } from './requests.js';
import { delayAfter, pauseAfter, readRetryAfter } from './retries.js';

const OUR_FAULT = 'The message could not be written: this is a fault of the desk, and its log tells more';

/** Makes the attempts: a lease, a request, and a note of what came of it. */
@Injectable()
export class DeliverySender {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
    private readonly http: OutboundHttp,
    private readonly requests: WebHookRequests,
    private readonly notifications: Notifications,
  ) {}

  /** Does nothing when the job is void. What fails is tried again later; only a database that does not answer throws. */
  async send(job: RowJob, signal: AbortSignal): Promise<void> {
    const delivery = await leaseDelivery(this.db, job, this.notifications.presence);
    if (!delivery) return;
    const outcome = await this.attempt(delivery, signal);
    if (outcome.error === null) await noteSuccess(this.db, delivery, outcome);
    else if (outcome.error === INTERRUPTED) await noteInterruption(this.db, delivery, outcome);
    else await this.noteFailure(delivery, outcome);
  }

  private async attempt(delivery: LeasedDelivery, signal: AbortSignal): Promise<Outcome> {
    const begun = performance.now();
    const took = () => Math.round(performance.now() - begun);
    try {
      const request = await this.requests.requestOf(delivery, new Date());
      return outcomeOf(await this.http.send({ ...request, signal }), took());
    } catch (error) {
      const noAnswer = { status: null, ms: took(), responseHead: null, retryAfter: null };
      if (error instanceof OutboundFailure) return { ...noAnswer, error: error.message };
      if (error instanceof Unavailable) return { ...noAnswer, error: INTERRUPTED };
      const { companyId: company, deliveryId: id } = delivery;
      this.logger.error({ err: error, company, delivery: id }, 'the message of a webhook could not be written');
      return { ...noAnswer, error: OUR_FAULT };
    }
  }

  private async noteFailure(delivery: LeasedDelivery, outcome: Outcome): Promise<void> {
    const delaySeconds = delayAfter(delivery.failures, outcome.retryAfter, Math.random());
    const pauseSeconds = pauseAfter(outcome.status, outcome.retryAfter);
    await this.db.tx(async (em) => {
      const reason = await noteFailure(em, delivery, outcome, { delaySeconds, pauseSeconds });
      if (reason) await recordDisabled(em, this.requests.deskOf(delivery), delivery.webHookId, reason);
    });
  }
}

function outcomeOf({ status, headers, body }: OutboundAnswer, ms: number): Outcome {
  const isSuccess = status >= 200 && status < 300;
  const retryAfter = isSuccess ? null : readRetryAfter(headers['retry-after'], new Date());
  // What Postgres cannot store as text is shown as the sign for what cannot be shown.
  const responseHead = body.toString('utf8').replaceAll('\0', '\ufffd');
  return { status, ms, responseHead, retryAfter, error: isSuccess ? null : `The endpoint answered ${status}` };
}
