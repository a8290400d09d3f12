import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Sweeper } from '../../platform/database/sweeper.js';
import { SettingsFiles } from '../../settings/settings-files.js';
import { Settings } from '../../settings/settings.service.js';
import { TicketCleaning } from '../../tickets/cleaning.service.js';

/** What the functions about the company as a whole call. */
@Injectable()
export class RpcHouse {
  constructor(
    readonly settings: Settings,
    readonly settingsFiles: SettingsFiles,
    readonly sweeper: Sweeper,
    readonly cleaning: TicketCleaning,
    readonly db: Database,
  ) {}
}
