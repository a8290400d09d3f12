import { Module } from '@nestjs/common';
import { Messages } from './messages.service.js';
import { RepliesController } from './replies.controller.js';
import { Replies } from './replies.service.js';

@Module({ controllers: [RepliesController], providers: [Replies, Messages], exports: [Replies, Messages] })
export class RepliesModule {}
