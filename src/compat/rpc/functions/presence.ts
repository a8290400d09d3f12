import { viewParams } from '../../../access/view.js';
import { boolean, id, idOrNone, ids, oneOf, optional, required, text, url } from '../arguments.js';
import { fn, Written, type RpcFunction } from '../function.js';
import { onlinePeopleSql, SORTING_NAMES, TYPIST_SQL } from '../shapes/presence.js';

/** Who is at the desk, of the group "users" of reference/rpc-functions.json. */
export const PRESENCE = {
  'get-online-users': fn({
    scope: 'users:read',
    rest: 'GET /users/{user_id}/presence',
    args: {
      exclude_id: optional(ids, []),
      sorting: optional(oneOf(SORTING_NAMES), 'creation_time'),
      agents: optional(boolean, false),
    },
    run: ({ actor, desk }, a) => {
      const params = [...viewParams(actor), a.exclude_id, a.agents];
      return desk.people.find(actor.companyId, onlinePeopleSql(a.sorting), params);
    },
  }),
  'get-avatar': fn({
    scope: 'users:read',
    rest: 'GET /images/avatars/{avatar}.png',
    isBare: true,
    args: { first_name: required(text), last_name: required(text) },
    run: ({ actor, desk }, a) =>
      Promise.resolve(`${actor.baseUrl}/images/avatars/${desk.people.visits.avatars.nameFor(a.first_name, a.last_name)}.png`),
  }),
  'agents-online': fn({
    scope: 'users:read',
    rest: 'GET /users/{user_id}/presence',
    args: {},
    run: ({ actor, desk }) => desk.people.visits.presence.isStaffOnline(actor),
  }),
  'is-online': fn({
    scope: 'users:read',
    rest: 'GET /users/{user_id}/presence',
    args: { user_id: required(id) },
    run: ({ actor, desk }, a) => desk.people.visits.presence.isOnline(actor, a.user_id),
  }),
  'current-url': fn({
    scope: 'users:write',
    rest: 'GET /users/{user_id}/presence, PUT /me/presence',
    args: { user_id: required(id), url: optional(url, null) },
    run: async ({ actor, desk }, a) => {
      if (a.url === null) return (await desk.people.visits.presence.currentUrl(actor, a.user_id)) ?? false;
      await desk.people.visits.presence.note(actor, a.user_id, a.url);
      return true;
    },
  }),
  // No document prints it. Who asks about another person is answered with a word, as the original does.
  'update-users-last-activity': fn({
    scope: 'users:write',
    rest: 'PUT /me/presence',
    args: {
      user_id: optional(idOrNone, null),
      return_user_id: optional(idOrNone, null),
      check_slack: optional(boolean, false),
    },
    run: async ({ actor, desk }, a) => {
      if (a.user_id !== null) await desk.people.visits.presence.note(actor, a.user_id, null);
      if (a.return_user_id === null) return true;
      return (await desk.people.visits.presence.isOnline(actor, a.return_user_id)) ? 'online' : 'offline';
    },
  }),
} satisfies Record<string, RpcFunction>;

/** The group "typing". */
export const TYPING = {
  'set-typing': fn({
    scope: 'tickets:write',
    rest: 'PUT /tickets/{ticket_id}/typing',
    args: { user_id: required(id), conversation_id: required(id) },
    run: async ({ actor, desk }, a) => {
      await desk.people.visits.typing.note(actor, a.conversation_id, a.user_id);
      return true;
    },
  }),
  'is-typing': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets/{ticket_id}/typing',
    args: { user_id: required(id), conversation_id: required(id) },
    run: ({ actor, desk }, a) => desk.people.visits.typing.isTyping(actor, a.conversation_id, a.user_id),
  }),
  'is-agent-typing': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets/{ticket_id}/typing',
    isBare: true,
    args: { conversation_id: required(id) },
    run: async ({ actor, desk }, a) => {
      const agentId = await desk.people.visits.typing.agentTyping(actor, a.conversation_id);
      if (agentId === null) return false;
      const view = await desk.view(TYPIST_SQL, [...viewParams(actor), agentId]);
      return view === null ? false : new Written(view);
    },
  }),
} satisfies Record<string, RpcFunction>;
