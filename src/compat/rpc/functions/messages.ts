import { viewParams } from '../../../access/view.js';
import { boolean, id, idOrNone, ids, links, optional, required, statusOrSkip, structure, text, timeOrId } from '../arguments.js';
import { fn, RpcRefusal, Written, type RpcFunction } from '../function.js';
import { NEW_MESSAGES_SQL } from '../shapes/conversations.js';
import { stateOf } from '../states.js';

// All of them get it in one transaction.
const MOST_PEOPLE = 100;

/** The group "messages" of reference/rpc-functions.json. */
export const MESSAGES = {
  'get-new-messages': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets/{ticket_id}/replies',
    args: { user_id: required(id), conversation_id: required(id), datetime: required(timeOrId) },
    run: async ({ actor, desk }, a) => {
      const [time, last] = typeof a.datetime === 'number' ? [null, a.datetime] : [a.datetime, null];
      const params = [...viewParams(actor), a.conversation_id, a.user_id, time, last];
      return new Written((await desk.view(NEW_MESSAGES_SQL, params)) ?? '[]');
    },
  }),
  'send-message': fn({
    scope: 'tickets:write',
    rest: 'POST /tickets/{ticket_id}/replies',
    args: {
      user_id: required(id),
      conversation_id: required(id),
      message: required(text),
      attachments: optional(links, []),
      conversation_status_code: optional(statusOrSkip, undefined),
      payload: optional(structure, null),
      queue: optional(boolean, false),
      recipient_id: optional(idOrNone, null),
    },
    run: async ({ actor, desk }, a) => {
      const code = a.conversation_status_code;
      const sent = await desk.messages.send(actor, {
        ...{ ticketId: a.conversation_id, authorId: a.user_id, text: a.message, files: a.attachments },
        payload: a.payload && JSON.stringify(a.payload),
        state: code === 'skip' ? null : code === undefined ? undefined : stateOf(code),
      });
      const place = a.queue ? await desk.people.visits.queue.placeOf(actor, a.conversation_id) : null;
      return {
        ...{ status: 'success', id: sent, 'message-id': sent, queue: place?.waiting ?? false, notifications: [] },
        ...(place?.waiting && { queue_position: place.position, queue_wait_seconds: place.wait_seconds }),
        ...{ message: a.message, human_takeover_active: false },
      };
    },
  }),
  'direct-message': fn({
    scope: 'tickets:write',
    rest: 'POST /tickets',
    args: { user_ids: required(ids), message: required(text), subject: optional(text, null) },
    run: async ({ actor, desk }, a) => {
      if (a.user_ids.length > MOST_PEOPLE)
        throw new RpcRefusal('invalid-arguments', `user_ids must have at most ${MOST_PEOPLE} items`);
      const subject = a.subject === null || a.subject.trim().toLowerCase() === 'false' ? null : a.subject;
      await desk.messages.sendToEach(actor, { userIds: a.user_ids, text: a.message, subject });
      return true;
    },
  }),
  'update-message': fn({
    scope: 'tickets:write',
    rest: 'none',
    args: {
      message_id: required(id),
      message: optional(text, undefined),
      attachments: optional(links, undefined),
      payload: optional(structure, undefined),
    },
    run: async ({ actor, desk }, a) => {
      const payload = a.payload === undefined ? undefined : JSON.stringify(a.payload);
      await desk.messages.change(actor, a.message_id, { text: a.message, files: a.attachments, payload });
      return true;
    },
  }),
  'delete-message': fn({
    scope: 'tickets:write',
    rest: 'none',
    args: { message_id: required(id) },
    run: async ({ actor, desk }, a) => {
      await desk.messages.remove(actor, a.message_id);
      return true;
    },
  }),
  'update-messages-status': fn({
    scope: 'tickets:write',
    rest: 'none',
    args: { message_ids: required(ids), user_id: optional(idOrNone, null) },
    run: async ({ actor, desk }, a) => {
      await desk.messages.markRead(actor, a.message_ids);
      return true;
    },
  }),
} satisfies Record<string, RpcFunction>;
