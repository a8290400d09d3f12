import { Injectable } from '@nestjs/common';
import { Articles } from '../../articles/articles.service.js';
import { Database } from '../../platform/database/database.js';
import { SettingsFiles } from '../../settings/settings-files.js';
import { Settings } from '../../settings/settings.service.js';
import { RpcUpkeep } from './rpc-upkeep.js';

/** What the functions about the company as a whole call. */
@Injectable()
export class RpcHouse {
  constructor(
    readonly settings: Settings,
    readonly settingsFiles: SettingsFiles,
    readonly articles: Articles,
    readonly upkeep: RpcUpkeep,
    readonly db: Database,
  ) {}
}
