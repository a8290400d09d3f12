import { boolean, optional, required, structure } from '../arguments.js';
import { fn, type RpcCall, type RpcFunction } from '../function.js';
import { automationsDocument, offeredItem } from '../shapes/automations.js';

/** The active user (rpc-conventions.md section 3): who has logged in, else the owner of the token. */
async function activeUser({ actor, desk, login }: RpcCall): Promise<number> {
  const loggedIn = login === null ? null : await desk.people.visits.logins.userOf(actor.companyId, login);
  return loggedIn ?? actor.userId;
}

const of = ({ desk }: RpcCall) => desk.house.upkeep.automations;

// Programs may give back the whole answer of automations-get.
const firstOf = (given: object): object => {
  const [first] = Array.isArray(given) ? (given as unknown[]) : [];
  return typeof first === 'object' && first !== null ? first : given;
};

/** The group "automations" of reference/rpc-functions.json. */
export const AUTOMATIONS = {
  'automations-get': fn({
    scope: 'automations:read',
    rest: 'GET /automations',
    isBare: true,
    args: {},
    run: async (call) => automationsDocument(await of(call).kept.all(call.actor)),
  }),
  'automations-save': fn({
    scope: 'automations:write',
    rest: 'POST /automations and PUT /automations/{automation_id}, one by one',
    isBare: true,
    args: { automations: required(structure), translations: optional(structure, null) },
    run: async (call, a) => {
      await of(call).kept.replace(call.actor, firstOf(a.automations), a.translations);
      return true;
    },
  }),
  'automations-validate': fn({
    scope: 'automations:read',
    rest: 'none',
    isBare: true,
    args: { automation: required(structure) },
    run: async (call, a) => {
      const judged = await of(call).offers.validate(call.actor, await activeUser(call), a.automation);
      return judged !== null && { conditions: judged.left, repeat_id: judged.window };
    },
  }),
  'automations-run-all': fn({
    scope: 'automations:write',
    rest: 'none; what the desk carries out itself runs by the clock',
    isBare: true,
    args: {},
    run: async (call) => (await of(call).offers.runAll(call.actor, await activeUser(call))).map(offeredItem),
  }),
  'automations-run': fn({
    scope: 'automations:write',
    rest: 'none; the same',
    isBare: true,
    args: { automation: required(structure), validate: optional(boolean, false) },
    run: async (call, a) => of(call).offers.run(call.actor, await activeUser(call), a.automation, a.validate),
  }),
} satisfies Record<string, RpcFunction>;
