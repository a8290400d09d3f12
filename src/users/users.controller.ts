import { Controller, Get, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { AGENTS, STAFF, ROLES, type Actor, type Role } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import { splitName } from './addresses.js';
import { GroupMembers } from './group-members.service.js';
import { CreateUserDto, ListUsersQuery, MemberAnswer, MemberDto, UpdateUserDto, UserAnswer, UsersAnswer } from './users.dto.js';
import { Users, type UserChange } from './users.service.js';

@ApiTags('Users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly users: Users,
    private readonly members: GroupMembers,
  ) {}

  @Get()
  @Authenticated({ scope: 'users:read', roles: STAFF })
  @ApiOperation({ summary: 'List people or customer groups' })
  @ApiOkResponse({ type: UsersAnswer, description: 'Oldest first.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: ListUsersQuery): Promise<JsonText> {
    return this.users.list(actor, {
      ...longPage(query),
      withInvited: query.with_invited ?? false,
      roles: query.with_roles?.map(roleOf).filter((role) => role !== undefined) ?? ['admin', 'agent', 'collaborator'],
      groups: isGroupWord(query.type) ?? false,
    });
  }

  @Post()
  @Authenticated({ scope: 'users:write', roles: AGENTS })
  @Takes('user', CreateUserDto)
  @ApiOperation({
    summary: 'Create a person or a customer group',
    description:
      'A person needs `email` and `name`, a group (`type: customer_group`) only `name`. Only admins create staff, who count as invited until they first use the desk.',
  })
  @ApiCreatedResponse({ type: UserAnswer, description: 'The new person or group.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('user') input: CreateUserDto): Promise<JsonText> {
    return new JsonText(`{"user":${await this.users.create(actor, changeOf(input))}}`);
  }

  @Put(':user_id')
  @Authenticated({ scope: 'users:write', roles: AGENTS })
  @ApiIdParam('user_id', 'The person or group.')
  @Takes('user', UpdateUserDto)
  @ApiOperation({
    summary: 'Change a person or a customer group',
    description: 'Fields that are not given stay. The owner of the token cannot change himself here.',
  })
  @ApiOkResponse({ type: UserAnswer, description: 'As it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('user_id') id: number,
    @Input('user') input: UpdateUserDto,
  ): Promise<JsonText> {
    return new JsonText(`{"user":${await this.users.update(actor, id, changeOf(input))}}`);
  }

  @Get(':group_id/members')
  @Authenticated({ scope: 'users:read', roles: STAFF })
  @ApiIdParam('group_id', 'The customer group.')
  @ApiOperation({ summary: 'List the members of a customer group' })
  @ApiOkResponse({ type: UsersAnswer, description: 'Oldest first.' })
  @ApiFailure(400, 404)
  listMembers(
    @CurrentActor() actor: Actor,
    @IdParam('group_id') groupId: number,
    @QueryInput() query: LongPageQuery,
  ): Promise<JsonText> {
    return this.members.list(actor, groupId, longPage(query));
  }

  @Post(':group_id/members')
  @Authenticated({ scope: 'users:write', roles: AGENTS })
  @ApiIdParam('group_id', 'The customer group.')
  @Takes('member', MemberDto)
  @ApiOperation({ summary: 'Put a customer into a group', description: 'Doing it twice is harmless.' })
  @ApiCreatedResponse({ type: MemberAnswer, description: 'The member.' })
  @ApiFailure(400, 404)
  async addMember(
    @CurrentActor() actor: Actor,
    @IdParam('group_id') groupId: number,
    @Input('member') input: MemberDto,
  ): Promise<JsonText> {
    return new JsonText(`{"member":${await this.members.add(actor, groupId, input.id)}}`);
  }
}

// supportbee.md section 8 and A17: numbers in, names out.
const ROLE_OF_NUMBER: Record<string, Role> = { '20': 'admin', '10': 'agent', '9': 'collaborator' };

function roleOf(word: string): Role | undefined {
  return ROLE_OF_NUMBER[word] ?? ROLES.find((role) => role === word.toLowerCase());
}

// A18: the type is spelled with and without its underscore.
function isGroupWord(type: string | undefined): boolean | undefined {
  return type === undefined ? undefined : type !== 'user';
}

function changeOf(input: UpdateUserDto): UserChange {
  const { first, last } = splitName(input.name);
  return {
    email: input.email,
    firstName: input.first_name ?? (input.name === undefined ? undefined : first),
    lastName: input.last_name ?? (input.name === undefined ? undefined : last),
    role: input.role === undefined ? undefined : roleOf(input.role),
    teamIds: input.team_ids,
    canMembersAccessGroupTickets: input.can_members_access_group_tickets,
    emailDomains: input.email_domains,
    isGroup: isGroupWord(input.type),
  };
}
