import { Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiIdParam, IdParam, Input, Takes } from '../platform/http/input.js';
import { Authenticated, CurrentActor } from './access.decorators.js';
import type { Actor } from './actor.js';
import { ApiTokensAnswer, CreateApiTokenDto, NewApiTokenAnswer } from './api-tokens.dto.js';
import { ApiTokens } from './api-tokens.service.js';
import { ApiFailure } from './failures.js';

@ApiTags('API tokens')
@Controller('api_tokens')
export class ApiTokensController {
  constructor(private readonly tokens: ApiTokens) {}

  @Post()
  @Authenticated({ scope: 'api_tokens:write' })
  @Takes('api_token', CreateApiTokenDto)
  @ApiOperation({
    summary: 'Make a token',
    description: 'Admins for anybody, others for themselves. The secret is in this answer and never again.',
  })
  @ApiCreatedResponse({ type: NewApiTokenAnswer, description: 'The token with its secret.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('api_token') input: CreateApiTokenDto): Promise<NewApiTokenAnswer> {
    const { user_id: userId, expires_at: expiresAt, name, scopes } = input;
    return { api_token: await this.tokens.create(actor, { userId, expiresAt, name, scopes }) };
  }

  @Get()
  @Authenticated({ scope: 'api_tokens:read' })
  @ApiOperation({
    summary: 'List tokens',
    description: 'Admins see all of the company, others their own. Secrets are never listed.',
  })
  @ApiOkResponse({ type: ApiTokensAnswer, description: 'The tokens, oldest first.' })
  async list(@CurrentActor() actor: Actor): Promise<ApiTokensAnswer> {
    return { api_tokens: await this.tokens.list(actor) };
  }

  @Delete(':api_token_id')
  @HttpCode(204)
  @Authenticated({ scope: 'api_tokens:write' })
  @ApiIdParam('api_token_id', 'The token.')
  @ApiOperation({ summary: 'Revoke a token', description: 'It is refused from this moment on.' })
  @ApiNoContentResponse({ description: 'Revoked.' })
  @ApiFailure(404)
  async revoke(@CurrentActor() actor: Actor, @IdParam('api_token_id') id: number): Promise<void> {
    await this.tokens.revoke(actor, id);
  }
}
