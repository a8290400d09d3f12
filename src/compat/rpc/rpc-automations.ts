import { Injectable } from '@nestjs/common';
import { AutomationOffers } from '../../automations/automation-offers.service.js';
import { Automations } from '../../automations/automations.service.js';

/** What the functions about automations call. */
@Injectable()
export class RpcAutomations {
  constructor(
    readonly kept: Automations,
    readonly offers: AutomationOffers,
  ) {}
}
