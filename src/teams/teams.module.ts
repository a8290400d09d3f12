import { Module } from '@nestjs/common';
import { TeamMembersController } from './team-members.controller.js';
import { TeamMembers } from './team-members.service.js';
import { GroupsController, TeamsController } from './teams.controller.js';
import { Teams } from './teams.service.js';

@Module({
  controllers: [TeamsController, GroupsController, TeamMembersController],
  providers: [Teams, TeamMembers],
  exports: [Teams],
})
export class TeamsModule {}
