import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { AccessGuard, BearerGuard } from './access.guard.js';
import { ApiTokensController } from './api-tokens.controller.js';
import { ApiTokens } from './api-tokens.service.js';
import { BearerStrategy } from './bearer.strategy.js';
import { Companies } from './companies.js';
import { Credentials } from './credentials.js';

/** Who asks, for which company, and what he may do. */
@Global()
@Module({
  imports: [PassportModule],
  controllers: [ApiTokensController],
  providers: [ApiTokens, BearerGuard, BearerStrategy, Companies, Credentials, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [ApiTokens, Companies, Credentials],
})
export class AccessModule {}
