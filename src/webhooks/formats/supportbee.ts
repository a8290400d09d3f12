import type { WebHookFormat } from './format.js';
import { isNamed, problemAmong } from './wanted.js';

/** real-servers.md section 1. Nothing changes a reply here, but receivers may ask to be told. */
const ACTION_TYPES = [
  'ticket.created',
  'ticket.updated',
  'ticket.archived',
  'ticket.unarchived',
  'ticket.spammed',
  'ticket.unspammed',
  'ticket.trashed',
  'ticket.untrashed',
  'ticket.assigned_to_user',
  'ticket.assigned_to_team',
  'ticket.unassigned_from_user',
  'ticket.unassigned_from_team',
  'agent.reply.created',
  'customer.reply.created',
  'reply.updated',
  'comment.created',
] as const;

const SENT: ReadonlySet<string> = new Set([...ACTION_TYPES, 'web_hook.tested']);

/** The bodies of SupportBee's own webhook app; a test has an action type of ours, since it has no word for it. */
export const supportbeeFormat: WebHookFormat = {
  compares: false,
  partsOf: ({ type }) => (SENT.has(type) ? [''] : []),
  isWanted: (patterns, event) => isNamed(patterns, event, [event.type]),
  bodyOf: ({ type, data }, _part, { company: { subdomain, name }, agent }) => {
    const { ticket, reply, comment, user_assignment, team_assignment } = data;
    // Keys without a value do not come into the text.
    const objects = { ticket, reply, comment, agent: agent ?? undefined, user_assignment, team_assignment };
    return JSON.stringify({ payload: { action_type: type, company: { subdomain, name }, ...objects } });
  },
  problemOf: (pattern) => problemAmong(pattern, ACTION_TYPES),
};
