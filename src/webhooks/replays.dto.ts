import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../platform/http/fields.js';
import { ReplayView } from './replay.view.js';

export class ReplayDto {
  @TextField({
    description: 'A cursor of `GET /events`, behind which everything is delivered again; `0-0` is the beginning.',
    example: '0-0',
    maxLength: 40,
    required: true,
    trim: true,
  })
  after!: string;
}

export class ReplayAnswer {
  @ApiProperty() replay!: ReplayView;
}
