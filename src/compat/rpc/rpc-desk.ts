import { Injectable } from '@nestjs/common';
import { Comments } from '../../comments/comments.service.js';
import { Messages } from '../../replies/messages.service.js';
import { Conversations } from '../../tickets/conversations.service.js';
import { RpcHouse } from './rpc-house.js';
import { RpcPeople } from './rpc-people.js';

/** What the functions call: the services that everybody calls, and the database for what only they show. */
@Injectable()
export class RpcDesk {
  constructor(
    readonly conversations: Conversations,
    readonly messages: Messages,
    readonly notes: Comments,
    readonly people: RpcPeople,
    readonly house: RpcHouse,
  ) {}

  /** The JSON that a statement writes as `view`; null when it finds nothing. */
  async view(sql: string, params: unknown[]): Promise<string | null> {
    const [found] = await this.house.db.query<{ view: string | null }>(sql, params);
    return found?.view ?? null;
  }

  async count(sql: string, params: unknown[]): Promise<number> {
    const [found] = await this.house.db.query<{ count: number }>(sql, params);
    return found?.count ?? 0;
  }
}
