import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { presentOne, removeOne } from '../access/collection.js';
import { only, rows } from '../platform/database/database.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { OutboundHttp } from '../platform/outbound-http/outbound-http.js';
import type { Spelling } from './formats/format.js';
import { FORMATS } from './formats/formats.js';
import { WebHookSecrets } from './secrets.js';
import { newSecret } from './signatures.js';
import { WEB_HOOKS } from './web-hook.view.js';

/** What the settings say of the one address that they tell of events. */
export interface SettingsHook {
  url: string;
  key: string;
  isActive: boolean;
  /** Names of messages, separated by commas; of none all are meant. */
  allowed: string;
  spelling: Spelling;
}

const KNOWN = `select id from web_hooks where company_id = $1 and of_settings for no key update`;

const PUT = `insert into web_hooks as w (company_id, url, secret, events, format, spelling, is_enabled, of_settings)
  values ($1, $2, $3, $4, 'support_board', $5, $6, true)
  on conflict (company_id) where of_settings do update set url = excluded.url, secret = excluded.secret, events = excluded.events,
    spelling = excluded.spelling, is_enabled = excluded.is_enabled, disabled_because = null, failing_since = null,
    consecutive_failures = 0, paused_until = null, slow_until = null, updated_at = now()
  returning id`;

/** The one webhook of a company that its settings make and change; it is delivered as any other. */
@Injectable()
export class SettingsWebHook {
  constructor(
    private readonly secrets: WebHookSecrets,
    private readonly outbound: OutboundHttp,
  ) {}

  /** Makes, changes or removes it in the open transaction. Throws `Invalid` for an address that must not be called and for unknown names. */
  async keep(em: EntityManager, actor: Actor, { url, key, isActive, allowed, spelling }: SettingsHook): Promise<void> {
    const [known] = await rows<{ id: number }>(em, KNOWN, [actor.companyId]);
    if (url === '') {
      if (known) await forget(em, actor, known.id);
      return;
    }
    const refusal = this.outbound.refusalOf(url);
    if (refusal !== null) throw Invalid.field('webhooks-url', refusal);
    const secret = this.secrets.close(actor.companyId, key === '' ? newSecret() : key);
    const { id } = only(
      await rows<{ id: number }>(em, PUT, [actor.companyId, url, secret, namesOf(allowed), spelling, isActive]),
    );
    const event = { companyId: actor.companyId, actor: eventActor(actor) };
    const view = await presentOne(em, actor, WEB_HOOKS, id);
    await record(em, { ...event, type: known ? 'web_hook.updated' : 'web_hook.created', data: { web_hook: view } });
  }
}

async function forget(em: EntityManager, actor: Actor, id: number): Promise<void> {
  const view = await removeOne(em, actor, WEB_HOOKS, id);
  const event = { companyId: actor.companyId, actor: eventActor(actor), data: { web_hook: view } };
  await record(em, { ...event, type: 'web_hook.deleted' });
}

function namesOf(allowed: string): string[] {
  const names = allowed
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const problems = names.flatMap((name) => FORMATS.support_board.problemOf(name) ?? []);
  if (problems.length > 0) throw new Invalid({ 'webhooks-allowed': [...new Set(problems)] });
  return names.length === 0 ? ['*'] : [...new Set(names)];
}
