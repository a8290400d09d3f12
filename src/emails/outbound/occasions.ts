import type { LoggedEvent } from '../../platform/events/logged-event.js';
import type { WrittenEmail } from './direct-mail.service.js';
import type { MailKind } from './mail-kinds.js';
import type { Occasion } from './mail-plans.js';

/** What of an event's objects is looked at here; events show them as they were presented. */
interface Shown {
  id: number;
  content: { text: string };
  outcome: string;
  assignee: { user?: { id: number }; team?: { id: number } };
}

const MOST_MENTIONS = 20;
const MENTION = /(?<![\w.+-])@([\w.+-]+(?:@[\w-]+(?:\.[\w-]+)+)?)/g;

/** Those whom a text calls, as `@jane` or `@jane@example.com`, in lower case. */
export function mentionsIn(text: string): string[] {
  const found = new Set<string>();
  for (const [, word = ''] of text.matchAll(MENTION)) {
    found.add(word.toLowerCase().replace(/[.-]+$/, ''));
    if (found.size === MOST_MENTIONS) break;
  }
  return [...found];
}

/** What an event calls for, before it is looked up who gets it; most call for nothing. */
export function occasionsOf(event: LoggedEvent): Occasion[] {
  const occasion = (kind: MailKind, more: Partial<Occasion> = {}): Occasion => ({
    ...{ kind, companyId: event.companyId, eventId: event.id, ticketId: event.ticketId, actorId: event.actor.id },
    ...{ messageId: null, personId: null, teamId: null, word: null, ...more },
  });
  const shown = (key: string) => event.data[key] as Shown;
  switch (event.type) {
    case 'agent.reply.created':
      return [occasion('reply', { messageId: shown('reply').id })];
    case 'customer.reply.created':
      return [occasion('customer_reply', { messageId: shown('reply').id })];
    case 'comment.created': {
      const { id: messageId, content } = shown('comment');
      return mentionsIn(content.text).map((word) => occasion('mention', { messageId, word }));
    }
    case 'ticket.created': {
      const messageId = (event.data['message_id'] ?? null) as number | null;
      if (event.data['notify_requester'] !== true) return [occasion('auto_response', { messageId })];
      return [occasion('ticket_copy', { messageId }), occasion('receipt', { messageId })];
    }
    case 'ticket.assigned_to_user':
      return [occasion('assignment', { personId: shown('user_assignment').assignee.user?.id ?? null })];
    case 'ticket.assigned_to_team':
      return [occasion('team_assignment', { teamId: shown('team_assignment').assignee.team?.id ?? null })];
    case 'automation.ran':
      return shown('run').outcome === 'queued' ? [occasion('automation', { personId: shown('user').id })] : [];
    case 'email.written': {
      const { kind, recipient, to } = event.data['email'] as WrittenEmail;
      return [occasion(kind, { personId: recipient?.id ?? null, word: to })];
    }
    case 'web_hook.disabled':
      return [occasion('web_hook_disabled')];
    default:
      return [];
  }
}
