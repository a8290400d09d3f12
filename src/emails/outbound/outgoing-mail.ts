import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ENV, type Env } from '../../config/env.js';
import { prepared } from '../../platform/database/database.js';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import { Relay, type EventConsumer } from '../../platform/events/relay.js';
import type { MailKind } from './mail-kinds.js';
import { planSql, type Occasion } from './mail-plans.js';
import { occasionsOf } from './occasions.js';

/** Writes down which mails new events call for. */
@Injectable()
export class OutgoingMail implements EventConsumer, OnModuleInit {
  readonly name = 'outgoing mail';

  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly relay: Relay,
  ) {}

  onModuleInit(): void {
    this.relay.register(this);
  }

  async take(em: EntityManager, events: LoggedEvent[]): Promise<void> {
    const byKind = new Map<MailKind, Occasion[]>();
    for (const occasion of events.flatMap(occasionsOf))
      byKind.set(occasion.kind, [...(byKind.get(occasion.kind) ?? []), occasion]);
    for (const [kind, occasions] of byKind)
      await prepared(em, `plan-mail-${kind}`, planSql(kind), [...columnsOf(occasions), this.env.INBOUND_MAIL_DOMAIN]);
  }
}

function columnsOf(occasions: Occasion[]): unknown[] {
  return [
    occasions.map(({ companyId }) => companyId),
    occasions.map(({ eventId }) => eventId),
    occasions.map(({ ticketId }) => ticketId),
    occasions.map(({ messageId }) => messageId),
    occasions.map(({ actorId }) => actorId),
    occasions.map(({ personId }) => personId),
    occasions.map(({ teamId }) => teamId),
    occasions.map(({ word }) => word),
  ];
}
