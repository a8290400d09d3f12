/** Every queue of the desk with the type of its payload. Payloads name rows; what is to be done stands there. */
export interface QueuePayloads {
  /** Work that is due from time to time and belongs to no event. */
  maintenance: { task: MaintenanceTask };
  /** One delivery to an endpoint that answers well. */
  webhooks: RowJob;
  /** The same for endpoints that fail or take their time, so that they hold up nobody but each other. */
  'webhooks-slow': RowJob;
  /** One mail to one recipient. */
  emails: RowJob;
  /** One mail that has come in. */
  'inbound-emails': RowJob;
}

export type QueueName = keyof QueuePayloads;

export type MaintenanceTask =
  | 'sweep-uploads'
  | 'sweep-exports'
  | 'sweep-typings'
  | 'sweep-logins'
  | 'sweep-deliveries'
  | 'sweep-emails'
  | 'sweep-inbound-emails'
  | 'sweep-report-counts'
  | 'sweep-automation-runs'
  | 'run-automations';

/** A row that is work, in a table that the queue stands for. */
export interface RowJob {
  companyId: number;
  id: number;
  /** The job is void when the row has been queued again since. */
  round: number;
}

/** The queues of rows. */
export type RowQueue = { [Name in QueueName]: QueuePayloads[Name] extends RowJob ? Name : never }[QueueName];

export interface QueueRules {
  /** Jobs at a time in one process. */
  concurrency: number;
  /** How often BullMQ itself tries a job that threw. */
  attempts: number;
  /** How many finished jobs stay to be looked at, and for how many seconds. */
  keepCompleted: { age: number; count: number } | true;
  keepFailed: { age: number; count: number };
}

const DAY = 86_400;

/** How each queue works off its jobs. A job that is lost, or that fails, is queued again from Postgres by the module that owns the work. */
export const QUEUES: Record<QueueName, QueueRules> = {
  maintenance: { concurrency: 1, attempts: 3, keepCompleted: { age: DAY, count: 1000 }, keepFailed: { age: DAY, count: 1000 } },
  webhooks: { concurrency: 800, attempts: 1, keepCompleted: true, keepFailed: { age: DAY, count: 1000 } },
  'webhooks-slow': { concurrency: 200, attempts: 1, keepCompleted: true, keepFailed: { age: DAY, count: 1000 } },
  emails: { concurrency: 20, attempts: 1, keepCompleted: true, keepFailed: { age: DAY, count: 1000 } },
  // Each holds a whole mail in memory.
  'inbound-emails': { concurrency: 8, attempts: 1, keepCompleted: true, keepFailed: { age: DAY, count: 1000 } },
};

export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

/** Seconds from one attempt at a row of work to the next, each give or take a fifth; after the last it is given up. */
export const RETRY_SECONDS = {
  /** With the first there are ten attempts over 69 hours. */
  webhooks: [5, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400, 86_400],
  /** Ten over two days. */
  emails: [60, 300, 900, 3_600, 7_200, 14_400, 28_800, 43_200, 72_000],
  /** Eleven over a day: only faults of our own are tried again. */
  'inbound-emails': [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800],
} as const satisfies Partial<Record<QueueName, readonly number[]>>;

/** What the `Retry-After` of an endpoint may ask for at most. */
export const MOST_RETRY_AFTER_SECONDS = 86_400;

const JITTER = 0.2;

/** Seconds until the next attempt at what has failed so often before; `random` is from 0 to 1. */
export function retryDelay(queue: keyof typeof RETRY_SECONDS, failures: number, random: number): number {
  return (RETRY_SECONDS[queue][failures] ?? 0) * (1 + JITTER * (2 * random - 1));
}

/** Finished deliveries and their attempts are kept this long. */
export const DELIVERY_LOG_DAYS = 30;
