import { Invalid } from '../platform/errors/app-errors.js';
import type { SavedReply } from '../snippets/settings-snippets.js';
import { isKnown } from './catalogue.js';
import type { GivenSetting, GivenSettings } from './setting-values.js';
import { EXTERNAL, type AllSettings } from './settings.service.js';

/** What a file of settings says, or a program that gives them all at once. */
export interface SettingsFile {
  given: GivenSettings;
  replies?: SavedReply[];
}

const REPLIES = 'saved-replies';
const GROUP = 'multi-input';

/** Each setting as `[value, type]`, in the manner of Support Board; those of a row of their own only when they are asked for. */
export function writePairs(all: AllSettings, withExternal = false): Record<string, [unknown, string]> {
  const shown = [...all].filter(([key]) => withExternal || !key.startsWith(EXTERNAL));
  return Object.fromEntries(shown.map(([key, { value, type }]) => [key, [value, type]]));
}

/** Reads settings by key, as pairs of value and type or as values alone. Throws `Invalid` for what is no such thing. */
export function readPairs(file: unknown): SettingsFile {
  if (!isObject(file)) throw Invalid.field('settings', 'must be an object of settings by key');
  const { [REPLIES]: replies, ...others } = file;
  const given: GivenSettings = new Map(Object.entries(others).flatMap(([key, value]) => readOne(key, value)));
  return { given, ...(replies !== undefined && { replies: readReplies(unpaired(replies).value) }) };
}

// Groups hold settings that the desk knows by themselves.
function readOne(key: string, pair: unknown): [string, GivenSetting][] {
  const { value, type } = unpaired(pair);
  const inner = type === GROUP && isObject(value) ? Object.entries(value) : [];
  const known = inner.filter(([name]) => isKnown(name)).flatMap(([name, one]) => readOne(name, one));
  if (known.length > 0 && known.length === inner.length) return known;
  return [[key, { value, ...(type !== undefined && { type }) }]];
}

function unpaired(pair: unknown): GivenSetting {
  if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[1] !== 'string') return { value: pair };
  const [value, type] = pair as [unknown, string];
  return { value, type };
}

function readReplies(list: unknown): SavedReply[] {
  if (!Array.isArray(list)) throw Invalid.field(REPLIES, 'must be a list');
  return list.map((reply: unknown) => {
    const { 'reply-name': name, 'reply-text': text } = isObject(reply) ? reply : {};
    if (typeof name !== 'string' || typeof text !== 'string') throw Invalid.field(REPLIES, 'must have reply-name and reply-text');
    return { name: name.trim(), text };
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
