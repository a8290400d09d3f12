import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect as connectTo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase } from '../support/database.js';
import { startDeskProcess, type DeskProcess } from '../support/desk-process.js';
import { until } from '../support/until.js';

const SECRET = 'a secret that only these tests know and use';
const TOKEN = 'token-that-the-operator-chose';

let dataDir: string;
const running: DeskProcess[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'polydesk-process-'));
});
afterAll(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGTERM');
    await ended();
  }
  await rm(dataDir, { recursive: true, force: true });
});

async function start(settings: Record<string, string>): Promise<DeskProcess> {
  const desk = await startDeskProcess(settings);
  running.push(desk);
  return desk;
}

async function call(url: string, init: { token?: string; json?: unknown; method?: string } = {}) {
  const headers: Record<string, string> = { ...(init.token && { Authorization: `Bearer ${init.token}` }) };
  if (init.json !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await fetch(url, {
    method: init.method ?? (init.json === undefined ? 'GET' : 'POST'),
    headers,
    body: init.json === undefined ? undefined : JSON.stringify(init.json),
  });
  return { status: answer.status, body: await answer.json() };
}

const question = { ticket: { requester_email: 'jane@example.com', content: { text: 'My printer is on fire.' } } };

describe('a desk with nothing but Node', () => {
  it('starts from an empty folder, shows the token once, and serves the tour', async () => {
    const desk = await start({ DATA_DIR: dataDir });
    const token = /API token:\s+(\S+)/.exec(desk.output())?.[1] ?? '';
    expect(token).toMatch(/^pd_/);
    expect((await call(`${desk.url}/tickets`, { json: question })).status).toBe(201);
    expect((await call(`${desk.url}/tickets`, { token })).body).toMatchObject({ total: 1 });
    expect(
      (await call(`${desk.url}/tickets/1/replies`, { token, json: { reply: { content: { text: 'Have you tried water?' } } } }))
        .status,
    ).toBe(201);
    expect((await call(`${desk.url}/tickets/1?auth_token=${token}`)).body).toMatchObject({
      ticket: { unanswered: false, replies_count: 1 },
    });
    expect((await call(`${desk.url}/readyz`)).body).toEqual({
      status: 'ok',
      checks: { database: 'ok', migrations: 'ok', queue: 'ok' },
    });
    expect((await fetch(`${desk.url}/docs`)).status).toBe(200);

    desk.child.kill('SIGTERM');
    expect(await desk.ended()).toBe(0);
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toContain('database system is shut down');

    const again = await start({ DATA_DIR: dataDir });
    expect(again.output()).not.toContain('API token:');
    expect((await call(`${again.url}/tickets`, { token })).body).toMatchObject({ total: 1 });
    again.child.kill('SIGTERM');
    expect(await again.ended()).toBe(0);
  });

  it('loses no acknowledged ticket when it is killed, and takes its Postgres over at the next start', async () => {
    const folder = join(dataDir, 'killed');
    const settings = { DATA_DIR: folder, BOOTSTRAP_ADMIN_TOKEN: TOKEN, RATE_LIMITS: 'off' };
    const desk = await start(settings);
    const acknowledged: number[] = [];
    const writers = Array.from({ length: 8 }, async () => {
      for (;;) {
        const answer = await call(`${desk.url}/tickets`, { json: question }).catch(() => null);
        if (answer === null) return;
        acknowledged.push((answer.body as { ticket: { id: number } }).ticket.id);
        if (acknowledged.length === 60) desk.child.kill('SIGKILL');
      }
    });
    await Promise.all(writers);
    expect(await desk.ended()).toBe('SIGKILL');
    expect(acknowledged.length).toBeGreaterThanOrEqual(60);

    const again = await start(settings);
    for (const id of acknowledged) expect((await call(`${again.url}/tickets/${id}`, { token: TOKEN })).status).toBe(200);
    const events = (await call(`${again.url}/events?limit=1000`, { token: TOKEN })).body as {
      events: { type: string; ticket_id: number }[];
    };
    const created = new Set(events.events.filter(({ type }) => type === 'ticket.created').map(({ ticket_id }) => ticket_id));
    const total = ((await call(`${again.url}/tickets`, { token: TOKEN })).body as { total: number }).total;
    expect(acknowledged.filter((id) => !created.has(id))).toEqual([]);
    expect(created.size).toBe(total);
  });
});

describe('a desk on a Postgres of its own', () => {
  let database: { url: string; drop: () => Promise<void> };
  let desk: DeskProcess;

  beforeAll(async () => {
    database = await createDatabase();
    desk = await start({
      DATABASE_URL: database.url,
      APP_SECRET: SECRET,
      BOOTSTRAP_ADMIN_TOKEN: TOKEN,
      DATA_DIR: join(dataDir, 'external'),
    });
  });
  afterAll(async () => {
    desk.child.kill('SIGTERM');
    await desk.ended();
    await database.drop();
  });

  it('logs each request with its id, company, actor, route, status and time, and never a token', async () => {
    await call(`${desk.url}/tickets/77.json?auth_token=${TOKEN}&page=2`);
    await call(`${desk.url}/me`, { token: TOKEN });
    await call(`${desk.url}/tickets`, { json: { ...question, auth_token: TOKEN } });
    await call(`${desk.url}/tickets?auth_token=a-wrong-token-${TOKEN}`);
    await call(`${desk.url}/unsubscribe/1-1-0-${TOKEN}`, { method: 'POST' });
    const lines = desk
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const line = lines.find(({ route }) => route === '/tickets/:ticket_id');
    expect(line).toMatchObject({ level: 'info', company: 'demo', method: 'GET', path: '/tickets/77', status: 404 });
    expect(line).toMatchObject({ request_id: expect.any(String), actor: expect.any(Number), ms: expect.any(Number) });
    expect(desk.output()).not.toContain(TOKEN);
  });

  it('answers what is no HTTP in the shape of all errors', async () => {
    const socket = connectTo(Number(new URL(desk.url).port), '127.0.0.1');
    socket.end('BROKEN / NONSENSE\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request[^]*{"error":"The request could not be read"}$/);
  });

  it('finishes what is in flight when it is told to stop', async () => {
    const own = await start({ DATABASE_URL: database.url, APP_SECRET: SECRET, DATA_DIR: join(dataDir, 'term') });
    const { port } = new URL(own.url);
    const body = JSON.stringify(question);
    const answered = new Promise<number>((resolve, reject) => {
      const slow = request(
        {
          port,
          host: '127.0.0.1',
          path: '/tickets',
          method: 'POST',
          headers: { 'content-type': 'application/json', 'content-length': body.length },
        },
        (res) => {
          res.resume();
          resolve(res.statusCode ?? 0);
        },
      );
      slow.on('error', reject);
      slow.write(body.slice(0, 10), () => {
        own.child.stdout?.on('data', (chunk: Buffer) => {
          if (chunk.toString().includes('stopping')) slow.end(body.slice(10));
        });
        // The healthz answer proves that the server has read what was written before it.
        void fetch(`${own.url}/healthz`).then(() => own.child.kill('SIGTERM'));
      });
    });
    expect(await answered).toBe(201);
    expect(await own.ended()).toBe(0);
  });

  it('is not ready while a migration is missing', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('delete from schema_migrations returning *');
    const { status, body } = await call(`${desk.url}/readyz`);
    expect([status, body]).toEqual([
      503,
      { status: 'unavailable', checks: { database: 'ok', migrations: 'unavailable', queue: 'ok' } },
    ]);
    for (const { timestamp, name } of rows as { timestamp: string; name: string }[])
      await client.query('insert into schema_migrations (timestamp, name) values ($1, $2)', [timestamp, name]);
    await client.end();
    expect((await call(`${desk.url}/readyz`)).status).toBe(200);
  });
});

describe('a bad environment', () => {
  it('stops the start at once and names every problem', async () => {
    const desk = await startDeskProcess(
      { PORT: 'high', ROLES: 'api,cook', DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud', BOOTSTRAP_COMPANY: 'No Label' },
      false,
    );
    expect(await desk.ended()).toBe(1);
    for (const name of ['PORT', 'ROLES', 'DATABASE_URL', 'LOG_LEVEL', 'BOOTSTRAP_COMPANY'])
      expect(desk.output()).toContain(`  ${name}`);
  });

  it('wants a secret beside a Postgres of its own', async () => {
    const desk = await startDeskProcess({ DATABASE_URL: 'postgres://localhost/x' }, false);
    expect(await desk.ended()).toBe(1);
    expect(desk.output()).toContain('APP_SECRET: is required when DATABASE_URL is set');
  });
});

describe('several API processes', () => {
  it('share the port, are replaced when one dies, and end together', async () => {
    const desk = await start({ DATA_DIR: join(dataDir, 'cluster'), WEB_CONCURRENCY: '2', BOOTSTRAP_ADMIN_TOKEN: TOKEN });
    const children = async () =>
      (await readFile(`/proc/${String(desk.child.pid)}/task/${String(desk.child.pid)}/children`, 'utf8'))
        .trim()
        .split(' ')
        .map(Number);
    const isNode = async (pid: number) =>
      (await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '')).includes('main.js');
    const apis = async () => {
      const pids = await children();
      const checks = await Promise.all(pids.map(isNode));
      return pids.filter((_pid, index) => checks[index]);
    };
    await until(async () => (await apis()).length === 2, 'two processes');
    const before = await apis();
    process.kill(before[0] ?? 0, 'SIGKILL');
    await until(async () => (await apis()).filter((pid) => !before.includes(pid)).length === 1, 'a new process');
    expect((await call(`${desk.url}/me`, { token: TOKEN })).status).toBe(200);
    desk.child.kill('SIGTERM');
    expect(await desk.ended()).toBe(0);
  });
});
