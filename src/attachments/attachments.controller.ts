import { applyDecorators, Controller, Get, Post, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
  type ApiResponseNoStatusOptions,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, QueryInput } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { DownloadQuery, UploadAnswer } from './attachments.dto.js';
import { Downloads } from './downloads.service.js';
import { MAX_FILES, readFiles } from './multipart.js';
import { sendFile } from './send-file.js';
import { Uploads } from './uploads.service.js';

const FILES = {
  type: 'array',
  items: { type: 'string', format: 'binary' },
  maxItems: MAX_FILES,
  description: 'One file or several.',
} as const;

const textHeader = (description: string) => ({ description, schema: { type: 'string' as const } });

const BYTES = {
  content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
  headers: {
    'Content-Disposition': textHeader('The name of the file; pictures are `inline`, all else is an `attachment`.'),
    ETag: textHeader('The content never changes: send it as `If-None-Match`.'),
  },
} satisfies Omit<ApiResponseNoStatusOptions, 'description'>;

const ApiDownload = () =>
  applyDecorators(
    ApiOkResponse({ ...BYTES, description: 'The file, with the type that its bytes have.' }),
    ApiResponse({
      ...BYTES,
      status: 206,
      description: 'The part that the `Range` header asks for.',
      headers: { ...BYTES.headers, 'Content-Range': textHeader('Which part of how many bytes.') },
    }),
    ApiResponse({
      status: 302,
      description: 'The file lies elsewhere.',
      headers: { Location: textHeader('Where.') },
    }),
    ApiResponse({ status: 304, description: 'The client has it already.' }),
    ApiFailure(400, 404, 416),
  );

@ApiTags('Attachments')
@Controller('attachments')
export class AttachmentsController {
  constructor(
    private readonly uploads: Uploads,
    private readonly downloads: Downloads,
  ) {}

  @Post()
  @Authenticated({ scope: 'attachments:write' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    description: `At most ${MAX_FILES} files of at most 25 MB; any field name will do. All of them are kept, or none.`,
    required: true,
    schema: { type: 'object', required: ['files[]'], properties: { 'files[]': FILES } },
  })
  @ApiOperation({
    summary: 'Upload files',
    description:
      'The ids go into `attachment_ids` of a ticket, reply or comment by the same person; what is not used within a day is removed. The token ' +
      'belongs into the header or the query here, not into the body.',
  })
  @ApiCreatedResponse({ type: UploadAnswer, description: 'The files, not yet part of any message.' })
  @ApiFailure(400, 413)
  async upload(@CurrentActor() actor: Actor, @Req() req: Request): Promise<JsonText> {
    return presentUpload(await this.uploads.create(actor, (take) => readFiles(req, take)));
  }

  @Get(':attachment_id')
  @Authenticated({ scope: 'attachments:read' })
  @ApiIdParam('attachment_id', 'The attachment.')
  @ApiOperation({
    summary: 'Download a file',
    description:
      'Whoever may read a message may have its files; a file that is part of no message yet, only its uploader. HEAD works too, and so does a ' +
      '`Range` of bytes.',
  })
  @ApiDownload()
  async download(
    @CurrentActor() actor: Actor,
    @IdParam('attachment_id') id: number,
    @QueryInput() { version = 'original' }: DownloadQuery,
    @Req() req: Request,
    @Res() res: Response,
  ): Promise<void> {
    const file = await this.downloads.find(actor, id, version);
    if ('url' in file) res.status(302).location(file.url).end();
    else await sendFile(req, res, file);
  }
}

// supportbee.md A21.
function presentUpload([first = '', ...others]: string[]): JsonText {
  const all = others.length > 0 ? `,"attachments":[${[first, ...others].join(',')}]` : '';
  return new JsonText(`{"attachment":${first}${all}}`);
}
