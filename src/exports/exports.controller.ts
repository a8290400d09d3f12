import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../access/access.decorators.js';
import { ApiFailure } from '../access/failures.js';
import { sendFile } from '../attachments/send-file.js';
import { Exports } from './exports.service.js';

const BYTES = { '*/*': { schema: { type: 'string', format: 'binary' } } } as const;

@ApiTags('Attachments')
@Controller('uploads')
export class ExportsController {
  constructor(private readonly exports: Exports) {}

  @Get(':upload')
  @Public()
  @ApiParam({
    name: 'upload',
    description: 'The name of the file, as its address was answered.',
    schema: { type: 'string', example: 'conversation-1-c2VjcmV0.csv' },
  })
  @ApiOperation({
    summary: 'Fetch a file that was written for you',
    description: 'Nobody can guess its name; it is kept for a day.',
  })
  @ApiOkResponse({ description: 'The file.', content: BYTES })
  @ApiResponse({ status: 206, description: 'The part that the `Range` header asks for.', content: BYTES })
  @ApiResponse({ status: 304, description: 'The client has it already.' })
  @ApiFailure(404, 416)
  async fetch(@Param('upload') name: string, @Req() req: Request, @Res() res: Response): Promise<void> {
    await sendFile(req, res, await this.exports.find(name));
  }
}
