import { ApiProperty } from '@nestjs/swagger';
import type { Collection } from '../access/collection.js';
import { shortUserSql, ShortUserView, teamFields, teamSql, TeamView, userSql } from '../users/user.view.js';

/** A team of a list; supportbee.md section 10 and A20. */
export class ListedTeamView extends TeamView {
  @ApiProperty({ required: false, type: [ShortUserView], description: 'Only when asked for by `with_users`.' })
  users?: ShortUserView[];
}

export class TeamWithUsersView extends TeamView {
  @ApiProperty({ type: [ShortUserView], description: 'Its members, oldest first.' }) users!: ShortUserView[];
}

const USERS = `(select coalesce(json_agg(${shortUserSql('u')} order by u.id), '[]')
  from team_members m join users u on u.company_id = m.company_id and u.id = m.user_id
  where m.company_id = t.company_id and m.team_id = t.id)`;

/** {@link TeamView}. */
export const TEAMS: Collection = {
  noun: 'Team',
  table: 'teams',
  alias: 't',
  view: teamSql('t'),
  order: 't.id',
  outlivesDeletion: true,
};

/** {@link TeamWithUsersView}. */
export const TEAMS_WITH_USERS: Collection = { ...TEAMS, view: `json_build_object(${teamFields('t')}, 'users', ${USERS})` };

/** `UserView` of people who may be in teams. */
export const MEMBERS: Collection = { noun: 'User', table: 'users', alias: 'u', view: userSql('u'), order: 'u.id' };
