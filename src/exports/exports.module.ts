import { Module } from '@nestjs/common';
import { ExportsController } from './exports.controller.js';
import { Exports } from './exports.service.js';
import { Transcripts } from './transcripts.service.js';
import { UserLists } from './user-lists.service.js';

@Module({
  controllers: [ExportsController],
  providers: [Exports, Transcripts, UserLists],
  exports: [Exports, Transcripts, UserLists],
})
export class ExportsModule {}
