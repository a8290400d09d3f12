import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { ENV, type Env } from '../config/env.js';
import { clientAddress } from '../platform/http/client-address.js';
import { LOGGER } from '../platform/logging/logger.js';
import { LeasedPermits, type Verdict } from '../platform/rate-limits/leased-permits.js';
import { RateCounter, type Grant, type RatePolicy } from '../platform/rate-limits/rate-counter.js';
import { tellLimit, tooMany } from '../platform/rate-limits/rate-limit-headers.js';
import type { Actor, Visitor } from './actor.js';
import { Companies } from './companies.js';

const ANY_REQUEST: RatePolicy = { name: 'default', quota: 1200, windowSeconds: 60 };

// supportbee.md section 3.3.
const TICKETS = 'ticket-creation';
const BY_ADDRESS: RatePolicy = { name: TICKETS, quota: 5, windowSeconds: 3600 };
const BY_TOKEN_SECONDS = 60;

/** What callers may do how often. All processes together keep each limit exactly; with RATE_LIMITS=off there is none. */
@Injectable()
export class RateLimits {
  private readonly requests: LeasedPermits;

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly counter: RateCounter,
    private readonly companies: Companies,
  ) {
    this.requests = new LeasedPermits(counter, ANY_REQUEST);
  }

  /** Counts a request against its token. Throws `TooMany`. */
  async admit(actor: Actor, res: Response): Promise<void> {
    if (!this.env.RATE_LIMITS) return;
    const answer = this.requests.take(subjectOf(actor));
    // Nearly always it is known at once, and then nothing waits.
    const verdict: Verdict = answer instanceof Promise ? await answer : answer;
    tellLimit(res, ANY_REQUEST, verdict);
    const { quota, windowSeconds } = ANY_REQUEST;
    if (!verdict.isAllowed)
      throw tooMany(`Too many requests with this token: at most ${quota} in ${windowSeconds} seconds`, verdict);
  }

  /**
   * Does what opens a ticket, if the caller may open one more: without a token 5 requests an hour from an address, whatever comes of
   * them; with a token as many tickets a minute as the company allows, where a refused or failed one does not count.
   * Throws `TooMany`, and whatever `open` throws.
   */
  async openingTicket<Result>(
    caller: Actor | Visitor,
    req: Request,
    res: Response,
    open: () => Promise<Result>,
  ): Promise<Result> {
    if (!this.env.RATE_LIMITS) return open();
    if (caller.userId === null) {
      const grant = await this.counter.take(BY_ADDRESS, `${caller.companyId}/${clientAddress(req)}`, 1);
      refuseUnlessGranted(res, BY_ADDRESS, grant, `Without a token at most ${BY_ADDRESS.quota} tickets an hour may be opened`);
      return open();
    }
    const quota = await this.companies.ticketCreationsPerMinute(caller.companyId);
    const policy = { name: TICKETS, quota, windowSeconds: BY_TOKEN_SECONDS };
    const grant = await this.counter.take(policy, subjectOf(caller), 1);
    refuseUnlessGranted(res, policy, grant, `With one token at most ${quota} tickets a minute may be opened`);
    return open().catch(async (error: unknown) => {
      await this.giveBack(grant);
      throw error;
    });
  }

  // A permit that cannot be given back is spent: that is the safe side.
  private async giveBack(grant: Grant): Promise<void> {
    await grant.giveBack().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'a permit was not given back');
    });
  }
}

function refuseUnlessGranted(res: Response, policy: RatePolicy, grant: Grant, text: string): void {
  tellLimit(res, policy, grant);
  if (grant.granted === 0) throw tooMany(text, grant);
}

function subjectOf(actor: Actor): string {
  return `${actor.companyId}.${actor.tokenId}`;
}
