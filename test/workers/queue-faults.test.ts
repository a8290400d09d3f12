import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildLogger } from '../../src/platform/logging/logger.js';
import { QUEUE_NAMES } from '../../src/platform/queue/catalogue.js';
import { Queues } from '../../src/platform/queue/queues.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { freePort } from '../support/desk-process.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { startRedis, type RedisProcess } from '../support/redis.js';
import { startSilentProxy, type SilentProxy } from '../support/silent-proxy.js';
import { openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';
import { addWebHook } from '../support/web-hooks.js';

const PATIENCE_MS = 90_000;
const WORKER = { ROLES: 'api,worker', WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8' };

let desk: TestDesk | undefined;
let redis: RedisProcess;
let receiver: Receiver;
let proxy: SilentProxy | undefined;

beforeEach(async () => {
  receiver = await startReceiver();
  redis = await startRedis(await freePort());
});
afterEach(async () => {
  await desk?.stop();
  desk = undefined;
  await proxy?.close();
  proxy = undefined;
  await redis.kill();
  await receiver.close();
});

const portOf = ({ url }: RedisProcess) => Number(new URL(url).port);

async function told(count: number): Promise<void> {
  await until(() => receiver.hits.length === count, `message number ${count}`, PATIENCE_MS);
}

describe('a worker', () => {
  it(
    'that has gone deaf in silence is replaced, and misses nothing',
    async () => {
      proxy = await startSilentProxy(portOf(redis));
      desk = await startDesk({ ...WORKER, REDIS_URL: `redis://127.0.0.1:${proxy.port}` });
      await addWebHook(desk, { url: receiver.url, events: 'ticket.created' });
      await openTicket(desk);
      await told(1);
      proxy.silence();
      await openTicket(desk);
      await openTicket(desk);
      await told(3);
      await openTicket(desk);
      await told(4);
    },
    2 * PATIENCE_MS,
  );

  it('does not begin to work while there is a queue that nobody works off', () => {
    const queues = new Queues({ ROLES: ['worker'] } as ConstructorParameters<typeof Queues>[0], buildLogger('silent'));
    const others = QUEUE_NAMES.filter((name) => name !== 'maintenance');
    expect(() => queues.onApplicationBootstrap()).toThrow(`queues that nobody works off: ${others.join(', ')}`);
  });
});

describe('a queue that is away', () => {
  it(
    'keeps nobody from writing, and delivers what was written when it is back, with its memory or without',
    async () => {
      desk = await startDesk({ ...WORKER, REDIS_URL: redis.url });
      await addWebHook(desk, { url: receiver.url, events: 'ticket.created' });
      await openTicket(desk);
      await told(1);
      await redis.kill();
      for (let n = 0; n < 5; n++) await openTicket(desk);
      redis = await startRedis(portOf(redis));
      await told(6);
      expect(new Set(receiver.hits.map(({ headers }) => headers['webhook-id'])).size).toBe(6);
    },
    2 * PATIENCE_MS,
  );
});
