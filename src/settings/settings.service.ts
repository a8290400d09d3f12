import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { ENV, type Env } from '../config/env.js';
import { Seal } from '../platform/crypto/seal.js';
import { Database, rows } from '../platform/database/database.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { etagOf } from '../platform/http/etag.js';
import { refuseUnlessMatch, type Precondition } from '../platform/http/if-match.js';
import { SettingsSnippets, type SavedReply } from '../snippets/settings-snippets.js';
import { SettingsWebHook } from '../webhooks/settings-web-hook.js';
import { isKnown, SETTING_KEYS, settingOf, type SettingKey } from './catalogue.js';
import { checkSettings, heldValue, MASK, MOST_SETTINGS, type GivenSettings } from './setting-values.js';
import { presentSettings } from './settings.view.js';

/** One setting that holds now. */
export interface Setting {
  value: unknown;
  type: string;
}

export type AllSettings = Map<string, Setting>;

interface Kept {
  key: string;
  value: unknown;
  sealed: Buffer | null;
  type: string;
}

/** How settings are changed, beside what is given. */
export interface Change {
  replaces?: boolean;
  precondition?: Precondition;
  /** What the saved replies that came from the settings are to be. */
  replies?: SavedReply[];
}

const ALL = `select key, value, sealed, type from company_settings where company_id = $1 order by key`;
const HOLD = `select 1 from companies where id = $1 for no key update`;
const PUT = `insert into company_settings as s (company_id, key, value, sealed, type)
  select $1, * from unnest($2::text[], $3::jsonb[], $4::bytea[], $5::text[])
  on conflict (company_id, key) do update set value = excluded.value, sealed = excluded.sealed, type = excluded.type, updated_at = now()`;
const FORGET = `delete from company_settings where company_id = $1 and key = any ($2::text[])`;

/** How a company wants its desk: settings that are known, and others that are kept as they come. */
@Injectable()
export class Settings {
  private readonly seal: Seal;

  constructor(
    @Inject(ENV) env: Env,
    private readonly db: Database,
    private readonly hook: SettingsWebHook,
    private readonly snippets: SettingsSnippets,
  ) {
    this.seal = new Seal(env.APP_SECRET ?? '', 'settings');
  }

  /** The known ones first, with their defaults; secrets are masked unless they are asked for. */
  async all({ companyId }: { companyId: number }, withSecrets = false): Promise<AllSettings> {
    return this.read(companyId, await this.db.query<Kept>(ALL, [companyId]), withSecrets);
  }

  /** The JSON text of {@link all}. */
  async show(actor: Actor, withSecrets = false): Promise<string> {
    return presentSettings(await this.all(actor, withSecrets));
  }

  /**
   * Sets what is given, all of it or nothing; a mask leaves its secret as it is. With `replaces` the others, but for those of a row of
   * their own, get their defaults back. Throws `Invalid`, and `PreconditionFailed`.
   */
  async change(actor: Actor, given: GivenSettings, { replaces = false, precondition, replies }: Change = {}): Promise<string> {
    const checked = checkSettings(given);
    return this.db.tx(async (em) => {
      await rows(em, HOLD, [actor.companyId]);
      const kept = await rows<Kept>(em, ALL, [actor.companyId]);
      refuseUnlessMatch(precondition, etagOf(`{"settings":${presentSettings(this.read(actor.companyId, kept, false))}}`));
      const changes = changesOf(checked, kept, replaces);
      if (replies) await this.snippets.replace(em, actor, replies);
      if (changes.size > 0) await this.write(em, actor, changes);
      const after = await rows<Kept>(em, ALL, [actor.companyId]);
      refuseTooMany(after);
      if ([...changes.keys()].some((key) => key.startsWith('webhooks-'))) await this.tellHook(em, actor, after);
      return presentSettings(this.read(actor.companyId, after, false));
    });
  }

  private async write(em: EntityManager, actor: Actor, changes: GivenSettings): Promise<void> {
    const put = [...changes].flatMap(([key, setting]) => (setting === null ? [] : [{ key, ...setting }]));
    const sealed = put.map(({ key, value }) =>
      isSecret(key) ? this.seal.close(String(value), placeOf(actor.companyId, key)) : null,
    );
    const values = put.map(({ key, value }) => (isSecret(key) ? null : JSON.stringify(value)));
    const types = put.map(({ key, type }) => (isKnown(key) ? settingOf(key).type : (type ?? 'text')));
    await rows(em, PUT, [actor.companyId, put.map(({ key }) => key), values, sealed, types]);
    await rows(em, FORGET, [actor.companyId, [...changes].flatMap(([key, setting]) => (setting === null ? [key] : []))]);
    const keys = JSON.stringify([...changes.keys()].sort());
    await record(em, { companyId: actor.companyId, type: 'settings.updated', actor: eventActor(actor), data: { keys } });
  }

  private async tellHook(em: EntityManager, actor: Actor, kept: Kept[]): Promise<void> {
    const all = this.read(actor.companyId, kept, true);
    const textOf = (key: SettingKey) => {
      const value = all.get(key)?.value;
      return typeof value === 'string' ? value : '';
    };
    await this.hook.keep(em, actor, {
      url: textOf('webhooks-url'),
      key: textOf('webhooks-key'),
      isActive: all.get('webhooks-active')?.value === true,
      allowed: textOf('webhooks-allowed'),
      spelling: textOf('webhooks-names') === 'support-board' ? 'support-board' : 'gb-talk',
    });
  }

  private read(companyId: number, kept: Kept[], withSecrets: boolean): AllSettings {
    const all: AllSettings = new Map(
      SETTING_KEYS.map((key) => [key, { value: settingOf(key).default, type: settingOf(key).type }]),
    );
    for (const { key, value, sealed, type } of kept) {
      if (sealed === null && isKnown(key)) all.set(key, { value: heldValue(key, value), type: settingOf(key).type });
      else if (sealed === null) all.set(key, { value, type });
      else all.set(key, { value: withSecrets ? this.open(companyId, key, sealed) : MASK, type });
    }
    return all;
  }

  private open(companyId: number, key: string, sealed: Buffer): string {
    const text = this.seal.open(sealed, placeOf(companyId, key));
    if (text === null) throw new Error('a setting was sealed under another APP_SECRET');
    return text;
  }
}

const placeOf = (companyId: number, key: string) => `setting ${key} of company ${companyId}`;

const isSecret = (key: string) => isKnown(key) && settingOf(key).isSecret === true;

/** Settings that programs keep in a row of their own are replaced only by themselves. */
export const EXTERNAL = 'external-settings-';

function changesOf(given: GivenSettings, kept: Kept[], replaces: boolean): GivenSettings {
  const changes: GivenSettings = new Map();
  for (const [key, setting] of given) {
    if (isSecret(key) && setting?.value === MASK) continue;
    changes.set(key, isSecret(key) && setting?.value === '' ? null : setting);
  }
  const others = replaces ? kept.filter(({ key }) => !given.has(key) && !key.startsWith(EXTERNAL)) : [];
  for (const { key } of others) changes.set(key, null);
  return changes;
}

function refuseTooMany(kept: Kept[]): void {
  if (kept.length > MOST_SETTINGS) throw Invalid.field('settings', `must be at most ${MOST_SETTINGS}`);
}
