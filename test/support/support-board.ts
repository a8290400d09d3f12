/** What rpc-conventions.md section 4 and real-servers.md section 2 say of the events of Support Board's family. */

/** The shape of a value: the JSON types of what it holds, key by key. */
export type Shape = string | Shape[] | { [key: string]: Shape };

const CONVERSATION: Shape = {
  details: {
    user_id: 'string',
    first_name: 'string',
    last_name: 'string',
    profile_image: 'string',
    user_type: 'string',
    id: 'string',
    title: 'string',
    conversation_time: 'string',
    conversation_status_code: 'string',
    department: 'string',
    agent_id: 'string',
  },
};

const MESSAGES: Shape = [
  {
    details: {
      id: 'string',
      user_id: 'string',
      message: 'string',
      creation_time: 'string',
      attachments: 'string',
      status_code: 'string',
      conversation_id: 'string',
      first_name: 'string',
      last_name: 'string',
      profile_image: 'string',
      user_type: 'string',
      full_name: 'string',
    },
  },
];

/** The names of all events, 16 in both documents together, with `data`; where one document has another name, both are here. */
export const SUPPORT_BOARD: Record<string, Shape> = {
  'message-sent': {
    user_id: 'string',
    conversation_id: 'string',
    conversation_status: 'string',
    message_id: 'string',
    message: 'string',
    conversation_user_id: 'string',
    conversation_source: 'string',
  },
  'email-sent': { recipient_id: 'string', message: 'string' },
  'sms-sent': { recipent_id: 'string', recipient_id: 'string', message: 'string', response: { status: 'string' } },
  'new-message': MESSAGES,
  'new-messages-received': MESSAGES,
  'bot-message': {
    response: { token: 'string', messages: [{ message: 'string', attachments: [] }], response: { queryText: 'string' } },
    message: 'string',
    conversation_id: 'number',
  },
  'slack-message-sent': { message: 'string', conversation_id: 'string', slack_channel: 'string' },
  'message-deleted': 'string',
  'rich-message': { result: 'boolean', data: { type: 'string', result: { phone: ['string', 'string'] } }, id: 'string' },
  'new-conversation-received': CONVERSATION,
  'new-conversation-created': CONVERSATION,
  'conversation-status-updated': { conversation_id: 'string', status_code: 'string' },
  login: {
    details: {
      id: 'string',
      profile_image: 'string',
      first_name: 'string',
      last_name: 'string',
      email: 'string',
      user_type: 'string',
    },
  },
  registration: {
    user: {
      'first-name': ['string', 'string'],
      password: ['string', 'string'],
      'password-check': ['string', 'string'],
    },
    extra: { phone: ['string', 'string'] },
  },
  'user-deleted': 'string',
  'new-email-address': { name: 'string', email: 'string' },
};

export function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}
