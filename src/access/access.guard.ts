import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { Forbidden, Unauthenticated } from '../platform/errors/app-errors.js';
import type { DeskRequest } from '../platform/http/request.js';
import { ACCESS_RULE, type AccessRule } from './access.decorators.js';
import { mayGrant, type Actor, type Visitor } from './actor.js';
import { Bearer } from './bearer.js';
import { Companies } from './companies.js';
import { RateLimits } from './rate-limits.js';
import { WrongTokens } from './wrong-tokens.js';

/** Enforces the rule that stands on the route; a route without one is refused. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly bearer: Bearer,
    private readonly companies: Companies,
    private readonly wrongTokens: WrongTokens,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.get<AccessRule | undefined>(ACCESS_RULE, context.getHandler());
    if (!rule) throw new Forbidden('This route is closed');
    if (rule.kind === 'public') return true;
    const req = context.switchToHttp().getRequest<DeskRequest & { user?: Actor | Visitor }>();
    if (req.headers.authorization === undefined) {
      if (rule.kind === 'authenticated') throw new Unauthenticated('A token is needed: Authorization: Bearer … or auth_token');
      req.user = await this.companies.visitorAt(req.headers.host);
      return true;
    }
    const res = context.switchToHttp().getResponse<Response>();
    const actor = await this.wrongTokens.watch(req, res, () => this.bearer.actorOf(req, res));
    await this.limits.admit(actor, res);
    refuseUnlessAllowed(actor, rule);
    req.user = actor;
    return true;
  }
}

function refuseUnlessAllowed(actor: Actor, rule: Exclude<AccessRule, { kind: 'public' }>): void {
  if (!mayGrant(actor.scopes, [rule.scope])) throw new Forbidden(`The token lacks the scope ${rule.scope}`);
  if (rule.kind === 'authenticated' && !rule.roles.includes(actor.role))
    throw new Forbidden(`This is not for the role ${actor.role}`);
}
