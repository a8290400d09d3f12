import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ENV, type Env } from '../../config/env.js';
import { Notifications } from '../database/notifications.js';
import { LOGGER } from '../logging/logger.js';

/** Work that stands in Postgres and is due. */
export interface WorkSource {
  name: string;
  /** Moves one batch on; true when more may be due at once. Several processes may do so at a time. */
  pull(): Promise<boolean>;
}

// News wake it at once; this is for what falls due by the clock, and for news that got lost.
const LOOK_MS = 1_000;
const PAUSE_AFTER_ERROR_MS = 1_000;

/** Looks for due work in the processes with the role worker: after every commit that records events, and each second. */
@Injectable()
export class Pump implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sources: WorkSource[] = [];
  private readonly stopping = new AbortController();
  private readonly sleepers = new Map<WorkSource, () => void>();
  private readonly news = new Map<WorkSource, number>();
  private loops: Promise<void>[] = [];
  private stopListening: (() => void) | undefined;

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly notifications: Notifications,
  ) {
    setMaxListeners(0, this.stopping.signal);
  }

  /** Said before the start. */
  add(source: WorkSource): void {
    this.sources.push(source);
  }

  /** Has one source, or every source, looked at now. */
  wake(source?: WorkSource): void {
    for (const each of source ? [source] : this.sources) {
      this.news.set(each, this.newsOf(each) + 1);
      this.sleepers.get(each)?.();
    }
  }

  onApplicationBootstrap(): void {
    if (!this.env.ROLES.includes('worker')) return;
    this.stopListening = this.notifications.listen(() => this.wake());
    this.loops = this.sources.map((source) => this.run(source));
  }

  /** What is under way is finished. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopListening?.();
    this.stopping.abort();
    this.wake();
    await Promise.all(this.loops);
  }

  private async run(source: WorkSource): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const news = this.newsOf(source);
      try {
        // News that come in the meantime may be of what has been looked at already.
        const hasMore = await source.pull();
        if (!hasMore && this.newsOf(source) === news) await this.sleep(source);
      } catch (error) {
        this.logger.error({ err: error, source: source.name }, 'due work was not moved on');
        await wait(PAUSE_AFTER_ERROR_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private sleep(source: WorkSource): Promise<void> {
    return new Promise((resolve) => {
      const awaken = () => {
        clearTimeout(timer);
        this.sleepers.delete(source);
        resolve();
      };
      const timer = setTimeout(awaken, LOOK_MS);
      this.sleepers.set(source, awaken);
    });
  }

  private newsOf(source: WorkSource): number {
    return this.news.get(source) ?? 0;
  }
}
