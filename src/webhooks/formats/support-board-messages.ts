import type { LoggedEvent } from '../../platform/events/logged-event.js';
import {
  fullNameOf,
  openingOf,
  presentConversation,
  presentMessage,
  presentPerson,
  replyOf,
  sourceCodeOf,
  statusCodeOf,
  type Said,
} from './conversation.js';
import type { MessageContext, Spelling } from './format.js';
import { listIn, objectIn, textIn, type Shown } from './shown.js';
import { newStatusOf } from './status.js';

/** One kind of message: rpc-conventions.md section 4 and real-servers.md section 2. */
interface Message {
  /** The `function` that each document has for it. */
  functions: Record<Spelling, string>;
  /** What hooks may ask for it by. */
  names: readonly string[];
  dataOf: (event: LoggedEvent, context: MessageContext) => unknown;
}

const called = (name: string, dataOf: Message['dataOf']): Message => ({
  functions: { 'gb-talk': name, 'support-board': name },
  names: [name],
  dataOf,
});

const ticketOf = ({ data }: LoggedEvent) => objectIn(data, 'ticket');

/** Every message under the one name that deliveries know it by, whichever the spelling. */
export const MESSAGES = {
  'message-sent': called('message-sent', messageSent),
  'new-messages': {
    functions: { 'gb-talk': 'new-messages-received', 'support-board': 'new-message' },
    names: ['new-messages-received', 'new-message'],
    dataOf: (event) => [{ details: presentMessage(saidIn(event), ticketOf(event)) }],
  },
  'new-conversation': {
    functions: { 'gb-talk': 'new-conversation-received', 'support-board': 'new-conversation-created' },
    names: ['new-conversation', 'new-conversation-received'],
    dataOf: (event) => ({ details: presentConversation(ticketOf(event)) }),
  },
  'new-conversation-created': called('new-conversation-created', (event) => ({ details: presentConversation(ticketOf(event)) })),
  'conversation-status-updated': called('conversation-status-updated', (event) => statusOf(ticketOf(event))),
  // Of the ticket that a merge puts into another.
  'source-status-updated': called('conversation-status-updated', ({ data }) => statusOf(objectIn(data, 'source'))),
  'message-deleted': called('message-deleted', ({ data }) => textIn(data, 'message_id')),
  'rich-message': called('rich-message', ({ data }) => ({ result: true, data: data['result'], id: textIn(data, 'message_id') })),
  'bot-message': called('bot-message', botMessage),
  'slack-message-sent': called('slack-message-sent', (event) => ({
    message: textIn(event.data, 'message'),
    conversation_id: textIn(ticketOf(event), 'id'),
    slack_channel: textIn(event.data, 'channel'),
  })),
  'email-sent': called('email-sent', ({ data }) => ({
    recipient_id: textIn(objectIn(data, 'recipient'), 'id'),
    message: textIn(data, 'message'),
  })),
  'sms-sent': called('sms-sent', smsSent),
  login: called('login', ({ data }) => ({ details: loginDetails(objectIn(data, 'user')) })),
  registration: called('registration', registration),
  'new-email-address': called('new-email-address', ({ data }) => {
    const user = objectIn(data, 'user');
    return { name: fullNameOf(user), email: textIn(user, 'email') };
  }),
  'user-deleted': called('user-deleted', ({ data }) => textIn(objectIn(data, 'user'), 'id')),
  // Not theirs: what a hook gets when somebody tries it out.
  test: called('test', ({ data }) => ({ web_hook: textIn(objectIn(data, 'web_hook'), 'id') })),
} as const satisfies Record<string, Message>;

export type Part = keyof typeof MESSAGES;

export function isPart(part: string): part is Part {
  return Object.hasOwn(MESSAGES, part);
}

function saidIn({ type, data }: LoggedEvent): Said {
  return type === 'ticket.created'
    ? openingOf(objectIn(data, 'ticket'), textIn(data, 'message_id'))
    : replyOf(objectIn(data, 'reply'));
}

function messageSent(event: LoggedEvent, { ticketBefore }: MessageContext) {
  const [said, ticket] = [saidIn(event), ticketOf(event)];
  return {
    user_id: textIn(said.author, 'id'),
    conversation_id: textIn(ticket, 'id'),
    conversation_status: newStatusOf(event, ticketBefore) ?? '-1',
    message_id: said.id,
    message: said.message,
    conversation_user_id: textIn(objectIn(ticket, 'requester'), 'id'),
    conversation_source: sourceCodeOf(ticket),
  };
}

function statusOf(ticket: Shown) {
  return { conversation_id: textIn(ticket, 'id'), status_code: statusCodeOf(ticket) };
}

function botMessage(event: LoggedEvent, { spelling }: MessageContext) {
  const answer = objectIn(event.data, 'response');
  return {
    // The token would open the company's account with the bot's service.
    response: { token: '', messages: listIn(answer, 'messages'), response: objectIn(answer, 'response') },
    message: textIn(event.data, 'question'),
    // The one id that is a number.
    conversation_id: spelling === 'gb-talk' ? Number(textIn(ticketOf(event), 'id')) : undefined,
  };
}

function smsSent({ data }: LoggedEvent) {
  const recipient = textIn(objectIn(data, 'recipient'), 'id');
  // The first is how both documents spell it.
  return { recipent_id: recipient, recipient_id: recipient, message: textIn(data, 'message'), response: data['response'] };
}

function loginDetails(user: Shown) {
  const { profile_image, first_name, last_name, user_type } = presentPerson(user);
  const { email = null, token } = user;
  return { id: textIn(user, 'id'), profile_image, first_name, last_name, email, user_type, token };
}

// Receivers look for the two keys; what was typed into them is nobody's business.
function registration({ data }: LoggedEvent) {
  const user = objectIn(data, 'registration');
  const emptied = (key: string, label: string) => ({ [key]: ['', labelIn(user, key) || label] });
  const passwords = { ...emptied('password', 'Password'), ...emptied('password-check', 'Repeat password') };
  return { user: { ...user, ...passwords }, extra: objectIn(data, 'extra') };
}

function labelIn(fields: Shown, key: string): string {
  const [, label] = listIn(fields, key);
  return typeof label === 'string' ? label : '';
}
