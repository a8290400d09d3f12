import { Injectable } from '@nestjs/common';
import { Sweeper } from '../../platform/database/sweeper.js';
import { TicketCleaning } from '../../tickets/cleaning.service.js';

/** What the functions that tidy up call. */
@Injectable()
export class RpcUpkeep {
  constructor(
    readonly sweeper: Sweeper,
    readonly cleaning: TicketCleaning,
  ) {}
}
