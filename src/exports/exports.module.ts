import { Module } from '@nestjs/common';
import { ExportsController } from './exports.controller.js';
import { Exports } from './exports.service.js';
import { Transcripts } from './transcripts.service.js';

@Module({ controllers: [ExportsController], providers: [Exports, Transcripts], exports: [Exports, Transcripts] })
export class ExportsModule {}
