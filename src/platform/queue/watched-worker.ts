import type { Logger } from 'pino';
import type { QueueName, QueuePayloads } from './catalogue.js';
import type { OpenWorker, QueueStore } from './queue-store.js';

// Two looks in a row, so that a job which is just being fetched is not taken for one that nobody fetches.
const DEAF_LOOKS = 2;
const FORCED_CLOSE_MS = 2_000;

/**
 * A worker with a heartbeat. One that does nothing although jobs wait has gone deaf: its connection came back without it, or was dropped
 * by the network in silence. It is replaced by a new one on a new connection.
 */
export class WatchedWorker<Name extends QueueName = QueueName> {
  private worker: OpenWorker | undefined;
  private running = 0;
  private beats = 0;
  private beatsSeen = 0;
  private deafLooks = 0;

  constructor(
    private readonly store: QueueStore,
    private readonly logger: Logger,
    readonly name: Name,
    private readonly processor: (payload: QueuePayloads[Name]) => Promise<void>,
  ) {}

  start(): void {
    this.worker = this.store.openWorker(this.name, (payload) => this.run(payload));
  }

  /** Looks whether it lives, given how many jobs wait; true when it had to be replaced. */
  check(waiting: number): boolean {
    const isIdle = this.running === 0 && this.beats === this.beatsSeen;
    this.beatsSeen = this.beats;
    this.deafLooks = isIdle && waiting > 0 ? this.deafLooks + 1 : 0;
    if (this.deafLooks < DEAF_LOOKS || this.worker === undefined) return false;
    this.deafLooks = 0;
    this.logger.warn({ queue: this.name, waiting }, 'a worker has gone deaf: it is replaced');
    this.replace(this.worker);
    return true;
  }

  /** Takes no more jobs and waits for those that run, at most so long; then they are left to be found as lost. */
  async close(patienceMs: number): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    if (worker) await within(worker.close(), patienceMs, () => worker.close(true));
  }

  private async run(payload: QueuePayloads[Name]): Promise<void> {
    this.running++;
    this.beats++;
    try {
      await this.processor(payload);
    } finally {
      this.running--;
      this.beats++;
    }
  }

  // Closing a broken connection may take for ever, and nobody waits for it.
  private replace(deaf: OpenWorker): void {
    void within(deaf.close(true), FORCED_CLOSE_MS).catch((error: unknown) => {
      this.logger.debug({ err: error, queue: this.name }, 'a deaf worker did not close');
    });
    this.start();
  }
}

/** Waits for something to close, and not for ever; `force` is called when the time is up. */
export async function within(closing: Promise<unknown>, ms: number, force?: () => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      force?.().catch(() => undefined);
      resolve();
    }, ms);
  });
  await Promise.race([closing, deadline]);
  clearTimeout(timer);
}
