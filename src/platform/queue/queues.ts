import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import { ENV, type Env } from '../../config/env.js';
import { Unavailable } from '../errors/app-errors.js';
import { LOGGER } from '../logging/logger.js';
import { QUEUE_NAMES, type MaintenanceTask, type QueueName, type QueuePayloads } from './catalogue.js';
import { jobOptions, QueueStore, type AnyQueue, type NewJob, type OpenQueue } from './queue-store.js';
import { WatchedWorker, within } from './watched-worker.js';

const ANSWER_PATIENCE_MS = 5_000;
const WATCH_MS = 5_000;
// Workers, queues and connections one after the other must fit into the 10 s of a stop.
const HURRY_MS = 3_000;
const WORKER_CLOSE_MS = 6_000;
const QUEUE_CLOSE_MS = 1_500;

interface Task {
  everyMs: number;
  run: () => Promise<void>;
}

/**
 * The queues of the desk. They hold no truth: a module that owns work keeps it in Postgres and queues again what a queue has lost.
 * Nobody waits for a store that is away: every question to it ends in time.
 */
@Injectable()
export class Queues implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly store: QueueStore;
  private readonly queues = new Map<QueueName, OpenQueue>();
  private readonly workers: Pick<WatchedWorker, 'name' | 'start' | 'check' | 'close'>[] = [];
  private readonly tasks = new Map<MaintenanceTask, Task>();
  private readonly stopping = new AbortController();
  private watch: NodeJS.Timeout | undefined;

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    setMaxListeners(0, this.stopping.signal);
    this.store = new QueueStore(env, logger);
    this.process('maintenance', ({ task }) => this.runTask(task));
  }

  /**
   * Says who works off a queue, before the start. Only processes with the role worker do so. A job that still runs when the process
   * must soon end is told by the signal.
   */
  process<Name extends QueueName>(
    name: Name,
    processor: (payload: QueuePayloads[Name], signal: AbortSignal) => Promise<void>,
  ): void {
    const run = (payload: QueuePayloads[Name]) => processor(payload, this.stopping.signal);
    this.workers.push(new WatchedWorker(this.store, this.logger, name, run));
  }

  /** Has a task run every so many milliseconds, in one of all processes. Said before the start. */
  schedule(name: MaintenanceTask, everyMs: number, run: () => Promise<void>): void {
    this.tasks.set(name, { everyMs, run });
  }

  /** Adds jobs. Throws `Unavailable` when the store does not take them in time; it may have taken them all the same. */
  async add<Name extends QueueName>(name: Name, jobs: NewJob<Name>[]): Promise<void> {
    const all = jobs.map(({ id, payload }) => ({ name, data: payload, opts: jobOptions(name, id) }));
    await this.ask(name, (queue) => queue.addBulk(all));
  }

  /** Whether a job of this id still waits for a worker. Throws `Unavailable`. */
  async isWaiting(name: QueueName, id: string): Promise<boolean> {
    const state = await this.ask(name, (queue) => queue.getJobState(id));
    return state === 'waiting' || state === 'prioritized' || state === 'delayed';
  }

  /** Resolves when the store of the queues answers. */
  async ping(): Promise<void> {
    await this.ask('maintenance', (queue) => queue.getJobCounts('waiting'));
  }

  /** BullMQ's own object, for those who show queues to operators. */
  queue(name: QueueName): AnyQueue {
    const open = this.queues.get(name) ?? this.store.openQueue(name);
    this.queues.set(name, open);
    return open.queue;
  }

  onApplicationBootstrap(): void {
    if (!this.env.ROLES.includes('worker')) return;
    const orphans = QUEUE_NAMES.filter((name) => !this.workers.some((worker) => worker.name === name));
    if (orphans.length > 0) throw new Error(`queues that nobody works off: ${orphans.join(', ')}`);
    this.workers.forEach((worker) => worker.start());
    const look = () => {
      this.look().catch((error: unknown) => {
        this.logger.warn({ err: error }, 'the queues could not be looked at');
      });
    };
    look();
    this.watch = setInterval(look, WATCH_MS);
  }

  // Before anything that jobs use is closed.
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.watch);
    const hurry = setTimeout(() => this.stopping.abort(), HURRY_MS);
    await Promise.all(this.workers.map((worker) => worker.close(WORKER_CLOSE_MS)));
    clearTimeout(hurry);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.queues.values()].map((open) => within(open.close(), QUEUE_CLOSE_MS)));
  }

  private async runTask(name: MaintenanceTask): Promise<void> {
    const task = this.tasks.get(name);
    if (!task) throw new Error(`no module has the task ${name}`);
    await task.run();
  }

  /** Puts back schedules that the store has lost, and replaces workers that do not hear it any more. */
  private async look(): Promise<void> {
    for (const [name, { everyMs }] of this.tasks) await this.keepScheduled(name, everyMs);
    for (const worker of this.workers) {
      const { waiting = 0 } = await this.ask(worker.name, (queue) => queue.getJobCounts('waiting'));
      // Where an operator holds the queue, jobs wait although the worker hears well.
      const isPaused = waiting > 0 && (await this.ask(worker.name, (queue) => queue.isPaused()));
      worker.check(isPaused ? 0 : waiting);
    }
  }

  private async keepScheduled(name: MaintenanceTask, everyMs: number): Promise<void> {
    if (await this.ask('maintenance', (queue) => queue.getJobScheduler(name))) return;
    const job = { name, data: { task: name }, opts: jobOptions('maintenance') };
    await this.ask('maintenance', (queue) => queue.upsertJobScheduler(name, { every: everyMs }, job));
  }

  /** A store that does not answer in time gets a new connection for the next question. */
  private async ask<Answer>(name: QueueName, question: (queue: AnyQueue) => Promise<Answer>): Promise<Answer> {
    const queue = this.queue(name);
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.forget(name, queue);
        reject(new Unavailable('The queue does not answer'));
      }, ANSWER_PATIENCE_MS);
    });
    try {
      return await Promise.race([question(queue), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  private forget(name: QueueName, queue: AnyQueue): void {
    const open = this.queues.get(name);
    if (open?.queue !== queue) return;
    this.queues.delete(name);
    void within(open.close(), QUEUE_CLOSE_MS).catch(() => undefined);
  }
}
