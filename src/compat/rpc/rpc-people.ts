import { Injectable } from '@nestjs/common';
import { UserTokens } from '../../access/user-tokens.js';
import { Database } from '../../platform/database/database.js';
import { UserDeletion } from '../../tickets/user-deletion.service.js';
import { Profiles } from '../../users/profiles.service.js';
import { RpcVisits } from './rpc-visits.js';

/** A person as a statement finds him with `personSql`: what is shown of him, and what his token is made of. */
interface FoundPerson {
  id: number;
  password_hash: string | null;
  view: Record<string, unknown>;
}

/** What the functions about people call beside the conversations. */
@Injectable()
export class RpcPeople {
  constructor(
    readonly visits: RpcVisits,
    readonly profiles: Profiles,
    readonly deletion: UserDeletion,
    private readonly tokens: UserTokens,
    private readonly db: Database,
  ) {}

  /** The people whom a statement finds, each with his token: only admins call. */
  async find(companyId: number, sql: string, params: unknown[]): Promise<Record<string, unknown>[]> {
    const found = await this.db.query<FoundPerson>(sql, params);
    return found.map(({ id: userId, password_hash: passwordHash, view }) => ({
      ...view,
      token: this.tokens.userToken({ companyId, userId, passwordHash }),
    }));
  }
}
