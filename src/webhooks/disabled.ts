import type { EntityManager } from 'typeorm';
import { eventActor, type SystemActor } from '../access/actor.js';
import { presentOne } from '../access/collection.js';
import { record } from '../platform/events/record.js';
import { WEB_HOOKS } from './web-hook.view.js';

/** Tells that the desk itself has switched an endpoint off. */
export async function recordDisabled(
  em: EntityManager,
  desk: SystemActor,
  id: number,
  reason: 'gone' | 'failing',
): Promise<void> {
  const data = { web_hook: await presentOne(em, desk, WEB_HOOKS, id), reason: JSON.stringify(reason) };
  await record(em, { companyId: desk.companyId, type: 'web_hook.disabled', actor: eventActor(desk), data });
}
