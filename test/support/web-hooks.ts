import type { TestDesk } from './desk.js';
import type { Hit } from './receiver.js';
import { until } from './until.js';

export interface AddedWebHook {
  id: number;
  secret: string;
}

/** Adds an endpoint over REST, as the admin of acme. */
export async function addWebHook(desk: TestDesk, fields: Record<string, unknown>): Promise<AddedWebHook> {
  const { status, body } = await desk.as(desk.acme.admin).post('/web_hooks', { web_hook: fields });
  if (status !== 201) throw new Error(`the webhook was not added: ${JSON.stringify(body)}`);
  return body.web_hook as AddedWebHook;
}

export interface DeliveryRow {
  id: number;
  event_id: number;
  state: string;
  failures: number;
  attempts_count: number;
  /** Seconds from the end of the last attempt to the next. */
  delay: number;
}

export interface AttemptRow {
  number: number;
  status: number | null;
  error: string | null;
  response_head: string | null;
  ms: number | null;
}

const DELIVERIES = `
  select d.id, d.event_id, d.state, d.failures, d.attempts_count,
    extract(epoch from d.due_at - (select max(a.finished_at) from web_hook_attempts a where a.company_id = d.company_id and a.delivery_id = d.id))::float8 as delay
  from web_hook_deliveries d where d.web_hook_id = $1 order by d.id`;

export function deliveriesOf(desk: TestDesk, webHookId: number): Promise<DeliveryRow[]> {
  return desk.db.query<DeliveryRow>(DELIVERIES, [webHookId]);
}

export function attemptsOf(desk: TestDesk, webHookId: number): Promise<AttemptRow[]> {
  return desk.db.query<AttemptRow>(
    `select a.number, a.status, a.error, a.response_head, a.ms from web_hook_attempts a
      join web_hook_deliveries d on d.company_id = a.company_id and d.id = a.delivery_id where d.web_hook_id = $1 order by a.id`,
    [webHookId],
  );
}

/** Waits until so many attempts of the endpoint have ended. */
export async function untilAttempted(desk: TestDesk, webHookId: number, count: number): Promise<void> {
  const sql = `select count(*) as ended from web_hook_attempts a join web_hook_deliveries d on d.company_id = a.company_id and d.id = a.delivery_id
    where d.web_hook_id = $1 and a.finished_at is not null`;
  await until(
    async () => (await desk.db.query<{ ended: number }>(sql, [webHookId]))[0]?.ended === count,
    `attempt number ${count}`,
  );
}

/** Lets the time pass for which the endpoint and its deliveries wait. */
export async function passTime(desk: TestDesk, webHookId: number): Promise<void> {
  await desk.db.query('update web_hooks set paused_until = null where id = $1', [webHookId]);
  await desk.db.query(`update web_hook_deliveries set due_at = now() where web_hook_id = $1 and state = 'pending'`, [webHookId]);
}

/** Waits until the relay has taken every event so far. */
export async function untilRelayed(desk: TestDesk): Promise<void> {
  await until(async () => (await desk.db.query('select 1 from event_outbox limit 1')).length === 0, 'the relay');
}

export const messageIdOf = ({ headers }: Hit): string => String(headers['webhook-id']);
