import { EXTERNAL } from '../../../settings/settings.service.js';
import { readPairs, writePairs } from '../../../settings/settings-file.js';
import { optional, required, structure, text, url } from '../arguments.js';
import { fn, Written, type RpcFunction } from '../function.js';
import { DEPARTMENTS_SQL, SAVED_REPLIES_SQL } from '../shapes/settings.js';

const TRANSLATIONS = 'translations';

/** Each in a row of its own. */
function external(given: object | null, translations: object | null): Record<string, unknown> {
  const rows = Object.entries(given ?? {}).map(([name, value]) => [`${EXTERNAL}${name}`, value] as const);
  return { ...Object.fromEntries(rows), ...(translations && { [`${EXTERNAL}${TRANSLATIONS}`]: translations }) };
}

/** The group "settings" of reference/rpc-functions.json. */
export const SETTINGS = {
  'get-setting': fn({
    scope: 'settings:read',
    rest: 'GET /settings',
    args: { setting: required(text) },
    run: async ({ actor, desk }, a) => {
      const all = await desk.house.settings.all(actor);
      const found = all.get(a.setting.trim()) ?? all.get(`${EXTERNAL}${a.setting.trim()}`);
      return found ? found.value : false;
    },
  }),
  'get-settings': fn({
    scope: 'settings:read',
    rest: 'GET /settings',
    args: {},
    run: async ({ actor, desk }) => writePairs(await desk.house.settings.all(actor)),
  }),
  'save-settings': fn({
    scope: 'settings:write',
    rest: 'PUT /settings, which lets stay what is not given',
    args: {
      settings: required(structure),
      external_settings: optional(structure, null),
      external_settings_translations: optional(structure, null),
    },
    run: async ({ actor, desk }, a) => {
      const { given, replies } = readPairs(a.settings);
      for (const [key, value] of Object.entries(external(a.external_settings, a.external_settings_translations)))
        given.set(key, { value, type: 'external' });
      await desk.house.settings.change(actor, given, { replaces: true, replies });
      return true;
    },
  }),
  'export-settings': fn({
    scope: 'settings:read',
    rest: 'GET /settings, with `with_secrets=true` also the secrets',
    args: {},
    run: ({ actor, desk }) => Promise.resolve(desk.house.settingsFiles.link(actor)),
  }),
  'import-settings': fn({
    scope: 'settings:write',
    rest: 'PUT /settings',
    args: { file_url: required(url) },
    run: async ({ actor, desk }, a) => {
      await desk.house.settingsFiles.load(actor, a.file_url);
      return true;
    },
  }),
  'saved-replies': fn({
    scope: 'snippets:read',
    rest: 'GET /snippets',
    args: {},
    run: async ({ actor, desk }) => new Written((await desk.view(SAVED_REPLIES_SQL, [actor.companyId])) ?? '[]'),
  }),
  'get-departments': fn({
    scope: 'teams:read',
    rest: 'GET /teams',
    isBare: true,
    args: {},
    run: async ({ actor, desk }) => new Written((await desk.view(DEPARTMENTS_SQL, [actor.companyId])) ?? '{}'),
  }),
} satisfies Record<string, RpcFunction>;
