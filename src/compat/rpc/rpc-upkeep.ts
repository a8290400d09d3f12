import { Injectable } from '@nestjs/common';
import { Transcripts } from '../../exports/transcripts.service.js';
import { UserLists } from '../../exports/user-lists.service.js';
import { Sweeper } from '../../platform/database/sweeper.js';
import { TicketCleaning } from '../../tickets/cleaning.service.js';
import { RpcAutomations } from './rpc-automations.js';

/** What the functions that tidy up, write files and let things be said by themselves call. */
@Injectable()
export class RpcUpkeep {
  constructor(
    readonly sweeper: Sweeper,
    readonly cleaning: TicketCleaning,
    readonly transcripts: Transcripts,
    readonly userLists: UserLists,
    readonly automations: RpcAutomations,
  ) {}
}
