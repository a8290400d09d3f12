// Deliveries a second: a backlog of events is worked off by one worker process, to endpoints on this machine.
//
//   node bench/webhooks.mjs [--events 5000] [--hooks 10] [--redis redis://127.0.0.1:6379] [--latency 0]
//
// The desk runs on an embedded Postgres in a temporary folder. An API process makes one real event; its copies are written
// to the log and the outbox with SQL while no worker runs. The clock runs from the first request at a receiver to the last,
// so it counts relay, fan-out, dispatch, queue, lease, request, answer and attempt log, and no start of a process.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensureBuilt } from '../scripts/build.mjs';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '5000' },
    hooks: { type: 'string', default: '10' },
    latency: { type: 'string', default: '0' },
    redis: { type: 'string' },
  },
});
const [events, hooks, latency] = [values.events, values.hooks, values.latency].map(Number);
const TOKEN = 'token-of-the-benchmark-admin';
const PORT = '3977';

await ensureBuilt();
const { startEmbeddedPostgres } = await import('../dist/platform/embedded-postgres/launcher.js');
const dataDir = await mkdtemp(join(tmpdir(), 'polydesk-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir });
const receiver = await startReceiver();
const settings = {
  ...{ DATA_DIR: dataDir, PORT, BOOTSTRAP_ADMIN_TOKEN: TOKEN, RATE_LIMITS: 'off' },
  ...{ DATABASE_URL: postgres.url, APP_SECRET: 'a secret that only this benchmark uses' },
  ...{ WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8', ...(values.redis && { REDIS_URL: values.redis }) },
};

const api = await startDesk({ ...settings, ROLES: 'api' });
try {
  for (let n = 0; n < hooks; n++)
    await post('/web_hooks', { web_hook: { url: `${receiver.url}/${n}`, events: 'comment.created' } });
  const { ticket } = await post('/tickets', { ticket: { requester_email: 'jane@example.com', content: { text: 'Fire.' } } });
  await post(`/tickets/${ticket.id}/comments`, { comment: { content: { text: 'Noted.' } } });
  await copyEvents();
  const wanted = (events + 1) * hooks;
  const worker = await startDesk({ ...settings, ROLES: 'worker' });
  await receiver.until(wanted);
  worker.kill('SIGTERM');
  const seconds = (receiver.last() - receiver.first()) / 1000;
  console.log(
    `${wanted} deliveries to ${hooks} endpoints (latency ${latency} ms), queue in ${values.redis ? 'Redis' : 'Postgres'}: ` +
      `${seconds.toFixed(1)} s, ${Math.round(wanted / seconds)} deliveries/s`,
  );
} finally {
  api.kill('SIGTERM');
  await new Promise((resolve) => api.once('exit', resolve));
  receiver.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function startReceiver() {
  let [count, first, last] = [0, 0, 0];
  const waiting = [];
  const server = createServer((req, res) => {
    req.resume();
    req.on('end', () => {
      last = performance.now();
      first ||= last;
      count++;
      setTimeout(() => res.end('ok'), latency);
      waiting.filter(({ wanted }) => count >= wanted).forEach(({ resolve }) => resolve());
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    first: () => first,
    last: () => last,
    until: (wanted) => new Promise((resolve) => waiting.push({ wanted, resolve })),
    close: () => server.close(() => server.closeAllConnections()),
  };
}

async function startDesk(environment) {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'main'], {
    env: { PATH: process.env.PATH, ...environment, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the desk did not start')));
    child.stdout.on('data', (chunk) => String(chunk).includes('"ready"') && resolve());
  });
  return child;
}

async function post(path, json) {
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, { method: 'POST', headers, body: JSON.stringify(json) });
  if (answer.status !== 201) throw new Error(`POST ${path} → ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function copyEvents() {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(
    `with copied as (
       insert into events (company_id, type, actor, ticket_id, ticket_sequence, data)
       select company_id, type, actor, ticket_id, ticket_sequence + n, data from events, generate_series(1, $1::int) n where type = 'comment.created'
       returning company_id, id)
     insert into event_outbox (company_id, event_id) select company_id, id from copied`,
    [events],
  );
  await client.end();
}
