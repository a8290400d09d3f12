import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Bounces } from './bounces.js';
import type { Applied, Finish, InboundEnvelope, Pipeline } from './inbound.types.js';
import { MailJudgement } from './mail-judgement.js';
import { MailWriter } from './mail-writer.js';
import type { MailDecision } from './plan.js';

/** The one way of a mail from a door to a ticket. */
@Injectable()
export class InboundPipeline implements Pipeline {
  constructor(
    private readonly db: Database,
    private readonly judgement: MailJudgement,
    private readonly bounces: Bounces,
    private readonly writer: MailWriter,
  ) {}

  /** Says what is to become of a mail, and why; changes nothing. What the mail says never makes it throw: the trouble is our own then. */
  async decide(raw: Buffer, envelope: InboundEnvelope): Promise<MailDecision> {
    return this.judgement.judge(raw, envelope);
  }

  /**
   * Does what was decided, and calls `finish` in the same transaction, so that both happen or neither. It may do less than was decided, when
   * somebody else has written the same mail meanwhile. Throws what {@link MailWriter.write} throws.
   */
  async apply(decision: MailDecision, _envelope: InboundEnvelope, finish: Finish): Promise<Applied> {
    const { plan, kind, ticketId, steps } = decision;
    if (plan?.action === 'write') return this.writer.write(plan, decision, finish);
    const applied: Applied = { kind, ticketId, messageId: null, steps };
    await this.db.tx(async (em) => {
      if (plan) await this.bounces.apply(em, plan);
      await finish(em, applied);
    });
    return applied;
  }
}
