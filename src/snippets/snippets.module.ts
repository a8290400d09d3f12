import { Module } from '@nestjs/common';
import { PrintedSnippetsController, SnippetsController } from './snippets.controller.js';
import { SettingsSnippets } from './settings-snippets.js';
import { Snippets } from './snippets.service.js';

@Module({
  controllers: [SnippetsController, PrintedSnippetsController],
  providers: [Snippets, SettingsSnippets],
  exports: [Snippets, SettingsSnippets],
})
export class SnippetsModule {}
