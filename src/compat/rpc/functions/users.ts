import type { Actor } from '../../../access/actor.js';
import { viewParams } from '../../../access/view.js';
import { PERSON_TYPES } from '../../../users/profiles.service.js';
import { boolean, id, integer, oneOf, optional, required, text, timeOrId } from '../arguments.js';
import { fn, Written, type RpcCall, type RpcFunction } from '../function.js';
import { anything, detailsWanted, idsOrAll, idsOrStaff, slugOrAll, someOf, sorting, words } from '../people-arguments.js';
import * as shapes from '../shapes/users.js';

/** One person as he is printed; `false` for whom nobody knows. */
async function person({ actor, desk }: RpcCall, sql: string, value: unknown): Promise<unknown> {
  const [found] = await desk.people.find(actor.companyId, sql, [...viewParams(actor), value]);
  return found ?? false;
}

const people = ({ actor, desk }: RpcCall, sql: string, values: unknown[]): Promise<unknown> =>
  desk.people.find(actor.companyId, sql, [...viewParams(actor), ...values]);

async function written({ actor, desk }: RpcCall, sql: string, values: unknown[], nothing: string): Promise<Written> {
  return new Written((await desk.view(sql, [actor.companyId, ...values])) ?? nothing);
}

/** A pattern that finds the text anywhere; what it says is taken as it stands. */
const anywhere = (said: string): string => `%${said.trim().replace(/[\\%_]/g, '\\$&')}%`;

async function extra({ actor, desk }: RpcCall, userId: number, slug: string | null, otherwise: unknown): Promise<unknown> {
  const view = await desk.view(shapes.EXTRA_SQL, [actor.companyId, userId, slug]);
  if (slug === null) return view === null ? (otherwise === false ? [] : otherwise) : new Written(view);
  const [detail] = JSON.parse(view ?? '[]') as { value: string }[];
  return detail?.value ?? otherwise;
}

async function language(actor: Actor, { desk }: RpcCall, userId: number): Promise<unknown> {
  const view = await desk.view(shapes.LANGUAGE_SQL, [actor.companyId, userId]);
  return view === null || view === '"en"' ? false : new Written(view);
}

/** What is asked about people, of the group "users" of reference/rpc-functions.json. */
export const USERS = {
  'get-user': fn({
    scope: 'users:read',
    rest: 'GET /users/{user_id}',
    args: { user_id: required(id), extra: optional(boolean, false) },
    run: (call, a) => person(call, a.extra ? shapes.USER_WITH_DETAILS_SQL : shapes.USER_SQL, a.user_id),
  }),
  // No document prints it (real-servers.md section 2).
  'get-user-by': fn({
    scope: 'users:read',
    rest: 'none',
    args: { by: required(oneOf(['email', 'phone'])), value: required(text) },
    run: (call, a) => person(call, a.by === 'email' ? shapes.BY_EMAIL_SQL : shapes.BY_PHONE_SQL, a.value.trim()),
  }),
  'get-user-extra': fn({
    scope: 'users:read',
    rest: 'none',
    args: { user_id: required(id), slug: optional(slugOrAll, null), default: optional(anything, false) },
    run: (call, a) => extra(call, a.user_id, a.slug, a.default),
  }),
  'get-user-language': fn({
    scope: 'users:read',
    rest: 'none',
    args: { user_id: required(id) },
    run: (call, a) => language(call.actor, call, a.user_id),
  }),
  'get-users': fn({
    scope: 'users:read',
    rest: 'GET /users',
    args: {
      sorting: optional(sorting(shapes.SORTING_NAMES), ['creation_time', 'desc']),
      user_types: optional(someOf(PERSON_TYPES), null),
      search: optional(text, null),
      pagination: optional(integer, 1),
      extra: optional(detailsWanted, false),
      user_ids: optional(idsOrAll, null),
    },
    run: (call, a) => {
      const page = Math.min(Math.max(a.pagination, 1), 1e9);
      const slice = [shapes.PER_PAGE, (page - 1) * shapes.PER_PAGE];
      const [column, order] = a.sorting;
      return people(call, shapes.usersSql([column, order], a.extra !== false), [
        ...[...slice, a.user_types, a.search === null ? null : anywhere(a.search), a.user_ids],
        Array.isArray(a.extra) ? a.extra : null,
      ]);
    },
  }),
  'get-new-users': fn({
    scope: 'users:read',
    rest: 'GET /users',
    args: { datetime: required(timeOrId) },
    run: (call, { datetime }) =>
      people(call, shapes.NEW_USERS_SQL, typeof datetime === 'number' ? [null, datetime] : [datetime, null]),
  }),
  'search-users': fn({
    scope: 'users:read',
    rest: 'GET /users',
    args: { search: required(text) },
    run: (call, a) => people(call, shapes.FOUND_USERS_SQL, [anywhere(a.search)]),
  }),
  'get-users-with-details': fn({
    scope: 'users:read',
    rest: 'none',
    isBare: true,
    args: { details: required(words), user_ids: optional(idsOrStaff, null) },
    run: (call, { details, user_ids: whom }) =>
      written(call, shapes.BY_DETAIL_SQL, [details, whom === 'agents' ? null : whom, whom === 'agents'], '{}'),
  }),
  'get-agent': fn({
    scope: 'users:read',
    rest: 'GET /users/{user_id}',
    args: { agent_id: required(id) },
    run: (call, a) => person(call, shapes.AGENT_SQL, a.agent_id),
  }),
  'get-agents-ids': fn({
    scope: 'users:read',
    rest: 'GET /users?with_roles=agent,admin',
    isBare: true,
    args: { admins: optional(boolean, true) },
    run: (call, a) => written(call, shapes.AGENT_IDS_SQL, [a.admins], '[]'),
  }),
  'get-user-from-conversation': fn({
    scope: 'users:read',
    rest: 'GET /tickets/{ticket_id}',
    isBare: true,
    args: { conversation_id: required(id), agent: optional(boolean, false) },
    run: (call, a) => written(call, shapes.OF_CONVERSATION_SQL, [a.conversation_id, a.agent], 'false'),
  }),
  'count-users': fn({
    scope: 'users:read',
    rest: 'GET /users',
    args: {},
    run: (call) => written(call, shapes.COUNTS_SQL, [], '{}'),
  }),
  'get-bot-id': fn({
    scope: 'users:read',
    rest: 'none',
    isBare: true,
    args: {},
    run: (call) => written(call, shapes.BOT_SQL, [], 'false'),
  }),
} satisfies Record<string, RpcFunction>;
