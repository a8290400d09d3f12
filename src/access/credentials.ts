import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { ENV, publicUrl, type Env } from '../config/env.js';
import { hashToken } from '../platform/crypto/tokens.js';
import { Database } from '../platform/database/database.js';
import { LOGGER } from '../platform/logging/logger.js';
import type { Actor, Role } from './actor.js';
import { hostLabel } from './companies.js';

interface TokenRow {
  token_id: number;
  expires_at: Date | null;
  teams_are_open: boolean;
  scopes: string[];
  user_id: number;
  role: Role;
  email: string | null;
  company_id: number;
  subdomain: string;
  company_name: string;
  of_host: boolean;
  foreign_host: boolean;
  stale: boolean;
}

const LIVE_TOKENS = `
  select t.id as token_id, t.expires_at, c.teams_are_open, t.scopes, u.id as user_id, u.role, u.email, c.id as company_id, c.subdomain, c.name as company_name,
    c.subdomain = $2 as of_host,
    c.subdomain is distinct from $2 and exists (select 1 from companies other where other.subdomain = $2) as foreign_host,
    t.last_used_at is null or t.last_used_at < now() - interval '1 minute' as stale
  from api_tokens t
  join users u on u.company_id = t.company_id and u.id = t.user_id
  join companies c on c.id = t.company_id
  where (t.expires_at is null or t.expires_at > now())`;

// Two companies may have been given the same token by hand: then only the host name can say which is meant.
const BY_HASH = `${LIVE_TOKENS} and t.token_hash = $1
  order by (c.subdomain = $2) desc nulls last
  limit 2`;

const BY_ID = `${LIVE_TOKENS} and t.company_id = $1 and t.id = $3`;

@Injectable()
export class Credentials {
  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
  ) {}

  /** Who holds this token; null when it is unknown, expired, revoked, or shown at another company's host name. */
  async actorOf(token: string, host: string | undefined): Promise<Actor | null> {
    const found = await this.db.prepared<TokenRow>('token-by-hash', BY_HASH, [hashToken(token), hostLabel(host)]);
    const [row] = found;
    if (!row || row.foreign_host || (found.length > 1 && !row.of_host)) return null;
    return this.present(row);
  }

  /** The same for a token that has been shown before, so that what was opened with it ends with it. */
  async actorOfId(companyId: number, tokenId: number, host: string | undefined): Promise<Actor | null> {
    const [row] = await this.db.prepared<TokenRow>('token-by-id', BY_ID, [companyId, hostLabel(host), tokenId]);
    return !row || row.foreign_host ? null : this.present(row);
  }

  private present(row: TokenRow): Actor {
    if (row.stale) this.noteUse(row);
    return {
      companyId: row.company_id,
      company: { subdomain: row.subdomain, name: row.company_name },
      baseUrl: publicUrl(this.env, row.subdomain),
      userId: row.user_id,
      role: row.role,
      email: row.email,
      scopes: row.scopes,
      tokenId: row.token_id,
      tokenExpiresAt: row.expires_at,
      seesAllTeams: row.role === 'admin' || row.teams_are_open,
    };
  }

  // At most once a minute for each token, and no request waits for it. Whoever uses the desk has accepted his invitation.
  private noteUse({ company_id, token_id, user_id }: TokenRow): void {
    const sql = `with used as (update api_tokens set last_used_at = now() where company_id = $1 and id = $2)
      update users set confirmed_at = now() where company_id = $1 and id = $3 and confirmed_at is null`;
    this.db.query(sql, [company_id, token_id, user_id]).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'last use of a token was not noted');
    });
  }
}
