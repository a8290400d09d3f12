import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessModule } from './access/access.module.js';
import { IdempotencyInterceptor } from './access/idempotency.interceptor.js';
import { ArticlesModule } from './articles/articles.module.js';
import { AttachmentsModule } from './attachments/attachments.module.js';
import { AutomationsModule } from './automations/automations.module.js';
import { CategoriesModule } from './categories/categories.module.js';
import { CommentsModule } from './comments/comments.module.js';
import { PhpModule } from './compat/php/php.module.js';
import { RpcModule } from './compat/rpc/rpc.module.js';
import { CustomFieldsModule } from './custom-fields/custom-fields.module.js';
import { EmailsModule } from './emails/emails.module.js';
import { InboundMailModule } from './emails/inbound/inbound-mail.module.js';
import { EventsModule } from './events/events.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { FiltersModule } from './filters/filters.module.js';
import { HealthModule } from './health/health.module.js';
import { JsonTextInterceptor } from './platform/http/json-text.js';
import { RestErrorsFilter } from './platform/http/rest-errors.filter.js';
import { PlatformModule, type PlatformOptions } from './platform/platform.module.js';
import { QueuesModule } from './queues/queues.module.js';
import { LabelsModule } from './labels/labels.module.js';
import { RepliesModule } from './replies/replies.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { RoutingModule } from './routing/routing.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { SnippetsModule } from './snippets/snippets.module.js';
import { TeamsModule } from './teams/teams.module.js';
import { TicketsModule } from './tickets/tickets.module.js';
import { UsersModule } from './users/users.module.js';
import { WebHooksModule } from './webhooks/webhooks.module.js';

/** The whole desk. */
@Module({})
export class AppModule {
  static register(options: PlatformOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ...[PlatformModule.register(options), AccessModule, UsersModule, AttachmentsModule, TicketsModule],
        ...[RepliesModule, CommentsModule, ExportsModule, EventsModule, HealthModule, ReportsModule, FiltersModule],
        ...[LabelsModule, TeamsModule, SnippetsModule, EmailsModule, CustomFieldsModule, CategoriesModule],
        ...[
          WebHooksModule,
          InboundMailModule,
          QueuesModule,
          SettingsModule,
          RoutingModule,
          AutomationsModule,
          ArticlesModule,
          PhpModule,
          RpcModule,
        ],
      ],
      providers: [
        { provide: APP_FILTER, useClass: RestErrorsFilter },
        // In this order: an answer is kept as it goes to the socket.
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: JsonTextInterceptor },
      ],
    };
  }
}
