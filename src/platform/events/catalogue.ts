/** Every event that the desk records, with the keys of its `data`; each value is the object as it was presented at that time. */
export const EVENT_DATA = {
  'company.created': ['company'],
  'api_token.created': ['api_token'],
  'api_token.revoked': ['api_token'],
  'user.created': ['user'],
  'user.updated': ['user'],
  'customer_group.member_added': ['customer_group', 'user'],
  'ticket.created': ['ticket', 'notify_requester'],
  'ticket.updated': ['ticket'],
  'ticket.requester_changed': ['ticket'],
  'ticket.unarchived': ['ticket'],
  'agent.reply.created': ['reply', 'ticket'],
  'customer.reply.created': ['reply', 'ticket'],
  'comment.created': ['comment', 'ticket'],
  'attachment.created': ['attachment'],
} as const satisfies Record<string, readonly string[]>;

export type EventType = keyof typeof EVENT_DATA;

export const EVENT_TYPES = Object.keys(EVENT_DATA) as EventType[];
