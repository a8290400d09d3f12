import { Module } from '@nestjs/common';
import { SnippetsModule } from '../snippets/snippets.module.js';
import { WebHooksModule } from '../webhooks/webhooks.module.js';
import { SettingsExportsController } from './settings-exports.controller.js';
import { SettingsFiles } from './settings-files.js';
import { SettingsController } from './settings.controller.js';
import { Settings } from './settings.service.js';

@Module({
  imports: [WebHooksModule, SnippetsModule],
  controllers: [SettingsController, SettingsExportsController],
  providers: [Settings, SettingsFiles],
  exports: [Settings, SettingsFiles],
})
export class SettingsModule {}
