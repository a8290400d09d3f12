import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, showOne } from '../access/collection.js';
import { Database, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import type { JsonText } from '../platform/http/json-text.js';
import { addMembers, holdTeam } from './members.js';
import { MEMBERS, TEAMS, TEAMS_WITH_USERS } from './team.view.js';

const OF_TEAM = `u.id in (select m.user_id from team_members m where m.company_id = $1 and m.team_id = $5)`;

@Injectable()
export class TeamMembers {
  constructor(private readonly db: Database) {}

  /** One page of the people of a team, oldest first. Throws `NotFound`. */
  async list(actor: Actor, teamId: number, page: Page): Promise<JsonText> {
    await showOne(this.db, actor, TEAMS, teamId);
    return listPage(this.db, actor, MEMBERS, 'users', page, { where: OF_TEAM, values: [teamId] });
  }

  /** Puts somebody of the staff into a team; doing it twice is harmless. Throws `NotFound` for no team, `Invalid` for no staff. */
  async add(actor: Actor, teamId: number, userId: number): Promise<string> {
    return this.db.tx(async (em) => {
      await holdTeam(em, actor.companyId, teamId);
      const isNew = await addMembers(em, actor.companyId, teamId, 'id', [userId]);
      const user = await presentOne(em, actor, MEMBERS, userId);
      if (isNew) await recordMember(em, actor, teamId, 'team.member_added', user);
      return user;
    });
  }

  /** Takes somebody out of a team; tickets that he has stay his. Throws `NotFound` also for who is not in it. */
  async remove(actor: Actor, teamId: number, userId: number): Promise<void> {
    await this.db.tx(async (em) => {
      await holdTeam(em, actor.companyId, teamId);
      const sql = `delete from team_members where company_id = $1 and team_id = $2 and user_id = $3 returning 1`;
      const left = await rows(em, sql, [actor.companyId, teamId, userId]);
      if (left.length === 0) throw new NotFound('Member', userId);
      await recordMember(em, actor, teamId, 'team.member_removed', await presentOne(em, actor, MEMBERS, userId));
    });
  }
}

async function recordMember(
  em: EntityManager,
  actor: Actor,
  teamId: number,
  type: 'team.member_added' | 'team.member_removed',
  user: string,
): Promise<void> {
  const data = { team: await presentOne(em, actor, TEAMS_WITH_USERS, teamId), user };
  await record(em, { companyId: actor.companyId, type, actor: eventActor(actor), data });
}
