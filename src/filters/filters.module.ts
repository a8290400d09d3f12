import { Module } from '@nestjs/common';
import { TicketsModule } from '../tickets/tickets.module.js';
import { ConsequencesController } from './consequences.controller.js';
import { Consequences } from './consequences.service.js';
import { FilterDryRuns } from './dry-run.service.js';
import { FilterEngine } from './filter-engine.js';
import { FiltersController } from './filters.controller.js';
import { Filters } from './filters.service.js';
import { RulesController } from './rules.controller.js';
import { Rules } from './rules.service.js';

@Module({
  imports: [TicketsModule],
  controllers: [RulesController, ConsequencesController, FiltersController],
  providers: [Rules, Consequences, Filters, FilterDryRuns, FilterEngine],
})
export class FiltersModule {}
