import { id, required, text } from '../arguments.js';
import { fn, Written, type RpcFunction } from '../function.js';
import { NOTES_SQL } from '../shapes/conversations.js';

/** The group "notes" of reference/rpc-functions.json. */
export const NOTES = {
  'get-notes': fn({
    scope: 'tickets:read',
    rest: 'GET /tickets/{ticket_id}/comments',
    isBare: true,
    args: { conversation_id: required(id) },
    run: async ({ actor, desk }, a) => new Written((await desk.view(NOTES_SQL, [actor.companyId, a.conversation_id])) ?? '[]'),
  }),
  'add-note': fn({
    scope: 'tickets:write',
    rest: 'POST /tickets/{ticket_id}/comments',
    args: { conversation_id: required(id), user_id: required(id), name: required(text), message: required(text) },
    run: async ({ actor, desk }, a) => {
      const note = { authorId: a.user_id, title: a.name, text: a.message };
      const view = await desk.notes.create(actor, a.conversation_id, note);
      return (JSON.parse(view) as { id: number }).id;
    },
  }),
  'delete-note': fn({
    scope: 'tickets:write',
    rest: 'none',
    isBare: true,
    args: { conversation_id: required(id), note_id: required(id) },
    run: async ({ actor, desk }, a) => {
      await desk.notes.remove(actor, a.conversation_id, a.note_id);
      return true;
    },
  }),
} satisfies Record<string, RpcFunction>;
