import { ApiProperty } from '@nestjs/swagger';

export const USER_THUMBS = [20, 24, 32, 48, 64, 128] as const;
export const TEAM_THUMBS = [20, 24, 32, 48, 256] as const;

export class UserPictureView {
  @ApiProperty({ example: 'http://localhost:3000/images/users/20.png' }) thumb20!: string;
  @ApiProperty({ example: 'http://localhost:3000/images/users/24.png' }) thumb24!: string;
  @ApiProperty({ example: 'http://localhost:3000/images/users/32.png' }) thumb32!: string;
  @ApiProperty({ example: 'http://localhost:3000/images/users/48.png' }) thumb48!: string;
  @ApiProperty({ example: 'http://localhost:3000/images/users/64.png' }) thumb64!: string;
  @ApiProperty({ example: 'http://localhost:3000/images/users/128.png' }) thumb128!: string;
}

/** A person as he stands inside tickets, replies and comments (supportbee.md section 2.2, short form). */
export class ShortUserView {
  @ApiProperty({ example: 21 }) id!: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null for visitors, bots and customer groups.',
    example: 'customer@example.com',
  })
  email!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'Requester' }) name!: string | null;
  @ApiProperty({ enum: ['admin', 'agent', 'collaborator', 'customer'], example: 'customer' }) role!: string;
  @ApiProperty({ description: 'False for customers.', example: false }) agent!: boolean;
  @ApiProperty() picture!: UserPictureView;
}

export class TeamPictureView {
  @ApiProperty({ example: '/images/teams/20.png' }) thumb20!: string;
  @ApiProperty({ example: '/images/teams/24.png' }) thumb24!: string;
  @ApiProperty({ example: '/images/teams/32.png' }) thumb32!: string;
  @ApiProperty({ example: '/images/teams/48.png' }) thumb48!: string;
  @ApiProperty({ example: '/images/teams/256.png' }) thumb256!: string;
}

export class TeamView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 'Team 1' }) name!: string;
  @ApiProperty({ description: 'Addresses relative to the desk.' }) picture!: TeamPictureView;
}

/** A person or customer group on the /users routes (supportbee.md section 2.2, long form). */
export class UserView extends ShortUserView {
  @ApiProperty({ enum: ['user', 'customer_group'], example: 'user' }) type!: string;
  @ApiProperty({ example: 'Agent,' }) first_name!: string;
  @ApiProperty({ example: '1' }) last_name!: string;
  @ApiProperty({ example: false }) two_factor_authentication_enabled!: boolean;
  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'Groups: whether members see the tickets of each other.',
    example: null,
  })
  can_members_access_group_tickets!: boolean | null;
  @ApiProperty({
    type: [String],
    description: 'Groups: people with an address in these domains join by themselves.',
    example: [],
  })
  email_domains!: string[];
  @ApiProperty({ description: 'Groups: how many people are in it; 0 for users.', example: 0 }) members_count!: number;
  @ApiProperty({ required: false, description: 'Users only: open tickets, assigned to staff or asked by customers.', example: 0 })
  active_tickets_count?: number;
  @ApiProperty({ required: false, type: [TeamView], description: 'Users only.' }) teams?: TeamView[];
  @ApiProperty({ required: false, description: 'Groups only: tickets that its members have asked.', example: 0 })
  requested_tickets_count?: number;
}

const picture = (sizes: readonly number[], folder: string, base: string) =>
  // Uncorrelated, so Postgres makes it once for each statement.
  `(select json_build_object(${sizes.map((size) => `'thumb${size}', ${base}'/images/${folder}/${size}.png'`).join(', ')}))`;

const userPicture = picture(USER_THUMBS, 'users', '$3::text || ');
const teamPicture = picture(TEAM_THUMBS, 'teams', '');

const nameOf = (u: string) => `nullif(trim(${u}.first_name || ' ' || ${u}.last_name), '')`;

const shortFields = (u: string) => `'id', ${u}.id, 'email', ${u}.email, 'name', ${nameOf(u)}, 'role', ${u}.role,
  'agent', ${u}.role <> 'customer', 'picture', ${userPicture}`;

/** {@link ShortUserView} of the row `u` of users; a statement with it begins with `viewParams`. */
export const shortUserSql = (u: string): string => `json_build_object(${shortFields(u)})`;

/** The fields of {@link TeamView} of the row `t` of teams, for views that say more. */
export const teamFields = (t: string): string => `'id', ${t}.id, 'name', ${t}.name, 'picture', ${teamPicture}`;

/** {@link TeamView} of the row `t` of teams. */
export const teamSql = (t: string): string => `json_build_object(${teamFields(t)})`;

const OPEN = 'tk.archived_at is null and tk.spam_at is null and tk.trashed_at is null';

const activeTickets = (u: string) => `case when ${u}.role = 'customer'
  then (select count(*) from tickets tk where tk.company_id = ${u}.company_id and tk.requester_id = ${u}.id and ${OPEN})
  else (select count(*) from tickets tk where tk.company_id = ${u}.company_id and tk.user_assignee_id = ${u}.id and ${OPEN}) end`;

const members = (u: string) => `from group_members gm where gm.company_id = ${u}.company_id and gm.group_id = ${u}.id`;

const requestedTickets = (u: string) => `(select count(*) from tickets tk
  where tk.company_id = ${u}.company_id and tk.requester_id in (select gm.user_id ${members(u)}) and tk.trashed_at is null and tk.spam_at is null)`;

const teamsOf = (u: string) => `(select coalesce(json_agg(${teamSql('t')} order by t.id), '[]')
  from team_members tm join teams t on t.company_id = tm.company_id and t.id = tm.team_id
  where tm.company_id = ${u}.company_id and tm.user_id = ${u}.id)`;

const longFields = (u: string) => `${shortFields(u)},
  'type', case when ${u}.kind = 'customer_group' then 'customer_group' else 'user' end,
  'first_name', ${u}.first_name, 'last_name', ${u}.last_name,
  'two_factor_authentication_enabled', ${u}.two_factor_enabled,
  'can_members_access_group_tickets', ${u}.can_members_access_group_tickets,
  'email_domains', ${u}.email_domains,
  'members_count', (select count(*) ${members(u)})`;

/** {@link UserView} of the row `u` of users. */
export const userSql = (u: string): string => `case when ${u}.kind = 'customer_group'
  then json_build_object(${longFields(u)}, 'requested_tickets_count', ${requestedTickets(u)})
  else json_build_object(${longFields(u)}, 'active_tickets_count', ${activeTickets(u)}, 'teams', ${teamsOf(u)}) end`;
