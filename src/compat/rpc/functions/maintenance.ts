import { VERSION } from '../../../platform/version.js';
import { required, text } from '../arguments.js';
import { fn, RpcRefusal, type RpcFunction } from '../function.js';

const UPDATED_BY_OTHERS = 'updated-by-operator';
const APPS: readonly string[] = ['slack', 'dialogflow'];

/** The parts of the original have one version here; an app that is not there has none. */
const NO_APPS = { dialogflow: '', slack: '' };

function refuseUnlessApp(name: string): void {
  if (!APPS.includes(name.trim().toLowerCase())) throw new RpcRefusal('app-not-found');
}

/** The group "maintenance" of reference/rpc-functions.json, where it makes sense on a service, and a true word where it does not. */
export const MAINTENANCE = {
  'get-versions': fn({
    scope: 'settings:read',
    rest: 'none',
    args: {},
    run: () => Promise.resolve({ sb: VERSION, ...NO_APPS }),
  }),
  update: fn({
    scope: 'settings:write',
    rest: 'none; changes nothing and answers `updated-by-operator`: whoever runs a service puts new versions in place',
    args: {},
    run: () => Promise.resolve(UPDATED_BY_OTHERS),
  }),
  'app-get-key': fn({
    scope: 'settings:read',
    rest: 'none; always an empty text: apps need no licence here',
    args: { app_name: required(text) },
    run: (_, a) => {
      refuseUnlessApp(a.app_name);
      return Promise.resolve('');
    },
  }),
  'app-activation': fn({
    scope: 'settings:write',
    rest: 'none; changes nothing and answers `activation-not-needed`: apps need no licence here',
    args: { app_name: required(text), key: required(text) },
    run: (_, a) => {
      refuseUnlessApp(a.app_name);
      return Promise.resolve('activation-not-needed');
    },
  }),
  'cron-jobs': fn({
    scope: 'settings:write',
    rest: 'none; the desk does by itself what is due, this removes what is past its time right now',
    isBare: true,
    args: {},
    run: async ({ desk }) => {
      await desk.house.upkeep.sweeper.sweep();
      return true;
    },
  }),
  'clean-data': fn({
    scope: 'tickets:write',
    rest: 'DELETE /tickets/{ticket_id}, POST /tickets/{ticket_id}/archive; visitors stay',
    args: {},
    run: async ({ actor, desk }) => {
      await desk.house.upkeep.cleaning.clean(actor);
      return true;
    },
  }),
} satisfies Record<string, RpcFunction>;
