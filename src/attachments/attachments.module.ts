import { Module } from '@nestjs/common';
import { AttachmentsController } from './attachments.controller.js';
import { Downloads } from './downloads.service.js';
import { Thumbnails } from './thumbnails.js';
import { UploadSweeper } from './upload-sweeper.js';
import { Uploads } from './uploads.service.js';

@Module({
  controllers: [AttachmentsController],
  providers: [Downloads, Thumbnails, Uploads, UploadSweeper],
  exports: [Uploads],
})
export class AttachmentsModule {}
