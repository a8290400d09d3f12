import { viewParams } from '../../../access/view.js';
import type { Login } from '../../../users/logins.service.js';
import { isEmail } from 'class-validator';
import { id, idOrNone, optional, text, url } from '../arguments.js';
import { fn, RpcRefusal, type RpcCall, type RpcFunction } from '../function.js';
import { LOGGED_IN_SQL } from '../shapes/presence.js';

interface LoginArguments {
  email: string;
  password: string;
  user_id: number | '';
  token: string;
}

// Where both are given, the password counts: `token` may be of another service.
async function logIn({ actor, desk, address }: RpcCall, a: LoginArguments): Promise<Login | null> {
  const { logins } = desk.people.visits;
  if (a.email !== '' && a.password !== '') return logins.byPassword(actor, address, a.email, a.password);
  return a.user_id === '' || a.token === '' ? null : logins.byToken(actor, address, a.user_id, a.token);
}

/** The group "sessions" of reference/rpc-functions.json. */
export const SESSIONS = {
  login: fn({
    scope: 'users:write',
    rest: 'none',
    isBare: true,
    args: {
      email: optional(text, ''),
      password: optional(text, ''),
      user_id: optional(id, ''),
      token: optional(text, '', 'user_token'),
    },
    run: async (call, a) => {
      const { actor, desk } = call;
      const login = await logIn(call, a);
      if (!login) return false;
      const [user] = await desk.people.find(actor.companyId, LOGGED_IN_SQL, [...viewParams(actor), login.userId]);
      return [user, login.value];
    },
  }),
  logout: fn({
    scope: 'users:write',
    rest: 'none',
    args: {},
    run: async ({ actor, desk, login }) => {
      await desk.people.visits.logins.end(actor, login);
      return true;
    },
  }),
  'update-login': fn({
    scope: 'users:write',
    rest: 'PUT /users/{user_id}',
    isBare: true,
    args: {
      profile_image: optional(url, ''),
      first_name: optional(text, ''),
      last_name: optional(text, ''),
      email: optional(text, ''),
      department: optional(idOrNone, null),
    },
    run: async ({ actor, desk, login }, a) => {
      if (a.email !== '' && !isEmail(a.email)) throw new RpcRefusal('invalid-arguments', 'email must be an e-mail address');
      return desk.people.visits.logins.replaceDetails(actor, login, {
        ...{ profileImage: a.profile_image, firstName: a.first_name.slice(0, 255), lastName: a.last_name.slice(0, 255) },
        ...{ email: a.email, teamId: a.department },
      });
    },
  }),
} satisfies Record<string, RpcFunction>;
