import { Module } from '@nestjs/common';
import { GroupMembers } from './group-members.service.js';
import { MeController } from './me.controller.js';
import { PicturesController } from './pictures.controller.js';
import { UsersController } from './users.controller.js';
import { Users } from './users.service.js';

@Module({
  controllers: [UsersController, MeController, PicturesController],
  providers: [Users, GroupMembers],
  exports: [Users],
})
export class UsersModule {}
