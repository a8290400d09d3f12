import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createPostgresBackend, Queue, withBackend, Worker, type Job, type Processor } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Logger } from 'pino';
import { ENV, type Env } from '../../config/env.js';
import { LOGGER } from '../logging/logger.js';

/** Every queue of the desk with the type of its payload. */
export interface QueuePayloads {
  /** Work that is due from time to time and belongs to no event. */
  maintenance: { task: 'sweep-uploads' };
}

export type QueueName = keyof QueuePayloads;

const KEEP_FINISHED = { age: 24 * 3600, count: 1000 };
// Workers, queues and connections one after the other must fit into the 10 s of a stop.
const CLOSE_MS = 2_500;
const OWN_CONNECTIONS = 4;

interface AnyQueue<Name extends QueueName> {
  getJobCounts(...states: 'waiting'[]): Promise<Record<string, number>>;
  upsertJobScheduler(
    id: string,
    every: { every: number },
    job: { name: string; data: QueuePayloads[Name]; opts: object },
  ): Promise<unknown>;
  close(): Promise<void>;
}

interface AnyWorker {
  on(event: 'error' | 'failed', listener: (...args: never[]) => void): unknown;
  close(force?: boolean): Promise<void>;
}

const onPostgres = withBackend(createPostgresBackend);

/**
 * BullMQ over Postgres, or over Redis when REDIS_URL is set. It holds no truth: whatever it forgets is queued again from Postgres.
 */
@Injectable()
export class Queues implements OnApplicationShutdown {
  private readonly queues = new Map<QueueName, AnyQueue<QueueName>>();
  private readonly workers: AnyWorker[] = [];
  private readonly connections: { close: () => Promise<unknown> }[] = [];

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Resolves when the store of the queues answers. */
  async ping(): Promise<void> {
    await this.queue('maintenance').getJobCounts('waiting');
  }

  /** Runs `processor` on a queue in this process, and its job every `everyMs` milliseconds on one of all processes. */
  async schedule<Name extends QueueName>(
    name: Name,
    data: QueuePayloads[Name],
    everyMs: number,
    processor: (data: QueuePayloads[Name]) => Promise<void>,
  ): Promise<void> {
    const job = { name: data.task, data, opts: { removeOnComplete: KEEP_FINISHED, removeOnFail: KEEP_FINISHED, attempts: 3 } };
    await this.queue(name).upsertJobScheduler(data.task, { every: everyMs }, job);
    this.startWorker(name, processor);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map((worker) => within(worker.close(), () => worker.close(true))));
    await Promise.all([...this.queues.values()].map((queue) => within(queue.close())));
    await Promise.all(this.connections.map((connection) => within(connection.close())));
  }

  private queue<Name extends QueueName>(name: Name): AnyQueue<Name> {
    const queue = this.queues.get(name) ?? this.openQueue(name);
    this.queues.set(name, queue);
    return queue;
  }

  private openQueue(name: QueueName): AnyQueue<QueueName> {
    const queue = this.env.REDIS_URL
      ? new Queue(name, { connection: this.redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1 }) })
      : new onPostgres.Queue(name, { connection: this.pool() });
    queue.on('error', (error: Error) => {
      this.logger.warn({ err: error, queue: name }, 'queue connection failed');
    });
    return queue as AnyQueue<QueueName>;
  }

  private startWorker<Name extends QueueName>(name: Name, processor: (data: QueuePayloads[Name]) => Promise<void>): void {
    const run = (job: Job) => processor(job.data as QueuePayloads[Name]);
    const worker: AnyWorker = this.env.REDIS_URL
      ? new Worker(name, run as Processor, { connection: this.redis({ maxRetriesPerRequest: null }) })
      : new onPostgres.Worker(name, run as Processor, { connection: this.pool() });
    worker.on('error', (error: Error) => {
      this.logger.warn({ err: error, queue: name }, 'worker connection failed');
    });
    worker.on('failed', (job: Job | undefined, error: Error) => {
      this.logger.error({ err: error, queue: name, job: job?.id }, 'job failed');
    });
    this.workers.push(worker);
  }

  private redis(options: { enableOfflineQueue?: boolean; maxRetriesPerRequest: number | null }): Redis {
    const redis = new Redis(this.env.REDIS_URL ?? '', options);
    redis.on('error', (error: Error) => {
      this.logger.warn({ err: error }, 'redis connection failed');
    });
    this.connections.push({ close: () => redis.quit().catch(() => 'gone already') });
    return redis;
  }

  private pool(): pg.Pool {
    const pool = new pg.Pool({
      connectionString: this.env.DATABASE_URL,
      max: OWN_CONNECTIONS,
      options: '-c search_path=bullmq,public',
      application_name: 'polydesk-queue',
    });
    pool.on('error', (error) => {
      this.logger.warn({ err: error }, 'queue connection failed');
    });
    this.connections.push({ close: () => pool.end() });
    return pool;
  }
}

// What waits for a store that does not answer would hold up the whole shutdown.
async function within(closing: Promise<unknown>, force: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      void force();
      resolve();
    }, CLOSE_MS);
  });
  await Promise.race([closing, deadline]);
  clearTimeout(timer);
}
