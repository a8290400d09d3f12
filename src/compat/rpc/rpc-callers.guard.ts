import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import type { Actor } from '../../access/actor.js';
import { Companies } from '../../access/companies.js';
import { Credentials } from '../../access/credentials.js';
import { RateLimits } from '../../access/rate-limits.js';
import { WrongTokens } from '../../access/wrong-tokens.js';
import { Forbidden, Unauthenticated } from '../../platform/errors/app-errors.js';
import { Logins } from '../../users/logins.service.js';
import type { RpcRequest } from './dialect.js';
import { ownLoginIn, type OwnLogin } from './own-login.js';

const MOST_TOKENS = 3;

interface Found {
  actor: Actor;
  token: string;
  /** Where he has shown no API token, but logs in with his own: then there is nothing else that he may say. */
  own?: OwnLogin;
}

/**
 * Lets admins in (rpc-conventions.md section 3). Where several tokens are given, the one of an admin lets in and the other is an argument of
 * the function; one in the Authorization header always lets in, so that `token` is an argument. Who logs in with his id and his own token
 * needs no admin (section 1.4).
 */
@Injectable()
export class RpcCallers implements CanActivate {
  constructor(
    private readonly credentials: Credentials,
    private readonly wrongTokens: WrongTokens,
    private readonly limits: RateLimits,
    private readonly companies: Companies,
    private readonly logins: Logins,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const [req, res] = [http.getRequest<RpcRequest & { user?: Actor }>(), http.getResponse<Response>()];
    const given = req.rpcTokens ?? [];
    const [, inHeader] = /^bearer (.+)$/i.exec(req.headers.authorization ?? '') ?? [];
    const own = ownLoginIn(req.body, given);
    const tokens = inHeader === undefined ? [...new Set(given)].slice(0, MOST_TOKENS) : [inHeader];
    if (tokens.length === 0 && !own) throw new Unauthenticated('A token is needed');
    // By this the block of wrong tokens tells one credential from another.
    req.headers.authorization = `Bearer ${[...tokens, ...(own ? [own.user_id, own.token] : [])].join(' ')}`;
    const found = await this.find(req, res, tokens, own);
    await this.limits.admit(found.actor, res);
    req.user = found.actor;
    if (found.own) {
      req.body = { ...found.own };
      return true;
    }
    if (found.actor.role !== 'admin') throw new Forbidden('Only admins may call');
    const [argument] = inHeader === undefined ? tokens.filter((other) => other !== found.token) : given;
    req.body = { ...(req.body as object), ...(argument !== undefined && { token: argument }) };
    return true;
  }

  private async find(req: RpcRequest, res: Response, tokens: string[], own: OwnLogin | null): Promise<Found> {
    let found: Found | undefined;
    await this.wrongTokens.watch(req, res, async () => {
      const actors = await Promise.all(tokens.map((token) => this.credentials.actorOf(token, req.headers.host)));
      const known = actors.flatMap((actor, index) => (actor ? [{ actor, token: tokens[index] ?? '' }] : []));
      found = known.find(({ actor }) => actor.role === 'admin') ?? known[0] ?? (await this.findOwn(req, own));
      if (!found) throw new Unauthenticated('The token is unknown, expired or revoked');
      return found.actor;
    });
    if (!found) throw new Unauthenticated('The token is unknown, expired or revoked');
    return found;
  }

  private async findOwn(req: RpcRequest, own: OwnLogin | null): Promise<Found | undefined> {
    if (!own) return undefined;
    const actor = await this.logins.actorOf(await this.companies.visitorAt(req.headers.host), own.user_id, own.token);
    return actor ? { actor, token: own.token, own } : undefined;
  }
}
