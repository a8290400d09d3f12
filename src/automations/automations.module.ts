import { Module } from '@nestjs/common';
import { RepliesModule } from '../replies/replies.module.js';
import { AutomationOffers } from './automation-offers.service.js';
import { AutomationRuns } from './automation-runs.service.js';
import { AutomationScheduler } from './automation-scheduler.js';
import { AutomationsController } from './automations.controller.js';
import { Automations } from './automations.service.js';
import { RunLog } from './run-log.service.js';

@Module({
  imports: [RepliesModule],
  controllers: [AutomationsController],
  providers: [Automations, AutomationRuns, AutomationOffers, AutomationScheduler, RunLog],
  exports: [Automations, AutomationOffers],
})
export class AutomationsModule {}
