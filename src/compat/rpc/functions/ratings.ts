import type { Rating } from '../../../tickets/ratings.js';
import { BadArgument, id, idOrNone, optional, required, structure, structureOf, text, type Parser } from '../arguments.js';
import { fn, Written, type RpcFunction } from '../function.js';

interface Rated {
  conversationId: number;
  score: Rating['score'];
}

// Some programs write -1 for what the documents call 0.
const SCORES: Record<string, Rating['score']> = { '1': 'good', '0': 'bad', '-1': 'bad' };

/** `{"conversation_id": ID, "rating": 1 or 0}`, which is printed once more inside of `{"settings": …}`. */
const rated: Parser<Rated> = {
  read: (given) => {
    const outer = structure.read(given) as Record<string, unknown>;
    const inner = structureOf('settings' in outer ? outer['settings'] : outer);
    const { conversation_id: conversation, rating } = (inner ?? {}) as Record<string, unknown>;
    const score = SCORES[String(rating)];
    if (score === undefined) throw new BadArgument('must hold a rating of 1 or 0');
    if (conversation === undefined || conversation === null) throw new BadArgument('must hold a conversation_id');
    return { conversationId: id.read(conversation), score };
  },
  schema: { type: 'object' },
};

/** Good ones and bad ones. */
const COUNTS = `select json_build_array(count(*) filter (where rating_score = 'good'), count(*) filter (where rating_score = 'bad'))::text as view
  from tickets where company_id = $1 and rated_agent_id = $2 and rating_score is not null`;

/** The ratings of the group "conversations" of reference/rpc-functions.json. */
export const RATINGS = {
  'set-rating': fn({
    scope: 'tickets:write',
    rest: 'PUT /tickets/{ticket_id}/rating',
    args: {
      settings: required(rated),
      payload: optional(structure, undefined),
      message_id: optional(idOrNone, null),
      message: optional(text, undefined),
      user_id: optional(idOrNone, null),
    },
    run: async ({ actor, desk }, { settings, payload, message, message_id: messageId, user_id: userId }) => {
      const change = { text: message, payload: payload && JSON.stringify(payload) };
      const asked = messageId === null ? undefined : { id: messageId, change };
      const rating = { score: settings.score, comment: null, requesterId: userId ?? undefined };
      await desk.messages.rate(actor, settings.conversationId, rating, asked);
      return true;
    },
  }),
  'get-rating': fn({
    scope: 'tickets:read',
    rest: 'none',
    args: { user_id: required(id) },
    run: async ({ actor, desk }, a) => new Written((await desk.view(COUNTS, [actor.companyId, a.user_id])) ?? '[0,0]'),
  }),
} satisfies Record<string, RpcFunction>;
