import { ApiProperty } from '@nestjs/swagger';
import { WordField } from '../platform/http/fields.js';
import { AttachmentView } from './attachment.view.js';

export class UploadAnswer {
  @ApiProperty({ description: 'The first file.' }) attachment!: AttachmentView;
  @ApiProperty({ type: [AttachmentView], required: false, description: 'All files, when there is more than one.' })
  attachments?: AttachmentView[];
}

export class DownloadQuery {
  @WordField({
    description: '`thumb`: a small version of a picture, at most 200 pixels wide and high.',
    example: 'original',
    words: ['original', 'thumb'],
  })
  version?: 'original' | 'thumb';
}
