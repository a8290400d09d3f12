import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, rows, tellAfterCommit } from '../platform/database/database.js';
import { readCursor } from '../platform/events/feed.js';
import type { LoggedEvent } from '../platform/events/logged-event.js';
import { Pump, type WorkSource } from '../platform/queue/pump.js';
import { deliver, subscriptionOf } from './fan-out.js';

interface OpenReplay {
  companyId: number;
  id: number;
  webHookId: number;
  position: string;
  until: string;
  /** Every transaction that may have recorded something before its end has ended itself. */
  isSettled: boolean;
}

interface FeedEvent extends LoggedEvent {
  cursor: string;
}

const BATCH = 200;

// They take turns. A disabled webhook's waits until it is enabled.
const CLAIM = `
  select r.company_id as "companyId", r.id, r.web_hook_id as "webHookId", r.position, r.until,
    pg_snapshot_xmin(pg_current_snapshot()) >= split_part(r.until, '-', 1)::xid8 as "isSettled"
  from web_hook_replays r join web_hooks w on w.company_id = r.company_id and w.id = r.web_hook_id
  where r.finished_at is null and w.is_enabled order by r.moved_at, r.id limit 1 for update of r skip locked`;

const NEXT = `
  select company_id as "companyId", id, type, actor, ticket_id as "ticketId", ticket_sequence as "ticketSequence", data,
    created_at as "createdAt", tx || '-' || id as cursor
  from events where company_id = $1 and (tx, id) > ($2::xid8, $3::bigint) and (tx, id) < ($4::xid8, $5::bigint)
    and tx < pg_snapshot_xmin(pg_current_snapshot())
  order by tx, id limit ${BATCH}`;

const MOVE = `
  update web_hook_replays set position = $3, deliveries_count = deliveries_count + $4, moved_at = clock_timestamp(),
    finished_at = case when $5::boolean then now() end
  where company_id = $1 and id = $2`;

const PUT_BACK = `update web_hook_replays set moved_at = now() where company_id = $1 and id = $2`;

/**
 * Carries replays out, a batch of events of one of them at a time: the deliveries and the place that it has reached are one commit, so that
 * a crash loses nothing and begins nothing twice.
 */
@Injectable()
export class Replays implements WorkSource, OnModuleInit {
  readonly name = 'web hook replays';

  constructor(
    private readonly db: Database,
    private readonly pump: Pump,
  ) {}

  onModuleInit(): void {
    this.pump.add(this);
  }

  async pull(): Promise<boolean> {
    let current: OpenReplay | undefined;
    try {
      return await this.db.tx(async (em) => {
        [current] = await rows<OpenReplay>(em, CLAIM);
        return current !== undefined && moveOn(em, current);
      });
    } catch (error) {
      // The next time it is the turn of the others.
      if (current) await this.db.query(PUT_BACK, [current.companyId, current.id]);
      throw error;
    }
  }
}

/** True when anything has come of it: then it, or another one, may be moved on at once. */
async function moveOn(em: EntityManager, replay: OpenReplay): Promise<boolean> {
  const { companyId, id, webHookId, position, isSettled } = replay;
  const events = await nextEvents(em, replay);
  const subscription = await subscriptionOf(em, companyId, webHookId);
  // Whoever was tested has been tested.
  const told = events.filter(({ type }) => type !== 'web_hook.tested');
  const count = subscription ? await deliver(em, [subscription], told, { again: true }) : 0;
  const isFinished = isSettled && events.length < BATCH;
  await rows(em, MOVE, [companyId, id, events.at(-1)?.cursor ?? position, count, isFinished]);
  if (count > 0) tellAfterCommit(em);
  return events.length > 0 || isFinished;
}

async function nextEvents(em: EntityManager, { companyId, position, until }: OpenReplay): Promise<FeedEvent[]> {
  const [from, end] = [readCursor('position', position), readCursor('until', until)];
  return rows<FeedEvent>(em, NEXT, [companyId, from.tx, from.id, end.tx, end.id]);
}
