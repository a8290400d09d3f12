import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { Forbidden, Unauthenticated } from '../platform/errors/app-errors.js';
import type { DeskRequest } from '../platform/http/request.js';
import { ACCESS_RULE, type AccessRule } from './access.decorators.js';
import { mayGrant, type Actor } from './actor.js';
import { Companies } from './companies.js';

/** Runs Passport; a refusal becomes our own error, whose wording depends on where the token was. */
@Injectable()
export class BearerGuard extends AuthGuard('bearer') {
  override handleRequest<User = Actor>(error: unknown, user: User | false): User {
    if (error) throw error instanceof Error ? error : new Error('passport failed', { cause: error });
    if (!user) throw new Unauthenticated('The token is unknown, expired or revoked');
    return user;
  }
}

/** Enforces the rule that stands on the route; a route without one is refused. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly bearer: BearerGuard,
    private readonly companies: Companies,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.get<AccessRule | undefined>(ACCESS_RULE, context.getHandler());
    if (!rule) throw new Forbidden('This route is closed');
    if (rule.kind === 'public') return true;
    const req = context.switchToHttp().getRequest<DeskRequest & { user?: unknown }>();
    if (req.headers.authorization === undefined) {
      if (rule.kind === 'authenticated') throw new Unauthenticated('A token is needed: Authorization: Bearer … or auth_token');
      req.user = await this.companies.visitorAt(req.headers.host);
      return true;
    }
    await this.bearer.canActivate(context);
    refuseUnlessAllowed(req.user as Actor, rule);
    return true;
  }
}

function refuseUnlessAllowed(actor: Actor, rule: Exclude<AccessRule, { kind: 'public' }>): void {
  if (!mayGrant(actor.scopes, [rule.scope])) throw new Forbidden(`The token lacks the scope ${rule.scope}`);
  if (rule.kind === 'authenticated' && !rule.roles.includes(actor.role))
    throw new Forbidden(`This is not for the role ${actor.role}`);
}
