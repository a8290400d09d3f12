import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import sharp from 'sharp';
import { Public } from '../access/access.decorators.js';
import { ApiFailure } from '../access/failures.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { Avatars } from './avatars.service.js';
import { TEAM_THUMBS, USER_THUMBS } from './user.view.js';

const PERSON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#c9d3df"/>
  <circle cx="32" cy="25" r="12" fill="#fff"/><path d="M8 64c0-15 10-24 24-24s24 9 24 24z" fill="#fff"/></svg>`;
const TEAM = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#b9cbb9"/>
  <circle cx="22" cy="26" r="9" fill="#fff"/><circle cx="43" cy="26" r="9" fill="#fff"/>
  <path d="M4 60c0-13 8-21 18-21s18 8 18 21z" fill="#fff"/><path d="M43 39c9 0 17 8 17 21H44" fill="#fff"/></svg>`;

const PICTURE = { description: 'A PNG.', content: { 'image/png': { schema: { type: 'string', format: 'binary' } } } } as const;

/** The pictures of people and teams who have not given one, in the sizes that the views name. */
@ApiTags('Pictures')
@Controller('images')
export class PicturesController {
  private readonly drawn = new Map<string, Promise<Buffer>>();

  constructor(private readonly avatars: Avatars) {}

  @Get('users/:size.png')
  @Public()
  @Header('Cache-Control', 'public, max-age=86400')
  @ApiParam({
    name: 'size',
    description: 'Width and height in pixels.',
    schema: { type: 'integer', enum: [...USER_THUMBS], example: 20 },
  })
  @ApiOperation({ summary: 'The picture of a person' })
  @ApiOkResponse(PICTURE)
  @ApiFailure(404)
  getUserPicture(@Param('size') size: string): Promise<StreamableFile> {
    return this.draw('users', PERSON, USER_THUMBS, size);
  }

  @Get('teams/:size.png')
  @Public()
  @Header('Cache-Control', 'public, max-age=86400')
  @ApiParam({
    name: 'size',
    description: 'Width and height in pixels.',
    schema: { type: 'integer', enum: [...TEAM_THUMBS], example: 20 },
  })
  @ApiOperation({ summary: 'The picture of a team' })
  @ApiOkResponse(PICTURE)
  @ApiFailure(404)
  getTeamPicture(@Param('size') size: string): Promise<StreamableFile> {
    return this.draw('teams', TEAM, TEAM_THUMBS, size);
  }

  @Get('avatars/:avatar.png')
  @Public()
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  @ApiParam({
    name: 'avatar',
    description: 'As the RPC function `get-avatar` tells it.',
    schema: { type: 'string', example: 'JD-3-0123456789abcdef0123' },
  })
  @ApiOperation({ summary: 'A picture of initials' })
  @ApiOkResponse(PICTURE)
  @ApiFailure(404)
  async getAvatar(@Param('avatar') name: string): Promise<StreamableFile> {
    return new StreamableFile(await this.avatars.draw(name), { type: 'image/png' });
  }

  private async draw(kind: string, svg: string, sizes: readonly number[], given: string): Promise<StreamableFile> {
    const size = sizes.find((known) => String(known) === given);
    if (size === undefined) throw new NotFound('Picture', given);
    const key = `${kind}/${size}`;
    const picture = this.drawn.get(key) ?? sharp(Buffer.from(svg)).resize(size, size).png().toBuffer();
    this.drawn.set(key, picture);
    return new StreamableFile(await picture, { type: 'image/png' });
  }
}
