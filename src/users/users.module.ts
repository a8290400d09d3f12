import { Module } from '@nestjs/common';
import { Avatars } from './avatars.service.js';
import { GroupMembers } from './group-members.service.js';
import { MeController } from './me.controller.js';
import { PresenceController } from './presence.controller.js';
import { Presence } from './presence.service.js';
import { LoginLimits } from './login-limits.js';
import { LoginValues } from './login-values.js';
import { Logins } from './logins.service.js';
import { Profiles } from './profiles.service.js';
import { PicturesController } from './pictures.controller.js';
import { UsersController } from './users.controller.js';
import { Users } from './users.service.js';

@Module({
  controllers: [UsersController, MeController, PresenceController, PicturesController],
  providers: [Users, GroupMembers, Presence, Profiles, Logins, LoginLimits, LoginValues, Avatars],
  exports: [Users, Presence, Profiles, Logins, Avatars],
})
export class UsersModule {}
