import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { hash } from 'node:crypto';
import { ENV, type Env } from '../config/env.js';
import { Unauthenticated } from '../platform/errors/app-errors.js';
import { clientAddress } from '../platform/http/client-address.js';
import { RateCounter, type RatePolicy, type WindowState } from '../platform/rate-limits/rate-counter.js';
import { tellLimit, tooMany } from '../platform/rate-limits/rate-limit-headers.js';
import type { Actor } from './actor.js';

const POLICY: RatePolicy = { name: 'wrong-tokens', quota: 30, windowSeconds: 60 };
const MOST_PROVEN = 10_000;

/**
 * Lets an address try 30 wrong tokens a minute, counted over all processes. Then its tokens are refused without being looked at, right
 * ones too, or the refusals would tell them apart. Only a token that this process has found right from the same address before passes
 * all the same: one program with an old token must not shut out everybody behind the same proxy. What is being looked up at that
 * moment is still answered, and another process learns of the block by the next wrong token that it sees itself.
 */
@Injectable()
export class WrongTokens {
  /** When the block of an address ends. */
  private readonly blocked = new Map<string, number>();
  /** Digests of address and token, so that no secret stays in memory. */
  private readonly proven = new Set<string>();

  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly counter: RateCounter,
  ) {}

  /** Looks up the token of a request and counts a wrong one. Throws `TooMany` beyond the limit, and whatever `lookUp` throws. */
  async watch(req: Request, res: Response, lookUp: () => Promise<Actor>): Promise<Actor> {
    if (!this.env.RATE_LIMITS) return lookUp();
    this.refuseBlocked(req, res);
    try {
      const actor = await lookUp();
      this.noteRight(req);
      return actor;
    } catch (error) {
      if (error instanceof Unauthenticated) await this.countWrong(req, res);
      throw error;
    }
  }

  private refuseBlocked(req: Request, res: Response): void {
    if (this.blocked.size === 0) return;
    const address = clientAddress(req);
    const resetMs = (this.blocked.get(address) ?? 0) - performance.now();
    if (resetMs > 0 && !this.proven.has(digestOf(req))) throw refusal(res, { remaining: 0, resetMs });
  }

  private noteRight(req: Request): void {
    const digest = digestOf(req);
    if (this.proven.has(digest)) return;
    const [oldest] = this.proven;
    if (this.proven.size >= MOST_PROVEN && oldest !== undefined) this.proven.delete(oldest);
    this.proven.add(digest);
  }

  private async countWrong(req: Request, res: Response): Promise<void> {
    const address = clientAddress(req);
    const grant = await this.counter.take(POLICY, address, 1);
    if (grant.remaining === 0) this.block(address, grant.resetMs);
    if (grant.granted === 0) throw refusal(res, grant);
    tellLimit(res, POLICY, grant);
  }

  private block(address: string, resetMs: number): void {
    const now = performance.now();
    for (const [other, until] of this.blocked) if (until <= now) this.blocked.delete(other);
    this.blocked.set(address, now + resetMs);
  }
}

function refusal(res: Response, state: WindowState): Error {
  tellLimit(res, POLICY, state);
  return tooMany('Too many wrong tokens from your address', state);
}

function digestOf(req: Request): string {
  return hash('sha256', `${clientAddress(req)} ${req.headers.authorization ?? ''}`, 'base64');
}
