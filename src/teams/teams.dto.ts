import { ApiProperty } from '@nestjs/swagger';
import { BooleanField, IdField, IdListField, TextField } from '../platform/http/fields.js';
import { LongPageQuery, PagedAnswer } from '../platform/http/page.dto.js';
import { UserView } from '../users/user.view.js';
import { ListedTeamView, TeamWithUsersView } from './team.view.js';

const NAME = { description: 'Unique without case.', example: 'Support', trim: true } as const;

class TeamUsersDto {
  @IdListField({
    description: 'All members, who must be staff; people who are not named leave.',
    example: [1],
    maxItems: 1000,
  })
  user_ids?: number[];
}

export class CreateTeamDto extends TeamUsersDto {
  @TextField({ ...NAME, required: true })
  name!: string;
}

export class UpdateTeamDto extends TeamUsersDto {
  @TextField(NAME)
  name?: string;
}

export class TeamMemberDto {
  @IdField({ description: 'The admin, agent or collaborator who joins.', example: 1, required: true, aliases: ['user_id'] })
  id!: number;
}

export class ListTeamsQuery extends LongPageQuery {
  @BooleanField({ description: 'True leaves out teams without users, and adds `users` to each of the others.', example: false })
  with_users?: boolean;

  @TextField({ description: '`me`: only your own teams. Any other value is ignored.', example: 'me' })
  user?: string;

  @BooleanField({ description: 'True is the same as `user=me`.', example: true })
  me?: boolean;
}

export class TeamAnswer {
  @ApiProperty() team!: TeamWithUsersView;
}

export class TeamsAnswer extends PagedAnswer {
  @ApiProperty({ type: [ListedTeamView] }) teams!: ListedTeamView[];
}

export class GroupsAnswer extends PagedAnswer {
  @ApiProperty({ type: [ListedTeamView] }) groups!: ListedTeamView[];
}

export class TeamMemberAnswer {
  @ApiProperty() member!: UserView;
}
