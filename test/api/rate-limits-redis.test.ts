import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { startDesk, type Member, type OtherApp, type TestDesk } from '../support/desk.js';
import { startRedis, type RedisProcess } from '../support/redis.js';
import { ask } from '../support/send.js';
import type { Answer } from '../support/client.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk({ RATE_LIMITS: 'on' });
});
afterAll(() => desk.stop());

const QUESTION = JSON.stringify({ ticket: { requester_email: 'jane@example.com', content: { text: 'Fire.' } } });

const open = ({ url }: { url: string }, { token }: Member, body = QUESTION): Promise<Answer> =>
  ask(url, { method: 'POST', path: '/tickets', headers: { authorization: `Bearer ${token}` }, body });
const openMany = (apps: OtherApp[], member: Member, count: number) =>
  Promise.all(Array.from({ length: count }, (_, n) => open(apps[n % apps.length] ?? desk, member)));
const opened = (answers: Answer[]) => answers.filter(({ status }) => status === 201).length;
const windowsInPostgres = async () => (await desk.db.query('select 1 from rate_windows')).length;

async function freshToken(): Promise<Member> {
  const { body } = await desk.as(desk.acme.admin).post('/api_tokens', { api_token: { name: 'limited' } });
  await desk.db.query('delete from rate_windows');
  return { ...desk.acme.admin, token: body.api_token.token };
}

describe('limits counted in Redis', () => {
  let redis: RedisProcess;
  let apps: OtherApp[];

  beforeAll(async () => {
    redis = await startRedis();
    // The stand-in takes its time for the first script.
    const client = new Redis(redis.url);
    await client.eval('return 1', 0);
    client.disconnect();
    apps = [await desk.second({ REDIS_URL: redis.url }), await desk.second({ REDIS_URL: redis.url })];
  });
  afterAll(() => redis.kill());

  it('are exact over all processes, and cost Postgres nothing', async () => {
    const member = await freshToken();
    const answers = await openMany(apps, member, 50);
    expect(opened(answers)).toBe(8);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers['ratelimit']).toMatch(/"ticket-creation";r=0;t=(60|5\d)$/);
    expect(await windowsInPostgres()).toBe(0);
  });

  it('count tickets, not attempts', async () => {
    const member = await freshToken();
    const [app = desk] = apps;
    for (let n = 0; n < 9; n++) expect((await open(app, member, '{"ticket":{}}')).status).toBe(400);
    expect(opened(await openMany(apps, member, 9))).toBe(8);
  });

  it('go on in Postgres when Redis dies, and answer soon', async () => {
    const member = await freshToken();
    expect(opened(await openMany(apps, member, 20))).toBe(8);
    await redis.kill();
    const begun = performance.now();
    expect(opened(await openMany(apps, member, 50))).toBe(8);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(opened(await openMany(apps, member, 10))).toBe(0);
  });
});

describe('a Redis that is away', () => {
  let deaf: Server;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    deaf = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(deaf, 'listening');
  });
  afterAll(() => {
    sockets.forEach((socket) => socket.destroy());
    deaf.close();
  });

  it.each<[string, () => string]>([
    ['refuses connections', () => 'redis://127.0.0.1:1'],
    ['takes connections and says nothing', () => `redis://127.0.0.1:${(deaf.address() as AddressInfo).port}`],
  ])('and %s leaves the limits as they are', async (_, url) => {
    const member = await freshToken();
    const app = await desk.second({ REDIS_URL: url() });
    const begun = performance.now();
    expect(opened(await openMany([app], member, 30))).toBe(8);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
