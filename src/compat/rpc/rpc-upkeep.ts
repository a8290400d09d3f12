import { Injectable } from '@nestjs/common';
import { Transcripts } from '../../exports/transcripts.service.js';
import { UserLists } from '../../exports/user-lists.service.js';
import { Sweeper } from '../../platform/database/sweeper.js';
import { TicketCleaning } from '../../tickets/cleaning.service.js';

/** What the functions that tidy up and write files call. */
@Injectable()
export class RpcUpkeep {
  constructor(
    readonly sweeper: Sweeper,
    readonly cleaning: TicketCleaning,
    readonly transcripts: Transcripts,
    readonly userLists: UserLists,
  ) {}
}
