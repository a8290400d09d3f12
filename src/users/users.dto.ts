import { ApiProperty } from '@nestjs/swagger';
import { BooleanField, EmailField, IdField, IdListField, TextField, TextListField, WordField } from '../platform/http/fields.js';
import { LongPageQuery, PagedAnswer } from '../platform/http/page.dto.js';
import { ShortUserView, UserView } from './user.view.js';

const ROLE_WORDS = ['admin', 'agent', 'collaborator', 'customer', '20', '10', '9'] as const;
const TYPE_WORDS = ['user', 'customer_group', 'customergroup'] as const;

const roleDescription = '`admin` or 20, `agent` or 10, `collaborator` or 9, `customer`.';

export class UpdateUserDto {
  @EmailField({ description: 'Not for groups.', example: 'new.agent@example.com' })
  email?: string;

  @TextField({ description: 'The whole name; it is split at the first space.', example: 'New Agent', maxLength: 200 })
  name?: string;

  @TextField({ description: 'Wins over `name`.', example: 'New', maxLength: 100 })
  first_name?: string;

  @TextField({ description: 'Wins over `name`.', example: 'Agent', maxLength: 100 })
  last_name?: string;

  @WordField({
    description: `${roleDescription} Only admins give roles other than customer.`,
    example: 'agent',
    words: ROLE_WORDS,
  })
  role?: string;

  @IdListField({ description: 'All teams of the person; teams that are not named are left.', example: [1] })
  team_ids?: number[];

  @WordField({ description: 'What it is; it cannot change later.', example: 'user', words: TYPE_WORDS })
  type?: string;

  @BooleanField({
    description: 'Groups: whether members see the tickets of each other.',
    example: true,
    nullable: true,
    aliases: ['canmembersaccessgroup_tickets'],
  })
  can_members_access_group_tickets?: boolean | null;

  @TextListField({ description: 'Groups: people with an address in these domains join by themselves.', example: ['example.com'] })
  email_domains?: string[];
}

export class CreateUserDto extends UpdateUserDto {}

export class MemberDto {
  @IdField({ description: 'The person who joins.', example: 21, required: true })
  id!: number;
}

export class ListUsersQuery extends LongPageQuery {
  @BooleanField({ description: 'True adds agents who have not confirmed their invitation.', example: false })
  with_invited?: boolean;

  @TextListField({
    description: 'Roles by comma: admin, agent, collaborator, customer. Default: all but customer. Not looked at for groups.',
    example: ['admin', 'agent'],
  })
  with_roles?: string[];

  @WordField({ description: 'People or customer groups.', example: 'user', words: TYPE_WORDS })
  type?: string;
}

export class UserAnswer {
  @ApiProperty() user!: UserView;
}

export class UsersAnswer extends PagedAnswer {
  @ApiProperty({ type: [UserView] }) users!: UserView[];
}

export class MemberAnswer {
  @ApiProperty() member!: UserView;
}

export class ShortUserAnswer {
  @ApiProperty() user!: ShortUserView;
}

export class CompanyView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ description: 'The first label of its host name.', example: 'demo' }) subdomain!: string;
  @ApiProperty({ example: 'Demo' }) name!: string;
}

export class MeAnswer {
  @ApiProperty() user!: UserView;
  @ApiProperty() company!: CompanyView;
  @ApiProperty({ type: [String], example: ['*'] }) scopes!: string[];
}
