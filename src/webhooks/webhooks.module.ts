import { Module } from '@nestjs/common';
import { DeliveriesController } from './deliveries.controller.js';
import { Deliveries } from './deliveries.service.js';
import { DeliveryWorker } from './delivery-worker.js';
import { WebHookFanOut } from './fan-out.js';
import { ReplaysController } from './replays.controller.js';
import { WebHookReplays } from './replays.service.js';
import { Replays } from './replays.js';
import { WebHookRequests } from './requests.js';
import { WebHookSecrets } from './secrets.js';
import { DeliverySender } from './sender.js';
import { SettingsWebHook } from './settings-web-hook.js';
import { WebHooksController } from './web-hooks.controller.js';
import { WebHooks } from './web-hooks.service.js';

/** Tells addresses of the outside what happens on the desk. */
@Module({
  controllers: [WebHooksController, DeliveriesController, ReplaysController],
  providers: [
    ...[WebHookFanOut, DeliverySender, DeliveryWorker],
    ...[WebHookRequests, WebHookSecrets],
    ...[WebHooks, Deliveries, WebHookReplays, Replays, SettingsWebHook],
  ],
  exports: [SettingsWebHook],
})
export class WebHooksModule {}
