import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QUEUE_NAMES } from '../../src/platform/queue/catalogue.js';
import { Queues } from '../../src/platform/queue/queues.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { BROWSER, cookieOf, OWN_PAGE, signIn, visit } from '../support/operator.js';
import { startRedis, type RedisProcess } from '../support/redis.js';
import { until } from '../support/until.js';
import { uploadFile } from '../support/uploads.js';

interface ShownJob {
  id: string;
  name: string;
  data: unknown;
  failedReason: string;
  attempts: number;
}

interface ShownQueue {
  name: string;
  counts: Record<string, number>;
  jobs: ShownJob[];
  isPaused: boolean;
}

describe.each(['Postgres', 'Redis'])('the page of the queues, kept in %s', (store) => {
  let redis: RedisProcess | undefined;
  let desk: TestDesk;
  let session: Record<string, string>;

  beforeAll(async () => {
    redis = store === 'Redis' ? await startRedis() : undefined;
    desk = await startDesk({ ROLES: 'api,worker', ...(redis && { REDIS_URL: redis.url }) });
    session = cookieOf(await signIn(desk.url, desk.acme.admin));
  });
  afterAll(async () => {
    await desk.stop();
    await redis?.kill();
  });

  const look = async (path: string) => {
    const answer = await visit(desk.url, `/queues${path}`, { headers: session });
    expect(answer.status).toBe(200);
    return answer;
  };
  const press = async (path: string) => {
    const answer = await visit(desk.url, `/queues/api/queues${path}`, { method: 'put', headers: { ...session, ...OWN_PAGE } });
    expect(answer.status).toBeLessThan(300);
  };
  const maintenance = async (status = 'latest'): Promise<ShownQueue> => {
    const { body } = await look(`/api/queues?activeQueue=maintenance&status=${status}&page=1&jobsPerPage=50`);
    const shown = (body as { queues: ShownQueue[] }).queues.find(({ name }) => name === 'maintenance');
    if (!shown) throw new Error('the queue is not shown');
    return shown;
  };
  const failed = async (id: string) => (await maintenance('failed')).jobs.find((job) => job.id === id);
  const add = (id: string, task: string) =>
    desk.app
      .get(Queues)
      .queue('maintenance')
      .addBulk([
        {
          name: 'maintenance',
          data: { task },
          opts: { jobId: id, attempts: 3, removeOnComplete: true, removeOnFail: { age: 900, count: 9 } },
        },
      ]);
  const uploads = () => desk.db.query('select 1 from attachments');

  it('has every queue with the number of its jobs by state', async () => {
    const { body } = await look('/api/queues');
    const { queues } = body as { queues: ShownQueue[] };
    expect(queues.map(({ name }) => name)).toEqual(QUEUE_NAMES);
    for (const { counts } of queues)
      expect(counts).toMatchObject({ active: expect.any(Number), waiting: expect.any(Number), delayed: expect.any(Number) });
    expect(queues.find(({ name }) => name === 'webhooks')?.counts['failed']).toBe(0);
  });

  it('shows a failed job with its reason, and runs it again', async () => {
    await uploadFile(desk, desk.acme.agent);
    await desk.db.query(`update attachments set created_at = now() - interval '2 days'`);
    await desk.db.query('alter table attachments rename to attachments_away');
    await add('broken-sweep', 'sweep-uploads');
    await until(async () => (await failed('broken-sweep')) !== undefined, 'the failure');
    expect(await failed('broken-sweep')).toMatchObject({
      data: { task: 'sweep-uploads' },
      failedReason: expect.stringContaining('relation "attachments" does not exist'),
      attempts: 3,
    });
    expect((await maintenance()).counts['failed']).toBe(1);
    await desk.db.query('alter table attachments_away rename to attachments');
    expect(await uploads()).toHaveLength(1);
    await press('/maintenance/broken-sweep/retry');
    await until(async () => (await uploads()).length === 0, 'the sweep');
    expect((await maintenance()).counts['failed']).toBe(0);
  });

  it('runs all failed jobs again', async () => {
    await uploadFile(desk, desk.acme.agent);
    await desk.db.query(`update attachments set created_at = now() - interval '2 days'`);
    await desk.db.query('alter table attachments rename to attachments_away');
    await Promise.all(['first', 'second'].map((id) => add(id, 'sweep-uploads')));
    await until(async () => (await maintenance()).counts['failed'] === 2, 'two failures');
    await desk.db.query('alter table attachments_away rename to attachments');
    await press('/maintenance/retry/failed');
    await until(async () => (await uploads()).length === 0, 'the sweep');
    await until(async () => (await maintenance()).counts['failed'] === 0, 'no failures');
  });

  it('holds a queue, and lets it go on', async () => {
    await press('/maintenance/pause');
    await uploadFile(desk, desk.acme.agent);
    await desk.db.query(`update attachments set created_at = now() - interval '2 days'`);
    await add('held', 'sweep-uploads');
    const held = await maintenance('waiting');
    expect(held.isPaused).toBe(true);
    expect(held.jobs.map(({ id }) => id)).toContain('held');
    expect(await uploads()).toHaveLength(1);
    await press('/maintenance/resume');
    await until(async () => (await uploads()).length === 0, 'the sweep');
    expect((await maintenance()).isPaused).toBe(false);
  });

  it('never shows what a job holds as markup, and has no script but the files of the desk', async () => {
    const markup = '<img src=x onerror=alert(1)><script>alert(1)</script>';
    await add('markup', markup);
    await until(async () => (await failed('markup')) !== undefined, 'the failure');
    expect(await failed('markup')).toMatchObject({ data: { task: markup }, failedReason: `no module has the task ${markup}` });
    const asJson = await look('/api/queues?activeQueue=maintenance&status=failed');
    expect(asJson.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    const page = await visit(desk.url, '/queues/queue/maintenance/markup', { headers: { ...session, ...BROWSER } });
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('alert(1)');
    const scripts = page.text.match(/<script[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(1);
    for (const script of scripts) expect(script).toMatch(/ src="static\/js\/|type="application\/json"/);
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/);
  });

  it('serves its scripts, its styles and its texts', async () => {
    const { text: page } = await look('');
    expect(page).toContain('<base href="/queues/" />');
    const [script] = /static\/js\/main[^"]*/.exec(page) ?? [];
    const [style] = /static\/css\/main[^"]*/.exec(page) ?? [];
    expect((await look(`/${script}`)).headers['content-type']).toMatch(/javascript/);
    expect((await look(`/${style}`)).headers['content-type']).toMatch(/css/);
    expect((await look('/static/locales/en-US/messages.json?v=9')).body).toHaveProperty('MENU');
  });
});
