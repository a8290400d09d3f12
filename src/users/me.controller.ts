import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { JsonText } from '../platform/http/json-text.js';
import { MeAnswer } from './users.dto.js';
import { Users } from './users.service.js';

@ApiTags('Users')
@Controller('me')
export class MeController {
  constructor(private readonly users: Users) {}

  @Get()
  @Authenticated({ scope: 'users:read' })
  @ApiOperation({ summary: 'Show the person of the token', description: 'With the company and what the token may.' })
  @ApiOkResponse({ type: MeAnswer, description: 'You.' })
  async getMe(@CurrentActor() actor: Actor): Promise<JsonText> {
    const view = await this.users.show(actor, actor.userId);
    const company = { id: actor.companyId, ...actor.company };
    return new JsonText(`{"user":${view},"company":${JSON.stringify(company)},"scopes":${JSON.stringify(actor.scopes)}}`);
  }
}
