import { viewParams } from '../../../access/view.js';
import { boolean, id, idOrNone, ids, integer, optional, required, status, statusOrAll, text, timeOrId } from '../arguments.js';
import { fn, Written, type RpcCall, type RpcFunction } from '../function.js';
import {
  AGENTS_SQL,
  ASSIGNED_SQL,
  CONVERSATION_SQL,
  COUNT_SQL,
  FOUND,
  LISTED,
  listSql,
  NEW,
  NEW_OF_USER,
  OF_USER,
  type Named,
} from '../shapes/conversations.js';
import { stateOf } from '../states.js';

const PER_PAGE = 100;
const MOST_NEW = 1000;

interface Slice {
  limit: number;
  offset: number;
}

const WHOLE: Slice = { limit: MOST_NEW, offset: 0 };

/** 0 and 1 are both the first page. */
const pageOf = (page = 1): Slice => ({ limit: PER_PAGE, offset: (Math.min(Math.max(page, 1), 1e9) - 1) * PER_PAGE });

async function list({ actor, desk }: RpcCall, where: string, named: Named, slice: Slice, values: unknown[]): Promise<Written> {
  const params = [...viewParams(actor), slice.limit, slice.offset, ...values];
  return new Written((await desk.view(listSql(where, named), params)) ?? '[]');
}

const since = (given: Date | number): [number | null, Date | null] => (typeof given === 'number' ? [given, null] : [null, given]);

const NOTHING = { messages: [], details: '' };

async function conversation({ actor, desk }: RpcCall, conversationId: number, userId: number | null): Promise<unknown> {
  const view = await desk.view(CONVERSATION_SQL, [...viewParams(actor), conversationId, userId]);
  return view === null ? NOTHING : new Written(view);
}

/** The group "conversations" of reference/rpc-functions.json. */
export const CONVERSATIONS = {
  'get-conversation': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets/{ticket_id}',
    args: { conversation_id: required(id), user_id: optional(id, null) },
    run: (call, a) => conversation(call, a.conversation_id, a.user_id),
  }),
  'get-conversations': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets',
    args: {
      pagination: optional(integer, 1),
      status_code: optional(status, null),
      routing: optional(boolean, false),
      routing_unassigned: optional(boolean, false),
      department: optional(idOrNone, null),
      source: optional(text, null),
    },
    run: (call, a) =>
      list(call, LISTED, 'requester', pageOf(a.pagination), [
        ...[a.status_code, a.routing, a.routing_unassigned, a.department],
        a.source === 'false' ? null : a.source,
      ]),
  }),
  'get-new-conversations': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets?since=…',
    args: { datetime: required(timeOrId), routing: optional(boolean, false), routing_unassigned: optional(boolean, false) },
    run: (call, a) => list(call, NEW, 'requester', WHOLE, [...since(a.datetime), a.routing, a.routing_unassigned]),
  }),
  'get-user-conversations': fn({
    scope: 'tickets:read',
    rest: 'GET /users/{user_id}/tickets',
    args: { user_id: required(id), exclude_id: optional(idOrNone, null), agents: optional(boolean, false) },
    run: (call, a) => list(call, OF_USER, 'author', WHOLE, [a.user_id, a.exclude_id, a.agents]),
  }),
  'get-new-user-conversations': fn({
    scope: 'tickets:read',
    rest: 'GET /users/{user_id}/tickets?since=…',
    args: { user_id: required(id), datetime: required(timeOrId) },
    run: (call, a) => list(call, NEW_OF_USER, 'author', WHOLE, [...since(a.datetime), a.user_id]),
  }),
  'search-conversations': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets/search',
    args: { search: required(text) },
    run: (call, a) => list(call, FOUND, 'requester', pageOf(), [a.search, null]),
  }),
  'search-user-conversations': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets/search',
    args: { search: required(text), id: required(id, 'user_id') },
    run: (call, a) => list(call, FOUND, 'author', pageOf(), [a.search, a.id]),
  }),
  'new-conversation': fn({
    scope: 'tickets:write',
    rest: 'POST /tickets',
    args: {
      user_id: required(id),
      status_code: optional(status, 0),
      title: optional(text, ''),
      department: optional(idOrNone, null),
      agent_id: optional(idOrNone, null),
      source: optional(text, ''),
      extra: optional(text, null),
    },
    run: async (call, a) => {
      const started = await call.desk.conversations.start(call.actor, {
        ...{ requesterId: a.user_id, state: stateOf(a.status_code), teamId: a.department, agentId: a.agent_id },
        title: a.title || null,
        channel: unlessFalse(a.source) ?? '',
        extra: unlessFalse(a.extra),
      });
      return conversation(call, started, null);
    },
  }),
  'update-conversation-status': fn({
    scope: 'tickets:write',
    rest: 'POST /tickets/{ticket_id}/archive, …/trash, …/answered',
    args: { conversation_id: required(id), status_code: required(status) },
    run: async ({ actor, desk }, a) => {
      await desk.conversations.move(actor, a.conversation_id, stateOf(a.status_code));
      return true;
    },
  }),
  'update-conversation-department': fn({
    scope: 'tickets:write',
    rest: 'POST /tickets/{ticket_id}/team_assignment',
    args: { conversation_id: required(id), department: required(idOrNone), message: optional(text, null) },
    run: async ({ actor, desk }, a) => {
      await desk.conversations.give(actor, a.conversation_id, { kind: 'team', assigneeId: a.department, notice: a.message });
      return true;
    },
  }),
  'update-conversation-agent': fn({
    scope: 'tickets:write',
    rest: 'POST /tickets/{ticket_id}/user_assignment',
    args: { conversation_id: required(id), agent_id: required(idOrNone), message: optional(text, null) },
    run: async ({ actor, desk }, a) => {
      await desk.conversations.give(actor, a.conversation_id, { kind: 'user', assigneeId: a.agent_id, notice: a.message });
      return true;
    },
  }),
  'count-conversations': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets?total_only=true',
    args: { status_code: optional(statusOrAll, null) },
    run: ({ actor, desk }, a) => desk.count(COUNT_SQL, [actor.companyId, a.status_code]),
  }),
  'check-conversations-assignment': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets/{ticket_id}',
    args: { conversation_ids: required(ids), agent_id: optional(idOrNone, null), department_id: optional(idOrNone, null) },
    run: async ({ actor, desk }, a) => {
      const params = [actor.companyId, a.conversation_ids, a.agent_id, a.department_id];
      return new Written((await desk.view(ASSIGNED_SQL, params)) ?? '[]');
    },
  }),
  'get-agents-in-conversation': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets/{ticket_id}/replies',
    isBare: true,
    args: { conversation_id: required(ids) },
    run: async ({ actor, desk }, a) =>
      new Written((await desk.view(AGENTS_SQL, [...viewParams(actor), a.conversation_id])) ?? '[]'),
  }),
} satisfies Record<string, RpcFunction>;

// Scripts say `false` for "none" where a text is asked for.
function unlessFalse(given: string | null): string | null {
  return given === null || given.trim().toLowerCase() === 'false' ? null : given;
}
