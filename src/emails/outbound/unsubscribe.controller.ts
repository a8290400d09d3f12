import { applyDecorators, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../../access/access.decorators.js';
import { ApiFailure } from '../../access/failures.js';
import { dressPlainPage } from '../../platform/html/page.js';
import { NotificationSettingsService } from './notification-settings.service.js';
import { askPage, endedPage } from './unsubscribe.page.js';

const PAGE = { 'text/html': { schema: { type: 'string' } } } as const;

const UnsubscribeToken = () =>
  applyDecorators(
    ApiParam({
      name: 'unsubscribe_token',
      type: String,
      description: 'As it stands in the mail.',
      example: '1-5-0-0123456789abcdefghjkmnpqrs',
    }),
    ApiFailure(404),
  );

@ApiTags('Users')
@Controller('unsubscribe')
export class UnsubscribeController {
  constructor(private readonly settings: NotificationSettingsService) {}

  @Get(':unsubscribe_token')
  @Public()
  @UnsubscribeToken()
  @ApiOperation({
    summary: 'Ask whether mails of a kind shall end',
    description: 'A page for whoever opens the address of `List-Unsubscribe` in a browser. It changes nothing; its button does.',
  })
  @ApiOkResponse({ description: 'The page.', content: PAGE })
  ask(@Param('unsubscribe_token') token: string, @Res() res: Response): void {
    const { kind } = this.settings.subscriptionOf(token);
    dressPlainPage(res);
    res.send(askPage(kind));
  }

  @Post(':unsubscribe_token')
  @Public()
  @UnsubscribeToken()
  @ApiOperation({
    summary: 'End mails of a kind',
    description: 'What `List-Unsubscribe` of a notification names: one click ends mails of its kind (RFC 8058).',
  })
  @ApiNoContentResponse({ description: 'No more mails of this kind are sent.' })
  @ApiOkResponse({ description: 'The same, told to a browser.', content: PAGE })
  async unsubscribe(@Param('unsubscribe_token') token: string, @Req() req: Request, @Res() res: Response): Promise<void> {
    const { kind } = await this.settings.unsubscribe(token);
    if (req.accepts('json', 'html') !== 'html') {
      res.status(204).end();
      return;
    }
    dressPlainPage(res);
    res.status(200).send(endedPage(kind));
  }
}
