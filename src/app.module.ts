import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessModule } from './access/access.module.js';
import { AttachmentsModule } from './attachments/attachments.module.js';
import { CommentsModule } from './comments/comments.module.js';
import { EventsModule } from './events/events.module.js';
import { HealthModule } from './health/health.module.js';
import { JsonTextInterceptor } from './platform/http/json-text.js';
import { RestErrorsFilter } from './platform/http/rest-errors.filter.js';
import { PlatformModule, type PlatformOptions } from './platform/platform.module.js';
import { RepliesModule } from './replies/replies.module.js';
import { TicketsModule } from './tickets/tickets.module.js';
import { UsersModule } from './users/users.module.js';

/** The whole desk. */
@Module({})
export class AppModule {
  static register(options: PlatformOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ...[PlatformModule.register(options), AccessModule, UsersModule, AttachmentsModule, TicketsModule],
        ...[RepliesModule, CommentsModule, EventsModule, HealthModule],
      ],
      providers: [
        { provide: APP_FILTER, useClass: RestErrorsFilter },
        { provide: APP_INTERCEPTOR, useClass: JsonTextInterceptor },
      ],
    };
  }
}
