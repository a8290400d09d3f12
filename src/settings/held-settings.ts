import type { EntityManager } from 'typeorm';
import { prepared } from '../platform/database/database.js';
import { type KNOWN_SETTINGS, settingOf, type SettingKey } from './catalogue.js';
import { heldValue } from './setting-values.js';

type Widened<Value> = Value extends boolean ? boolean : Value extends number ? number : string;

/** The values of some settings that are no secrets, by their keys. */
export type HeldSettings<Key extends SettingKey> = { [K in Key]: Widened<(typeof KNOWN_SETTINGS)[K]['default']> };

const HELD = `select key, value from company_settings where company_id = $1 and key = any ($2::text[]) and sealed is null`;

/** What a company goes by now, in the open transaction; where it says nothing, the defaults. */
export async function heldSettings<Key extends SettingKey>(
  em: EntityManager,
  companyId: number,
  keys: readonly Key[],
): Promise<HeldSettings<Key>> {
  const kept = await prepared<{ key: Key; value: unknown }>(em, 'held-settings', HELD, [companyId, keys]);
  const values = new Map(kept.map(({ key, value }) => [key, value]));
  const held = keys.map((key) => [key, heldValue(key, values.get(key) ?? settingOf(key).default)]);
  return Object.fromEntries(held) as HeldSettings<Key>;
}
