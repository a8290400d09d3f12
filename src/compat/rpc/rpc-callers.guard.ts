import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import type { Actor } from '../../access/actor.js';
import { Credentials } from '../../access/credentials.js';
import { RateLimits } from '../../access/rate-limits.js';
import { WrongTokens } from '../../access/wrong-tokens.js';
import { Forbidden, Unauthenticated } from '../../platform/errors/app-errors.js';
import type { RpcRequest } from './dialect.js';

const MOST_TOKENS = 3;

/**
 * Lets admins in (rpc-conventions.md section 3). Where several tokens are given, the one of an admin lets in and the other is an argument of
 * the function; one in the Authorization header always lets in, so that `token` is an argument.
 */
@Injectable()
export class RpcCallers implements CanActivate {
  constructor(
    private readonly credentials: Credentials,
    private readonly wrongTokens: WrongTokens,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const [req, res] = [http.getRequest<RpcRequest & { user?: Actor }>(), http.getResponse<Response>()];
    const given = req.rpcTokens ?? [];
    const [, inHeader] = /^bearer (.+)$/i.exec(req.headers.authorization ?? '') ?? [];
    const tokens = inHeader === undefined ? [...new Set(given)].slice(0, MOST_TOKENS) : [inHeader];
    if (tokens.length === 0) throw new Unauthenticated('A token is needed');
    // By this the block of wrong tokens tells one credential from another.
    req.headers.authorization = `Bearer ${tokens.join(' ')}`;
    const { actor, token } = await this.find(req, res, tokens);
    await this.limits.admit(actor, res);
    if (actor.role !== 'admin') throw new Forbidden('Only admins may call');
    req.user = actor;
    const [argument] = inHeader === undefined ? tokens.filter((other) => other !== token) : given;
    req.body = { ...(req.body as object), ...(argument !== undefined && { token: argument }) };
    return true;
  }

  private async find(req: RpcRequest, res: Response, tokens: string[]): Promise<{ actor: Actor; token: string }> {
    let found: { actor: Actor; token: string } | undefined;
    await this.wrongTokens.watch(req, res, async () => {
      const actors = await Promise.all(tokens.map((token) => this.credentials.actorOf(token, req.headers.host)));
      const known = actors.flatMap((actor, index) => (actor ? [{ actor, token: tokens[index] ?? '' }] : []));
      found = known.find(({ actor }) => actor.role === 'admin') ?? known[0];
      if (!found) throw new Unauthenticated('The token is unknown, expired or revoked');
      return found.actor;
    });
    if (!found) throw new Unauthenticated('The token is unknown, expired or revoked');
    return found;
  }
}
