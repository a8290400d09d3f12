/** The field tables of the SupportBee document, with what its real servers add: name → JSON type; `?` may be null, `-` only sometimes there. */
export type FieldTable = Record<string, string>;

export const USER_SHORT: FieldTable = {
  id: 'number',
  email: 'string?',
  name: 'string?',
  role: 'string',
  agent: 'boolean',
  picture: 'object',
};

export const USER_LONG: FieldTable = {
  ...USER_SHORT,
  type: 'string',
  first_name: 'string',
  last_name: 'string',
  two_factor_authentication_enabled: 'boolean',
  can_members_access_group_tickets: 'boolean?',
  email_domains: 'array',
  members_count: 'number',
  active_tickets_count: 'number-',
  teams: 'array-',
  requested_tickets_count: 'number-',
};

export const TICKET: FieldTable = {
  id: 'number',
  subject: 'string',
  replies_count: 'number',
  comments_count: 'number',
  agent_replies_count: 'number',
  last_activity_at: 'time',
  created_at: 'time',
  unanswered: 'boolean',
  archived: 'boolean',
  spam: 'boolean',
  trash: 'boolean',
  starred: 'boolean',
  private: 'boolean',
  draft: 'boolean',
  summary: 'string',
  source: 'object',
  cc: 'array',
  bcc: 'array',
  labels: 'array',
  requester: 'object',
  content: 'object',
  customer_rating: 'object',
  current_user_assignee: 'object-',
  current_team_assignee: 'object-',
  current_assignee: 'object-',
};

export const CONTENT: FieldTable = { text: 'string', html: 'string', attachments: 'array' };
export const USER_PICTURE: FieldTable = Object.fromEntries([20, 24, 32, 48, 64, 128].map((size) => [`thumb${size}`, 'string']));
export const TEAM_PICTURE: FieldTable = Object.fromEntries([20, 24, 32, 48, 256].map((size) => [`thumb${size}`, 'string']));
export const TEAM: FieldTable = { id: 'number', name: 'string', picture: 'object' };
export const ATTACHMENT: FieldTable = {
  id: 'number',
  created_at: 'time',
  filename: 'string',
  content_type: 'string',
  url: 'object',
};
export const REPLY: FieldTable = {
  ...{
    id: 'number',
    created_at: 'time',
    summary: 'string',
    cc: 'array',
    bcc: 'array',
    ticket: 'object',
    replier: 'object',
    content: 'object',
  },
  merged: 'boolean',
};
export const COMMENT: FieldTable = {
  id: 'number',
  created_at: 'time',
  ticket: 'object',
  commenter: 'object',
  content: 'object',
  merged: 'boolean',
};
export const NESTED_TICKET: FieldTable = { replies_count: 'number', comments_count: 'number', agent_replies_count: 'number' };
export const ASSIGNMENT: FieldTable = { id: 'number', created_at: 'time', ticket: 'object', assignee: 'object' };
export const LABEL: FieldTable = { name: 'string', color: 'string' };
export const TICKET_LABEL: FieldTable = { id: 'number', label: 'string', ticket: 'number' };
export const SNIPPET: FieldTable = { id: 'number', created_at: 'time', name: 'string', tags: 'string', content: 'object' };
export const FORWARDING_ADDRESS: FieldTable = {
  ...{
    id: 'number',
    forward_to: 'string',
    from: 'string',
    name: 'string',
    company_id: 'number',
    email: 'string',
    filter_spam: 'boolean',
  },
  ...{ forwarding_hash: 'string', global_bcc: 'string?', created_at: 'time', updated_at: 'time', use_agent_name: 'boolean' },
  // Beyond what SupportBee prints.
  auto_response: 'boolean',
  imap: 'object?',
};
export const LIST_HEAD: FieldTable = {
  total: 'number',
  current_page: 'number',
  per_page: 'number',
  total_pages: 'number',
  tickets: 'array',
};
export const DATA_POINT: FieldTable = { value: 'string', timestamp: 'string' };

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** What of the table does not hold for this object; empty when it is as documented. */
export function differences(table: FieldTable, object: Record<string, unknown>): string[] {
  return Object.entries(table).flatMap(([name, spec]) => {
    const value = object[name];
    if (value === undefined) return spec.endsWith('-') ? [] : [`${name} is missing`];
    if (value === null) return spec.endsWith('?') ? [] : [`${name} is null`];
    const wanted = spec.replace(/[?-]$/, '');
    const found = Array.isArray(value)
      ? 'array'
      : typeof value === 'string' && TIME.test(value) && wanted === 'time'
        ? 'time'
        : typeof value;
    return found === wanted ? [] : [`${name} is ${found}, not ${wanted}`];
  });
}
