import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Actor } from '../access/actor.js';
import { Bearer } from '../access/bearer.js';
import { Credentials } from '../access/credentials.js';
import { RateLimits } from '../access/rate-limits.js';
import { WrongTokens } from '../access/wrong-tokens.js';
import { ENV, type Env } from '../config/env.js';
import { Forbidden, Unauthenticated } from '../platform/errors/app-errors.js';
import type { OperatorSession } from './operator-sessions.js';

/** Who may see the queues: they hold the work of all companies, so that an admin of the company which runs the desk is needed. */
@Injectable()
export class Operators {
  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly bearer: Bearer,
    private readonly credentials: Credentials,
    private readonly wrongTokens: WrongTokens,
    private readonly limits: RateLimits,
  ) {}

  /** The operator whose token the request carries. Throws `Unauthenticated`, `Forbidden` and `TooMany`. */
  async ofToken(req: Request, res: Response): Promise<Actor> {
    if (req.headers.authorization === undefined) throw new Unauthenticated('A token is needed');
    return this.admit(await this.wrongTokens.watch(req, res, () => this.bearer.actorOf(req, res)), res);
  }

  /** The operator who has opened a session; null when the token is no longer good. Throws `Forbidden` and `TooMany`. */
  async ofSession({ companyId, tokenId }: OperatorSession, req: Request, res: Response): Promise<Actor | null> {
    const actor = await this.credentials.actorOfId(companyId, tokenId, req.headers.host);
    return actor && this.admit(actor, res);
  }

  private async admit(actor: Actor, res: Response): Promise<Actor> {
    await this.limits.admit(actor, res);
    const isOperator = actor.company.subdomain === this.env.BOOTSTRAP_COMPANY && actor.role === 'admin';
    if (!isOperator) throw new Forbidden('The queues are for admins of the company that runs this desk');
    if (!actor.scopes.includes('*')) throw new Forbidden('The token lacks the scope *');
    return actor;
  }
}
