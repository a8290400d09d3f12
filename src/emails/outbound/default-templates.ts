import type { MailKind, TemplateKind } from './mail-kinds.js';

/** How a mail looks; texts with merge fields. */
export interface Template {
  subject: string;
  /** Stands above what was written. */
  header: string;
  /** What mails say that nobody has written. */
  body: string;
  /** Stands below what was written. */
  footer: string;
}

const NOTHING: Template = { subject: '{{ticket.subject}}', header: '', body: '', footer: '' };

/** How mails look on a desk that has set nothing. */
export const DEFAULT_TEMPLATES: Record<MailKind, Template> = {
  reply: { ...NOTHING, subject: 'Re: {{ticket.subject}}' },
  ticket_copy: NOTHING,
  receipt: {
    ...NOTHING,
    subject: 'We have received your request (#{{ticket.id}})',
    body: `A request has been sent to {{company.name}} under your address. Its number is {{ticket.id}}, and we will answer as soon as we can.

If it was not you who has sent it, you need not do anything.`,
  },
  auto_response: {
    ...NOTHING,
    subject: 'Auto: {{ticket.subject}}',
    body: `Thank you for writing to {{company.name}}. Your message has arrived, and we will answer as soon as we can. The number of your request is {{ticket.id}}.`,
  },
  assignment: {
    ...NOTHING,
    subject: 'Assigned to you: {{ticket.subject}} (#{{ticket.id}})',
    body: 'Ticket {{ticket.id}} of {{requester.name}} has been assigned to you: {{ticket.subject}}\n\n{{ticket.url}}',
  },
  team_assignment: {
    ...NOTHING,
    subject: 'Assigned to your team: {{ticket.subject}} (#{{ticket.id}})',
    body: 'Ticket {{ticket.id}} of {{requester.name}} has been assigned to your team: {{ticket.subject}}\n\n{{ticket.url}}',
  },
  customer_reply: {
    ...NOTHING,
    subject: 'New answer: {{ticket.subject}} (#{{ticket.id}})',
    header: '{{agent.name}} has answered on ticket {{ticket.id}}:',
    footer: '{{ticket.url}}',
  },
  mention: {
    ...NOTHING,
    subject: 'You were mentioned: {{ticket.subject}} (#{{ticket.id}})',
    header: '{{agent.name}} has mentioned you in a comment on ticket {{ticket.id}}:',
    footer: '{{ticket.url}}',
  },
  // It says what its automation says.
  automation: { ...NOTHING, subject: '{{company.name}}' },
  direct: { ...NOTHING, subject: 'A message from {{company.name}}' },
  // What it says is all given.
  custom: { ...NOTHING, subject: '' },
  web_hook_disabled: {
    ...NOTHING,
    subject: 'A webhook was switched off',
    body: `The webhook to {{web_hook.url}} was switched off: {{web_hook.reason}}.

Nothing is sent to it any more. When the receiver is well again, switch the webhook on; events that were missed meanwhile can be replayed.`,
  },
};

/** Under which name a company sets how mails of a kind look. */
export function templateKindOf(kind: MailKind): TemplateKind | null {
  if (kind === 'web_hook_disabled' || kind === 'automation' || kind === 'custom') return null;
  if (kind === 'direct') return kind;
  return kind === 'reply' || kind === 'ticket_copy' || kind === 'receipt' || kind === 'auto_response' ? kind : 'notification';
}
