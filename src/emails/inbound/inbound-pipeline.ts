import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Applied, Decision, Finish, InboundEnvelope, Pipeline } from './inbound.types.js';

/** The one way of a mail from a door to a ticket. */
@Injectable()
export class InboundPipeline implements Pipeline {
  constructor(private readonly db: Database) {}

  decide(_raw: Buffer, _envelope: InboundEnvelope): Promise<Decision> {
    return Promise.resolve({ kind: 'quarantined', ticketId: null, summary: null, steps: [], plan: null });
  }

  async apply(decision: Decision, _envelope: InboundEnvelope, finish: Finish): Promise<Applied> {
    const applied = { kind: decision.kind, ticketId: null, messageId: null, steps: decision.steps };
    await this.db.tx((em) => finish(em, applied));
    return applied;
  }
}
