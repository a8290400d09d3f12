import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { hashToken, newToken } from '../platform/crypto/tokens.js';
import { Database, only, rows } from '../platform/database/database.js';
import { Forbidden, Invalid, NotFound } from '../platform/errors/app-errors.js';
import { record, type EventActor } from '../platform/events/record.js';
import { eventActor, mayGrant, SCOPES, type Actor } from './actor.js';
import type { ApiTokenView } from './api-tokens.dto.js';
import { timeSql } from './view.js';

export interface NewApiToken {
  userId?: number;
  name: string;
  scopes?: string[];
  expiresAt?: Date;
}

export interface IssuedToken extends ApiTokenView {
  token: string;
}

const VIEW = `json_build_object('id', t.id, 'user_id', t.user_id, 'name', t.name, 'scopes', t.scopes,
  'expires_at', ${timeSql('t.expires_at')}, 'last_used_at', ${timeSql('t.last_used_at')}, 'created_at', ${timeSql('t.created_at')})`;

@Injectable()
export class ApiTokens {
  constructor(private readonly db: Database) {}

  /**
   * Makes a token for a person of the actor's company; only the answer ever holds the secret.
   * Throws `Forbidden` for another person's token unless an admin asks, for scopes beyond the actor's own and for an end after that of the
   * actor's own token (which is the default then); `Invalid` for an unknown person.
   */
  async create(actor: Actor, token: NewApiToken): Promise<IssuedToken> {
    const { userId = actor.userId, scopes = actor.scopes, expiresAt = actor.tokenExpiresAt ?? undefined, name } = token;
    if (userId !== actor.userId && actor.role !== 'admin') throw new Forbidden('Only admins make tokens for others');
    const unknown = scopes.filter((scope) => !SCOPES.some((known) => known === scope));
    if (unknown.length > 0) throw Invalid.field('scopes', `must not hold ${unknown.join(', ')}`);
    if (!mayGrant(actor.scopes, scopes)) throw new Forbidden('A token cannot give more than it has');
    if (actor.tokenExpiresAt && expiresAt && expiresAt > actor.tokenExpiresAt)
      throw new Forbidden('A token cannot outlive the one that makes it');
    return this.db.tx((em) => issueToken(em, actor.companyId, eventActor(actor), { name, expiresAt, userId, scopes }));
  }

  /** Admins see the tokens of all, others their own; never a secret. */
  async list(actor: Actor): Promise<ApiTokenView[]> {
    const sql = `select ${VIEW} as view from api_tokens t where t.company_id = $1 and ($2::bigint is null or t.user_id = $2) order by t.id limit 1000`;
    const found = await this.db.query<{ view: ApiTokenView }>(sql, [
      actor.companyId,
      actor.role === 'admin' ? null : actor.userId,
    ]);
    return found.map(({ view }) => view);
  }

  /** Ends a token at once. Throws `NotFound` for one that the actor may not see. */
  async revoke(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const sql = `delete from api_tokens t where t.company_id = $1 and t.id = $2 and ($3::bigint is null or t.user_id = $3) returning ${VIEW}::text as view`;
      const [gone] = await rows<{ view: string }>(em, sql, [actor.companyId, id, actor.role === 'admin' ? null : actor.userId]);
      if (!gone) throw new NotFound('ApiToken', id);
      await record(em, {
        companyId: actor.companyId,
        type: 'api_token.revoked',
        actor: eventActor(actor),
        data: { api_token: gone.view },
      });
    });
  }
}

/** Makes a token in the open transaction; `secret` is for operators who choose it themselves. */
export async function issueToken(
  em: EntityManager,
  companyId: number,
  by: EventActor,
  { userId, name, scopes = ['*'], expiresAt }: NewApiToken,
  secret = newToken(),
): Promise<IssuedToken> {
  const owner = await rows(em, `select 1 from users where company_id = $1 and id = $2 and kind = 'user'`, [companyId, userId]);
  if (owner.length === 0) throw Invalid.field('user_id', 'is not a person of this company');
  const sql = `insert into api_tokens as t (company_id, user_id, name, token_hash, scopes, expires_at)
    values ($1, $2, $3, $4, $5, $6) returning ${VIEW} as view`;
  const { view } = only(
    await rows<{ view: ApiTokenView }>(em, sql, [companyId, userId, name, hashToken(secret), scopes, expiresAt ?? null]),
  );
  await record(em, { companyId, type: 'api_token.created', actor: by, data: { api_token: JSON.stringify(view) } });
  return { ...view, token: secret };
}
