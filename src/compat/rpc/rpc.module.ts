import { Module } from '@nestjs/common';
import { CommentsModule } from '../../comments/comments.module.js';
import { RepliesModule } from '../../replies/replies.module.js';
import { TicketsModule } from '../../tickets/tickets.module.js';
import { RpcCallers } from './rpc-callers.guard.js';
import { RpcDesk } from './rpc-desk.js';
import { RpcController } from './rpc.controller.js';

@Module({
  imports: [TicketsModule, RepliesModule, CommentsModule],
  controllers: [RpcController],
  providers: [RpcDesk, RpcCallers],
})
export class RpcModule {}
