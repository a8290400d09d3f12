import type { ProfileChange } from '../../../users/profiles.service.js';
import type { Detail } from '../../../users/user-details.js';
import { id, ids, optional, required, url } from '../arguments.js';
import { fn, type RpcFunction } from '../function.js';
import { details, emailOrNull, password, short, userType } from '../people-arguments.js';

const MOST_OF_A_NAME = 100;

const PROFILE = {
  first_name: optional(short(MOST_OF_A_NAME), undefined),
  last_name: optional(short(MOST_OF_A_NAME), undefined),
  email: optional(emailOrNull, undefined),
  profile_image: optional(url, undefined),
  password: optional(password, undefined),
  user_type: optional(userType, undefined),
};

interface GivenProfile {
  first_name?: string;
  last_name?: string;
  email?: string | null;
  profile_image?: string;
  password?: string;
  user_type?: ProfileChange['type'];
}

const profileOf = (given: GivenProfile, known: Detail[]): ProfileChange => ({
  ...{ firstName: given.first_name, lastName: given.last_name, email: given.email, profileImage: given.profile_image },
  ...{ password: given.password, type: given.user_type, details: known },
});

/** What is changed about people, of the group "users" of reference/rpc-functions.json. */
export const PEOPLE_CHANGING = {
  'add-user': fn({
    scope: 'users:write',
    rest: 'POST /users',
    args: { ...PROFILE, extra: optional(details, undefined) },
    run: ({ actor, desk }, a) => desk.people.profiles.add(actor, profileOf(a, a.extra ?? [])),
  }),
  'update-user': fn({
    scope: 'users:write',
    rest: 'PUT /users/{user_id}',
    args: {
      user_id: required(id),
      ...PROFILE,
      extra: optional(details, undefined, 'settings_extra'),
      settings_extra: optional(details, undefined, 'extra'),
    },
    run: async ({ actor, desk }, a) => {
      // Each stands for the other; where both are given they are one.
      const bySlug = new Map([...(a.extra ?? []), ...(a.settings_extra ?? [])].map((detail) => [detail.slug, detail]));
      await desk.people.profiles.change(actor, a.user_id, profileOf(a, [...bySlug.values()]));
      return true;
    },
  }),
  'update-user-to-lead': fn({
    scope: 'users:write',
    rest: 'none',
    args: { user_id: required(id) },
    run: async ({ actor, desk }, a) => {
      await desk.people.profiles.change(actor, a.user_id, { type: 'lead', details: [] });
      return true;
    },
  }),
  'delete-user': fn({
    scope: 'users:write',
    rest: 'DELETE /users/{user_id}',
    args: { user_id: required(id) },
    run: async ({ actor, desk }, a) => {
      await desk.people.deletion.delete(actor, [a.user_id]);
      return true;
    },
  }),
  'delete-users': fn({
    scope: 'users:write',
    rest: 'DELETE /users/{user_id}',
    args: { user_ids: required(ids) },
    run: async ({ actor, desk }, a) => {
      await desk.people.deletion.delete(actor, a.user_ids);
      return true;
    },
  }),
  'delete-leads': fn({
    scope: 'users:write',
    rest: 'DELETE /users/{user_id}',
    isBare: true,
    args: {},
    run: async ({ actor, desk }) => {
      await desk.people.deletion.deleteLeads(actor);
      return true;
    },
  }),
} satisfies Record<string, RpcFunction>;
