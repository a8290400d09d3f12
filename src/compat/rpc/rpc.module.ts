import { Module } from '@nestjs/common';
import { ArticlesModule } from '../../articles/articles.module.js';
import { AutomationsModule } from '../../automations/automations.module.js';
import { CommentsModule } from '../../comments/comments.module.js';
import { EmailsModule } from '../../emails/emails.module.js';
import { InboundMailModule } from '../../emails/inbound/inbound-mail.module.js';
import { ExportsModule } from '../../exports/exports.module.js';
import { RepliesModule } from '../../replies/replies.module.js';
import { ReportsModule } from '../../reports/reports.module.js';
import { RoutingModule } from '../../routing/routing.module.js';
import { SettingsModule } from '../../settings/settings.module.js';
import { TicketsModule } from '../../tickets/tickets.module.js';
import { UsersModule } from '../../users/users.module.js';
import { RpcAutomations } from './rpc-automations.js';
import { RpcCallers } from './rpc-callers.guard.js';
import { RpcDesk } from './rpc-desk.js';
import { RpcHouse } from './rpc-house.js';
import { RpcMails } from './rpc-mails.js';
import { RpcPeople } from './rpc-people.js';
import { RpcReports } from './rpc-reports.js';
import { RpcUpkeep } from './rpc-upkeep.js';
import { RpcVisits } from './rpc-visits.js';
import { RpcController } from './rpc.controller.js';

@Module({
  imports: [
    UsersModule,
    TicketsModule,
    RepliesModule,
    CommentsModule,
    SettingsModule,
    ArticlesModule,
    AutomationsModule,
    ExportsModule,
    ReportsModule,
    RoutingModule,
    EmailsModule,
    InboundMailModule,
  ],
  controllers: [RpcController],
  providers: [RpcDesk, RpcHouse, RpcMails, RpcPeople, RpcReports, RpcUpkeep, RpcVisits, RpcAutomations, RpcCallers],
})
export class RpcModule {}
