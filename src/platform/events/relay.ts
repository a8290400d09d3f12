import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Logger } from 'pino';
import { Database, REPEATABLE_SQL, rows, tellAfterCommit } from '../database/database.js';
import { LOGGER } from '../logging/logger.js';
import { Pump, type WorkSource } from '../queue/pump.js';
import type { LoggedEvent } from './logged-event.js';

/** A part of the desk that reacts to events. */
export interface EventConsumer {
  name: string;
  /**
   * Writes down in the open transaction what is to be done about these events, and does none of it: others do that later, from a queue.
   * An event is taken once, and what is written has a unique key all the same.
   */
  take(em: EntityManager, events: LoggedEvent[]): Promise<void>;
}

const BATCH = 200;
const FIRST_DELAY_S = 5;
const MOST_DELAY_S = 3600;

// Rows that another process is just taking are passed over. What follows from an event and its row here come and go together.
const CLAIM = `
  select e.company_id as "companyId", e.id, e.type, e.actor, e.ticket_id as "ticketId", e.ticket_sequence as "ticketSequence", e.data,
    e.created_at as "createdAt", ${REPEATABLE_SQL} as repeatable
  from event_outbox o join events e on e.company_id = o.company_id and e.id = o.event_id
  where o.due_at <= now() order by o.due_at, o.event_id limit $1 for update of o skip locked`;

const TAKEN = `delete from event_outbox o using unnest($1::bigint[], $2::bigint[]) as taken (company_id, event_id)
  where o.company_id = taken.company_id and o.event_id = taken.event_id`;

const PUT_OFF = `update event_outbox set failures = failures + 1,
    due_at = now() + make_interval(secs => least(${FIRST_DELAY_S} * power(2, least(failures, 20)), ${MOST_DELAY_S}))
  where company_id = $1 and event_id = $2`;

/** Hands every new event to every consumer, exactly once: taking it and writing down what follows from it is one transaction. */
@Injectable()
export class Relay implements WorkSource, OnModuleInit {
  readonly name = 'events';
  private readonly consumers: EventConsumer[] = [];

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
    private readonly pump: Pump,
  ) {}

  onModuleInit(): void {
    this.pump.add(this);
  }

  /** Said before the start. */
  register(consumer: EventConsumer): void {
    this.consumers.push(consumer);
  }

  async pull(): Promise<boolean> {
    try {
      return (await this.take(BATCH)) === BATCH;
    } catch (error) {
      this.logger.warn({ err: error }, 'a batch of events was not taken: it is taken one by one');
      await this.takeEach();
      return true;
    }
  }

  private async take(size: number, tell: (events: LoggedEvent[]) => void = () => undefined): Promise<number> {
    return this.db.tx(async (em) => {
      const events = await rows<LoggedEvent>(em, CLAIM, [size]);
      tell(events);
      if (events.length === 0) return 0;
      for (const consumer of this.consumers) await consumer.take(em, events);
      await rows(em, TAKEN, [events.map(({ companyId }) => companyId), events.map(({ id }) => id)]);
      tellAfterCommit(em);
      return events.length;
    });
  }

  /** One event that cannot be taken must not hold up the others: it is put off, each time for longer. */
  private async takeEach(): Promise<void> {
    for (let left = BATCH; left > 0; left--) {
      let current: LoggedEvent | undefined;
      try {
        if ((await this.take(1, ([event]) => (current = event))) === 0) return;
      } catch (error) {
        if (current === undefined) throw error;
        await this.putOff(current, error);
      }
    }
  }

  private async putOff({ companyId, id }: LoggedEvent, error: unknown): Promise<void> {
    this.logger.error({ err: error, company: companyId, event: id }, 'an event was not taken');
    await this.db.tx((em) => rows(em, PUT_OFF, [companyId, id]));
  }
}
