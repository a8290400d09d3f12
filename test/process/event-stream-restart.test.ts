import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '../support/database.js';
import { startDeskProcess, type DeskProcess } from '../support/desk-process.js';
import { EventStreamClient } from '../support/event-stream.js';
import { until } from '../support/until.js';

const TOKEN = 'token-that-the-operator-chose';

let settings: Record<string, string>;
let database: { url: string; drop: () => Promise<void> };
let desk: DeskProcess;

beforeAll(async () => {
  database = await createDatabase();
  settings = {
    DATABASE_URL: database.url,
    APP_SECRET: 'a secret that only these tests know and use',
    BOOTSTRAP_ADMIN_TOKEN: TOKEN,
    DATA_DIR: await mkdtemp(join(tmpdir(), 'polydesk-stream-')),
    RATE_LIMITS: 'off',
    ROLES: 'api',
  };
  desk = await startDeskProcess(settings);
  // The same address again after each start.
  settings['PORT'] = new URL(desk.url).port;
});
afterAll(async () => {
  desk.child.kill('SIGTERM');
  await desk.ended();
  await database.drop();
  await rm(settings['DATA_DIR'] ?? '', { recursive: true, force: true });
});

/** Follows the log as a browser does: whenever the stream ends or is not to be had, again behind the last event that it has. */
class Follower {
  readonly ids: number[] = [];
  connections = 0;
  private lastEventId = '0-0';
  private isStopped = false;
  private stream: EventStreamClient | undefined;
  private following: Promise<void> = Promise.resolve();

  start(): void {
    this.following = this.follow();
  }

  get count(): number {
    return this.ids.length + (this.stream?.events.length ?? 0);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.stream?.close();
    await this.following;
  }

  private async follow(): Promise<void> {
    while (!this.isStopped) {
      const stream = await EventStreamClient.open(desk.url, { token: TOKEN }, { lastEventId: this.lastEventId }).catch(
        () => null,
      );
      if (stream === null) continue;
      this.connections++;
      this.stream = stream;
      await until(() => stream.hasEnded, 'the end of a stream');
      this.ids.push(...stream.ids);
      this.stream = undefined;
      this.lastEventId = stream.lastEventId || this.lastEventId;
    }
  }
}

const post = (path: string, json: object) =>
  fetch(`${desk.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  }).then(
    ({ status }) => status === 201,
    () => false,
  );

it('a client that comes back with Last-Event-ID gets every event once and in order over restarts of the desk', async () => {
  const follower = new Follower();
  follower.start();
  let [isWriting, written] = [true, 0];
  const write = async (writer: number) => {
    for (let n = 0; isWriting; n++) if (await post('/labels', { label: { name: `writer ${writer} ${n}` } })) written++;
  };
  const writers = [1, 2, 3, 4].map(write);
  for (const _ of ['once', 'twice']) {
    const before = written;
    await until(() => written >= before + 40, 'some events');
    desk.child.kill('SIGTERM');
    // Streams that are open do not keep it from ending in time.
    expect(await desk.ended()).toBe(0);
    desk = await startDeskProcess(settings);
  }
  const before = written;
  await until(() => written >= before + 20, 'some events of the last start');
  isWriting = false;
  await Promise.all(writers);

  const log: number[] = [];
  for (let [cursor, hasMore] = ['0-0', true]; hasMore;) {
    const answer = await fetch(`${desk.url}/events?limit=1000&after=${cursor}&auth_token=${TOKEN}`);
    const page = (await answer.json()) as { events: { id: number }[]; cursor: string; has_more: boolean };
    log.push(...page.events.map(({ id }) => id));
    [cursor, hasMore] = [page.cursor, page.has_more];
  }
  expect(log.length).toBeGreaterThan(100);
  await until(() => follower.count >= log.length, 'the last events on the stream');
  await follower.stop();
  expect(follower.connections).toBeGreaterThanOrEqual(3);
  expect(follower.ids).toEqual(log);
}, 120_000);
