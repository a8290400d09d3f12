import { Inject, Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import { ENV, type Env } from '../config/env.js';
import { RateCounter, type RatePolicy } from '../platform/rate-limits/rate-counter.js';
import { tooMany } from '../platform/rate-limits/rate-limit-headers.js';

const WINDOW_SECONDS = 900;
/** Wrong passwords or tokens for one person. */
const BY_PERSON: RatePolicy = { name: 'logins', quota: 10, windowSeconds: WINDOW_SECONDS };
/** The same from one address, behind which there may be a whole web shop. */
const BY_ADDRESS: RatePolicy = { name: 'login-addresses', quota: 100, windowSeconds: WINDOW_SECONDS };

/** Whom somebody says to be, and from where. */
export interface LoginAttempt {
  companyId: number;
  /** An e-mail address, known or not, or an id. */
  name: string;
  address: string;
}

/** How often one may be wrong: all processes count together, and with RATE_LIMITS=off nobody does. */
@Injectable()
export class LoginLimits {
  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly counter: RateCounter,
  ) {}

  /** Tries to log in; what succeeds costs nothing. Throws `TooMany` without trying, and whatever `tryIt` throws. */
  async attempt<Result>({ companyId, name, address }: LoginAttempt, tryIt: () => Promise<Result | null>): Promise<Result | null> {
    if (!this.env.RATE_LIMITS) return tryIt();
    // Taken before, so that guesses that are made at once are counted each.
    const grants = await Promise.all([
      this.counter.take(BY_PERSON, `${companyId}/${hash('sha256', name.toLowerCase(), 'base64url')}`, 1),
      this.counter.take(BY_ADDRESS, `${companyId}/${address}`, 1),
    ]);
    const refused = grants.find(({ granted }) => granted === 0);
    if (refused) throw tooMany('Too many logins that failed', refused);
    const result = await tryIt();
    if (result !== null) await Promise.all(grants.map((grant) => grant.giveBack()));
    return result;
  }
}
