import { Injectable } from '@nestjs/common';
import { Sweeper } from '../../platform/database/sweeper.js';
import { TicketCleaning } from '../../tickets/cleaning.service.js';
import { RpcAutomations } from './rpc-automations.js';
import { RpcMails } from './rpc-mails.js';
import { RpcReports } from './rpc-reports.js';

/** What the functions that tidy up, report, mail and let things be said by themselves call. */
@Injectable()
export class RpcUpkeep {
  constructor(
    readonly sweeper: Sweeper,
    readonly cleaning: TicketCleaning,
    readonly reports: RpcReports,
    readonly automations: RpcAutomations,
    readonly mails: RpcMails,
  ) {}
}
