import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { ApiTokensController } from './api-tokens.controller.js';
import { ApiTokens } from './api-tokens.service.js';
import { Bearer } from './bearer.js';
import { Companies } from './companies.js';
import { Credentials } from './credentials.js';
import { RateLimits } from './rate-limits.js';
import { UserTokens } from './user-tokens.js';
import { WrongTokens } from './wrong-tokens.js';

/** Who asks, for which company, and what he may do. */
@Global()
@Module({
  controllers: [ApiTokensController],
  providers: [
    ...[ApiTokens, Bearer, Companies, Credentials, RateLimits, UserTokens, WrongTokens],
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [ApiTokens, Bearer, Companies, Credentials, RateLimits, UserTokens, WrongTokens],
})
export class AccessModule {}
