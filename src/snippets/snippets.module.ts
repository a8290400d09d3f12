import { Module } from '@nestjs/common';
import { PrintedSnippetsController, SnippetsController } from './snippets.controller.js';
import { Snippets } from './snippets.service.js';

@Module({ controllers: [SnippetsController, PrintedSnippetsController], providers: [Snippets], exports: [Snippets] })
export class SnippetsModule {}
