// Deliveries a second: a backlog of events is worked off by one worker process, to endpoints on this machine.
//
//   node bench/webhooks.mjs [--events 5000] [--hooks 10] [--redis redis://127.0.0.1:6379] [--latency 0]
//
// An API process makes one real event; its copies are written to the log and the outbox with SQL while no worker runs. The
// clock runs from the first request at a receiver to the last, so it counts relay, fan-out, dispatch, queue, lease, request,
// answer and attempt log, and no start of a process.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { counter, withDesk } from './desk.mjs';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '5000' },
    hooks: { type: 'string', default: '10' },
    latency: { type: 'string', default: '0' },
    redis: { type: 'string' },
  },
});
const [events, hooks, latency] = [values.events, values.hooks, values.latency].map(Number);

const COPY = `with copied as (
    insert into events (company_id, type, actor, ticket_id, ticket_sequence, data)
    select company_id, type, actor, ticket_id, ticket_sequence + n, data from events, generate_series(1, $1::int) n where type = 'comment.created'
    returning company_id, id)
  insert into event_outbox (company_id, event_id) select company_id, id from copied`;

const hits = counter();
const receiver = createServer((req, res) => {
  req.resume();
  req.on('end', () => {
    hits.came();
    setTimeout(() => res.end('ok'), latency);
  });
});
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));

const settings = { WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8', ...(values.redis && { REDIS_URL: values.redis }) };
await withDesk(settings, async (desk) => {
  await desk.start('api');
  for (let n = 0; n < hooks; n++) {
    const url = `http://127.0.0.1:${receiver.address().port}/${n}`;
    await desk.post('/web_hooks', { web_hook: { url, events: 'comment.created' } });
  }
  const { ticket } = await desk.post('/tickets', { ticket: { requester_email: 'jane@example.com', content: { text: 'Fire.' } } });
  await desk.post(`/tickets/${ticket.id}/comments`, { comment: { content: { text: 'Noted.' } } });
  await desk.query(COPY, [events]);
  const wanted = (events + 1) * hooks;
  await desk.start('worker');
  await hits.until(wanted);
  console.log(
    `${wanted} deliveries to ${hooks} endpoints (latency ${latency} ms), queue in ${values.redis ? 'Redis' : 'Postgres'}: ` +
      `${hits.seconds().toFixed(1)} s, ${Math.round(wanted / hits.seconds())} deliveries/s`,
  );
});
receiver.close();
receiver.closeAllConnections();
