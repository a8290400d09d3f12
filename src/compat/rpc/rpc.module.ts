import { Module } from '@nestjs/common';
import { CommentsModule } from '../../comments/comments.module.js';
import { RepliesModule } from '../../replies/replies.module.js';
import { SettingsModule } from '../../settings/settings.module.js';
import { TicketsModule } from '../../tickets/tickets.module.js';
import { UsersModule } from '../../users/users.module.js';
import { RpcCallers } from './rpc-callers.guard.js';
import { RpcDesk } from './rpc-desk.js';
import { RpcHouse } from './rpc-house.js';
import { RpcPeople } from './rpc-people.js';
import { RpcVisits } from './rpc-visits.js';
import { RpcController } from './rpc.controller.js';

@Module({
  imports: [UsersModule, TicketsModule, RepliesModule, CommentsModule, SettingsModule],
  controllers: [RpcController],
  providers: [RpcDesk, RpcHouse, RpcPeople, RpcVisits, RpcCallers],
})
export class RpcModule {}
