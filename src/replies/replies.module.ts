import { Module } from '@nestjs/common';
import { RepliesController } from './replies.controller.js';
import { Replies } from './replies.service.js';

@Module({ controllers: [RepliesController], providers: [Replies], exports: [Replies] })
export class RepliesModule {}
