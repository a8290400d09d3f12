import { createPostgresBackend, Queue, withBackend, Worker, type Job, type Processor } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Env } from '../../config/env.js';
import { QUEUES, type QueueName, type QueuePayloads, type QueueRules } from './catalogue.js';

export interface NewJob<Name extends QueueName> {
  /** Two jobs of one id are one, as long as the first is in the queue. */
  id: string;
  payload: QueuePayloads[Name];
}

interface JobOptions {
  jobId?: string;
  attempts: number;
  removeOnComplete: QueueRules['keepCompleted'];
  removeOnFail: QueueRules['keepFailed'];
}

/** What the desk asks of a BullMQ queue, whatever it is kept in. */
export interface AnyQueue {
  name: string;
  addBulk(jobs: { name: string; data: unknown; opts: JobOptions }[]): Promise<unknown>;
  getJobCounts(...states: 'waiting'[]): Promise<Record<string, number>>;
  getJobState(id: string): Promise<string>;
  isPaused(): Promise<boolean>;
  getJobScheduler(id: string): Promise<unknown>;
  upsertJobScheduler(
    id: string,
    every: { every: number },
    job: { name: string; data: unknown; opts: JobOptions },
  ): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

interface AnyWorker {
  on(event: 'error' | 'failed', listener: (...args: never[]) => void): unknown;
  close(force?: boolean): Promise<void>;
}

export interface OpenQueue {
  queue: AnyQueue;
  close(): Promise<unknown>;
}

export interface OpenWorker {
  /** Lets running jobs end; with `force` it does not wait for them. */
  close(force?: boolean): Promise<unknown>;
}

interface Connection<Client> {
  connection: Client;
  end: () => unknown;
}

const onPostgres = withBackend(createPostgresBackend);

const QUEUE_CONNECTIONS = 4;
const WORKER_CONNECTIONS = 6;
// A statement that the network has swallowed must not hang for ever.
const QUERY_PATIENCE_MS = 15_000;
const CONNECT_PATIENCE_MS = 5_000;
const LOCK_MS = 30_000;

interface WorkerSettings {
  concurrency: number;
  lockDuration: number;
}

/** Opens queues and workers of BullMQ over Postgres, or over Redis when REDIS_URL is set. */
export class QueueStore {
  constructor(
    private readonly env: Env,
    private readonly logger: Logger,
  ) {}

  openQueue(name: QueueName): OpenQueue {
    const { queue, end } =
      this.env.REDIS_URL === undefined ? this.queueOnPostgres(name) : this.queueOnRedis(name, this.env.REDIS_URL);
    queue.on('error', (error) => {
      this.logger.warn({ err: error, queue: name }, 'queue connection failed');
    });
    return { queue, close: () => queue.close().finally(end) };
  }

  openWorker<Name extends QueueName>(name: Name, run: (payload: QueuePayloads[Name]) => Promise<void>): OpenWorker {
    const processor = ((job: Job) => run(job.data as QueuePayloads[Name])) as Processor;
    const options = { concurrency: QUEUES[name].concurrency, lockDuration: LOCK_MS };
    const { worker, end } =
      this.env.REDIS_URL === undefined
        ? this.workerOnPostgres(name, processor, options)
        : this.workerOnRedis(name, processor, options, this.env.REDIS_URL);
    worker.on('error', (error: Error) => {
      this.logger.warn({ err: error, queue: name }, 'worker connection failed');
    });
    worker.on('failed', (job: Job | undefined, error: Error) => {
      this.logger.error({ err: error, queue: name, job: job?.id }, 'job failed');
    });
    return { close: (force) => worker.close(force).finally(end) };
  }

  private queueOnPostgres(name: QueueName): { queue: AnyQueue; end: () => unknown } {
    const { connection, end } = this.pool(QUEUE_CONNECTIONS);
    return { queue: new onPostgres.Queue(name, { connection }), end };
  }

  private queueOnRedis(name: QueueName, url: string): { queue: AnyQueue; end: () => unknown } {
    // Whoever adds a job must hear at once that Redis is away.
    const { connection, end } = this.redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
    return { queue: new Queue(name, { connection }), end };
  }

  private workerOnPostgres(name: QueueName, run: Processor, options: WorkerSettings): { worker: AnyWorker; end: () => unknown } {
    const { connection, end } = this.pool(WORKER_CONNECTIONS);
    return { worker: new onPostgres.Worker(name, run, { ...options, connection }), end };
  }

  private workerOnRedis(
    name: QueueName,
    run: Processor,
    options: WorkerSettings,
    url: string,
  ): { worker: AnyWorker; end: () => unknown } {
    const { connection, end } = this.redis(url, { maxRetriesPerRequest: null });
    return { worker: new Worker(name, run, { ...options, connection }), end };
  }

  private redis(url: string, options: { enableOfflineQueue?: boolean; maxRetriesPerRequest: number | null }): Connection<Redis> {
    const redis = new Redis(url, {
      ...options,
      connectTimeout: CONNECT_PATIENCE_MS,
      retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
    });
    redis.on('error', (error: Error) => {
      this.logger.warn({ err: error }, 'redis connection failed');
    });
    return { connection: redis, end: () => redis.disconnect() };
  }

  private pool(max: number): Connection<pg.Pool> {
    const pool = new pg.Pool({
      connectionString: this.env.DATABASE_URL,
      max,
      // What a queue forgets in a crash is queued again.
      options: '-c search_path=bullmq,public -c synchronous_commit=off',
      application_name: 'polydesk-queue',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_PATIENCE_MS,
      query_timeout: QUERY_PATIENCE_MS,
    });
    pool.on('error', (error) => {
      this.logger.warn({ err: error }, 'queue connection failed');
    });
    return { connection: pool, end: () => pool.end() };
  }
}

/** How a job of this queue is kept. */
export function jobOptions(name: QueueName, jobId?: string): JobOptions {
  const { attempts, keepCompleted, keepFailed } = QUEUES[name];
  return { ...(jobId !== undefined && { jobId }), attempts, removeOnComplete: keepCompleted, removeOnFail: keepFailed };
}
