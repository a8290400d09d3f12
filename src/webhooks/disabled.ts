import type { EntityManager } from 'typeorm';
import { only, rows } from '../platform/database/database.js';
import { record } from '../platform/events/record.js';

/** Tells that the desk itself has switched an endpoint off: the admins get mail of it. */
export async function recordDisabled(
  em: EntityManager,
  { companyId, webHookId }: { companyId: number; webHookId: number },
  reason: 'gone' | 'failing',
): Promise<void> {
  const sql = `select json_build_object('id', id, 'url', url)::text as view from web_hooks where company_id=$1 and id=$2`;
  const { view } = only(await rows<{ view: string }>(em, sql, [companyId, webHookId]));
  const data = { web_hook: view, reason: JSON.stringify(reason) };
  await record(em, { companyId, type: 'web_hook.disabled', actor: { id: null, role: 'system' }, data });
}
