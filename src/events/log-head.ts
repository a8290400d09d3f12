import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { EventEmitter, once } from 'node:events';
import type { Logger } from 'pino';
import { Database } from '../platform/database/database.js';
import { Notifications } from '../platform/database/notifications.js';
import { HEADS } from '../platform/events/feed.js';
import { LOGGER } from '../platform/logging/logger.js';

/** The end of one company's log, as far as it has been looked at. */
export interface FollowedHead {
  /** The cursor of its last event; undefined before the first look. */
  current(): string | undefined;
  /** Waits until the end is another than this one. Rejects when the signal says so. */
  moved(from: string | undefined, signal: AbortSignal): Promise<void>;
  stop(): void;
}

interface HeadRow {
  companyId: number;
  cursor: string;
  /** There are events that an open transaction keeps from being shown. */
  isWithholding: boolean;
}

const FALLBACK_MS = 1_000;
const AFTER_NEWS_MS = 10;
const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 320;

/** Looks where the logs of companies end, once for everybody in this process who waits for that: an idle stream costs no query. */
@Injectable()
export class LogHead implements OnModuleDestroy {
  private readonly heads = new Map<number, Head>();
  private stopListening: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  private isNews = false;
  private retryMs = FIRST_RETRY_MS;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
    private readonly notifications: Notifications,
  ) {}

  follow(companyId: number): FollowedHead {
    const head = this.heads.get(companyId) ?? new Head();
    this.heads.set(companyId, head);
    head.followers++;
    this.stopListening ??= this.notifications.listen(() => this.onNews());
    if (head.cursor === undefined) this.onNews();
    return {
      current: () => head.cursor,
      moved: (from, signal) => head.moved(from, signal),
      stop: () => this.leave(companyId, head),
    };
  }

  onModuleDestroy(): void {
    this.heads.clear();
    this.rest();
  }

  private leave(companyId: number, head: Head): void {
    head.followers--;
    if (head.followers === 0 && this.heads.get(companyId) === head) this.heads.delete(companyId);
    if (this.heads.size === 0) this.rest();
  }

  private rest(): void {
    clearTimeout(this.timer);
    this.stopListening?.();
    this.stopListening = undefined;
  }

  private onNews(): void {
    this.retryMs = FIRST_RETRY_MS;
    if (this.isLooking) this.isNews = true;
    else this.lookIn(0);
  }

  private lookIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), ms).unref();
  }

  private async look(): Promise<void> {
    if (this.isLooking || this.heads.size === 0) return;
    this.isLooking = true;
    this.isNews = false;
    const isWithholding = await this.readHeads().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'the end of the event log was not read');
      return false;
    });
    this.isLooking = false;
    if (this.heads.size > 0) this.lookIn(this.pause(isWithholding));
  }

  private async readHeads(): Promise<boolean> {
    const found = await this.db.query<HeadRow>(HEADS, [[...this.heads.keys()]]);
    for (const { companyId, cursor } of found) this.heads.get(companyId)?.tell(cursor);
    return found.some(({ isWithholding }) => isWithholding);
  }

  // The end of the transaction that events wait for may be no news: it is asked for, less and less often.
  private pause(isWithholding: boolean): number {
    if (this.isNews) return AFTER_NEWS_MS;
    if (!isWithholding) return FALLBACK_MS;
    const pause = this.retryMs;
    this.retryMs = Math.min(pause * 2, LAST_RETRY_MS);
    return pause;
  }
}

class Head {
  followers = 0;
  cursor: string | undefined;
  private readonly moves = new EventEmitter().setMaxListeners(0);

  tell(cursor: string): void {
    if (cursor === this.cursor) return;
    this.cursor = cursor;
    this.moves.emit('moved');
  }

  async moved(from: string | undefined, signal: AbortSignal): Promise<void> {
    while (this.cursor === from) await once(this.moves, 'moved', { signal });
  }
}
