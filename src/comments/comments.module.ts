import { Module } from '@nestjs/common';
import { CommentsController } from './comments.controller.js';
import { Comments } from './comments.service.js';

@Module({ controllers: [CommentsController], providers: [Comments], exports: [Comments] })
export class CommentsModule {}
