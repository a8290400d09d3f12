import { isStaff } from '../../access/actor.js';
import type { EventType } from '../../platform/events/catalogue.js';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import type { WebHookFormat } from './format.js';
import { movesSource, newStatusOf } from './status.js';
import { isPart, MESSAGES, type Part } from './support-board-messages.js';
import { isNamed, problemAmong } from './wanted.js';

/** What a hook may ask for: the names of both documents. */
const NAMES = Object.values(MESSAGES).flatMap(({ names }): readonly string[] => names);

const SAID = ['message-sent', 'new-messages'] as const;

/** The messages that events make, beside those of a new status. Internal notes make none: this family knows no word for them. */
const PARTS: Partial<Record<EventType, readonly Part[]>> = {
  'agent.reply.created': SAID,
  'customer.reply.created': SAID,
  'message.deleted': ['message-deleted'],
  'rich_message.submitted': ['rich-message'],
  'bot.replied': ['bot-message'],
  'user.signed_in': ['login'],
  'user.registered': ['registration'],
  'user.email_left': ['new-email-address'],
  'user.deleted': ['user-deleted'],
  'email.sent': ['email-sent'],
  'sms.sent': ['sms-sent'],
  'slack.message_sent': ['slack-message-sent'],
  'web_hook.tested': ['test'],
};

/** Support Board's family: rpc-conventions.md section 4 and real-servers.md section 2. */
export const supportBoardFormat: WebHookFormat = {
  compares: true,
  partsOf: (event, ticketBefore) => {
    if (event.type === 'ticket.created') return partsOfOpening(event);
    return [...(PARTS[event.type] ?? []), ...statusParts(event, ticketBefore)];
  },
  isWanted: (patterns, event, part, spelling) => {
    if (!isPart(part) || !isNamed(patterns, event, MESSAGES[part].names)) return false;
    // The older document has one name for both, and nobody is told of one conversation twice.
    const isToldBefore = part === 'new-conversation-created' && spelling === 'support-board';
    return !(isToldBefore && isNamed(patterns, event, MESSAGES['new-conversation'].names));
  },
  bodyOf: (event, part, context) => {
    if (!isPart(part)) throw new Error(`support_board has no message "${part}"`);
    const { functions, dataOf } = MESSAGES[part];
    const body = { function: functions[context.spelling], key: context.secret, 'sender-url': context.baseUrl };
    return JSON.stringify({ ...body, data: dataOf(event, context) });
  },
  problemOf: (pattern) => problemAmong(pattern, NAMES),
};

// What staff open, for whomever, no user has started.
function partsOfOpening({ actor }: LoggedEvent): Part[] {
  return ['new-conversation', ...(isStaff(actor) ? [] : (['new-conversation-created'] as const)), ...SAID];
}

function statusParts(event: LoggedEvent, ticketBefore: object | null): Part[] {
  return [
    ...(newStatusOf(event, ticketBefore) === null ? [] : (['conversation-status-updated'] as const)),
    ...(movesSource(event) ? (['source-status-updated'] as const) : []),
  ];
}
