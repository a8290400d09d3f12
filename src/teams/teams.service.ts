import { Injectable } from '@nestjs/common';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, removeOne, showOne } from '../access/collection.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { record } from '../platform/events/record.js';
import type { JsonText } from '../platform/http/json-text.js';
import { holdTeam, replaceMembers } from './members.js';
import { TEAMS, TEAMS_WITH_USERS } from './team.view.js';

export interface TeamFilter extends Page {
  withUsers: boolean;
  /** Only the teams of the actor. */
  own: boolean;
}

/** What may be set on a team; what is undefined stays. */
export interface TeamChange {
  name?: string;
  userIds?: number[];
}

export interface NewTeam extends TeamChange {
  name: string;
}

const MEMBER = `exists (select 1 from team_members m where m.company_id = t.company_id and m.team_id = t.id`;
const OF_FILTER = `(not $5::boolean or ${MEMBER})) and (not $6::boolean or ${MEMBER} and m.user_id = $2))`;

@Injectable()
export class Teams {
  constructor(private readonly db: Database) {}

  /** One page, oldest first, under the key that the route has for it. */
  async list(actor: Actor, { withUsers, own, ...page }: TeamFilter, key: 'teams' | 'groups'): Promise<JsonText> {
    const collection = withUsers ? TEAMS_WITH_USERS : TEAMS;
    return listPage(this.db, actor, collection, key, page, { where: OF_FILTER, values: [withUsers, own] });
  }

  /** The team with its users. Throws `NotFound`. */
  async show(actor: Actor, id: number): Promise<string> {
    return showOne(this.db, actor, TEAMS_WITH_USERS, id);
  }

  /** Throws `Invalid` for a name that is taken and for people who are no staff. */
  async create(actor: Actor, { name, userIds = [] }: NewTeam): Promise<string> {
    return this.db.tx(async (em) => {
      const sql = `insert into teams (company_id, name) values ($1, $2) returning id`;
      const { id } = only(await rows<{ id: number }>(em, sql, [actor.companyId, name]));
      await replaceMembers(em, actor.companyId, id, 'user_ids', userIds);
      const team = await presentOne(em, actor, TEAMS_WITH_USERS, id);
      await record(em, { companyId: actor.companyId, type: 'team.created', actor: eventActor(actor), data: { team } });
      return team;
    });
  }

  /** Changes what is given. Throws `NotFound`, and `Invalid` as {@link create}. */
  async update(actor: Actor, id: number, { name, userIds }: TeamChange): Promise<string> {
    return this.db.tx(async (em) => {
      await holdTeam(em, actor.companyId, id);
      const sql = `update teams set name = coalesce($3, name), updated_at = now() where company_id = $1 and id = $2`;
      await rows(em, sql, [actor.companyId, id, name ?? null]);
      if (userIds) await replaceMembers(em, actor.companyId, id, 'user_ids', userIds);
      const team = await presentOne(em, actor, TEAMS_WITH_USERS, id);
      await record(em, { companyId: actor.companyId, type: 'team.updated', actor: eventActor(actor), data: { team } });
      return team;
    });
  }

  /**
   * Dissolves a team: its tickets lose it and keep the person who has them, its members are in one team less, and its name is free again.
   * The history of assignments still tells of it. Throws `NotFound`.
   */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const team = await removeOne(em, actor, TEAMS_WITH_USERS, id);
      const ids = [actor.companyId, id];
      await rows(em, `delete from team_members where company_id = $1 and team_id = $2`, ids);
      const free = `update tickets set team_assignee_id = null, updated_at = now() where company_id = $1 and team_assignee_id = $2`;
      await rows(em, free, ids);
      await rows(em, `update assignments set ended_at = now() where company_id = $1 and team_id = $2 and ended_at is null`, ids);
      await record(em, { companyId: actor.companyId, type: 'team.deleted', actor: eventActor(actor), data: { team } });
    });
  }
}
