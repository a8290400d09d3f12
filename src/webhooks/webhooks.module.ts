import { Module } from '@nestjs/common';
import { DeliveryWorker } from './delivery-worker.js';
import { DeliveryDispatch } from './dispatch.js';
import { WebHookFanOut } from './fan-out.js';
import { LostDeliveries } from './lost-deliveries.js';
import { WebHookRequests } from './requests.js';
import { WebHookSecrets } from './secrets.js';
import { DeliverySender } from './sender.js';

/** Tells addresses of the outside what happens on the desk. */
@Module({
  providers: [
    ...[WebHookFanOut, DeliveryDispatch, LostDeliveries, DeliverySender, DeliveryWorker],
    ...[WebHookRequests, WebHookSecrets],
  ],
})
export class WebHooksModule {}
