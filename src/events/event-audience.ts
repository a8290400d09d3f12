import type { Actor } from '../access/actor.js';
import { ticketVisibleSql, visibilityOf } from '../access/visibility.js';
import type { SqlParams } from '../platform/database/sql-params.js';
import { EVENT_TYPES, type EventType } from '../platform/events/catalogue.js';

/**
 * Which agents are shown an event beside the admins, who are shown all:
 * `ticket` those who may see its ticket, nobody when it has none; `tickets` those who may see its ticket and the one that it calls source;
 * `agents` all of them, as they may read such objects over REST; `own` only whoever did it; `admins` none.
 */
type Audience = 'ticket' | 'tickets' | 'agents' | 'own' | 'admins';

const AUDIENCES = {
  'company.created': 'admins',
  'api_token.created': 'admins',
  'api_token.revoked': 'admins',
  'user.created': 'agents',
  'user.updated': 'agents',
  'customer_group.member_added': 'agents',
  'ticket.created': 'ticket',
  'ticket.updated': 'ticket',
  'ticket.requester_changed': 'ticket',
  'ticket.archived': 'ticket',
  'ticket.unarchived': 'ticket',
  'ticket.answered': 'ticket',
  'ticket.unanswered': 'ticket',
  'ticket.starred': 'ticket',
  'ticket.unstarred': 'ticket',
  'ticket.spammed': 'ticket',
  'ticket.unspammed': 'ticket',
  'ticket.trashed': 'ticket',
  'ticket.untrashed': 'ticket',
  'ticket.deleted': 'ticket',
  'ticket.merged': 'tickets',
  'ticket.unmerged': 'tickets',
  'ticket.labelled': 'ticket',
  'ticket.unlabelled': 'ticket',
  'ticket.assigned_to_user': 'ticket',
  'ticket.assigned_to_team': 'ticket',
  'ticket.unassigned_from_user': 'ticket',
  'ticket.unassigned_from_team': 'ticket',
  'ticket.queued': 'ticket',
  'ticket.rated': 'ticket',
  'agent.reply.created': 'ticket',
  'customer.reply.created': 'ticket',
  'reply.updated': 'ticket',
  'comment.created': 'ticket',
  'comment.deleted': 'ticket',
  'attachment.created': 'own',
  'label.created': 'agents',
  'label.updated': 'agents',
  'label.deleted': 'agents',
  'team.created': 'agents',
  'team.updated': 'agents',
  'team.deleted': 'agents',
  'team.member_added': 'agents',
  'team.member_removed': 'agents',
  'snippet.created': 'agents',
  'snippet.updated': 'agents',
  'snippet.deleted': 'agents',
  'forwarding_address.created': 'agents',
  'forwarding_address.updated': 'agents',
  'forwarding_address.deleted': 'agents',
  'email_suppression.created': 'agents',
  'email_suppression.deleted': 'agents',
  'notification_settings.updated': 'own',
  'inbound_mail_settings.updated': 'admins',
  'outgoing_mail_settings.updated': 'admins',
  'email_template.updated': 'admins',
  'email_template.deleted': 'admins',
  'custom_field.created': 'agents',
  'custom_field.updated': 'agents',
  'custom_field.deleted': 'agents',
  'category.created': 'agents',
  'category.updated': 'agents',
  'category.deleted': 'agents',
  'rule.created': 'agents',
  'rule.updated': 'agents',
  'rule.deleted': 'agents',
  'consequence.created': 'agents',
  'consequence.updated': 'agents',
  'consequence.deleted': 'agents',
  'filter.created': 'agents',
  'filter.updated': 'agents',
  'filter.deleted': 'agents',
  'filter.applied': 'ticket',
  'message.deleted': 'ticket',
  'rich_message.submitted': 'ticket',
  'bot.replied': 'ticket',
  'user.signed_in': 'own',
  'user.registered': 'own',
  'user.email_left': 'agents',
  'user.deleted': 'agents',
  'email.sent': 'ticket',
  'email.written': 'admins',
  'sms.sent': 'ticket',
  'slack.message_sent': 'ticket',
  'web_hook.created': 'admins',
  'web_hook.updated': 'admins',
  'web_hook.secret_rotated': 'admins',
  'web_hook.disabled': 'admins',
  'web_hook.deleted': 'admins',
  'web_hook.tested': 'admins',
  'settings.updated': 'admins',
  'automation.created': 'admins',
  'automation.updated': 'admins',
  'automation.deleted': 'admins',
  'automations.replaced': 'admins',
  'automation.ran': 'admins',
  'article.created': 'agents',
  'article.updated': 'agents',
  'article.deleted': 'agents',
  'article_category.created': 'agents',
  'article_category.updated': 'agents',
  'article_category.deleted': 'agents',
  'articles.replaced': 'admins',
  'article_categories.replaced': 'admins',
  'article.rated': 'admins',
  'report.counted': 'admins',
} as const satisfies Record<EventType, Audience>;

const typesFor = (audience: Audience) => EVENT_TYPES.filter((type) => AUDIENCES[type] === audience);

/** The condition under which the actor is shown the event `e`; `$1` is the company and `$2` the actor. */
export function audienceSql(actor: Actor, params: SqlParams): string {
  if (actor.role === 'admin') return 'true';
  const isFor = (audience: Audience) => `e.type = any (${params.add(typesFor(audience))}::text[])`;
  // Who sees every ticket is told of deleted ones too; for the others they are gone.
  const sees = (ticketId: string) =>
    visibilityOf(actor) === 'all'
      ? 'true'
      : `exists (select 1 from tickets t where t.company_id = $1 and t.id = ${ticketId} and ${ticketVisibleSql(actor, 't')})`;
  const ofTicket = `e.ticket_id is not null and ${isFor('ticket')} and ${sees('e.ticket_id')}`;
  const ofTickets = `e.ticket_id is not null and ${isFor('tickets')} and ${sees('e.ticket_id')} and ${sees(SOURCE_ID)}`;
  return `(${isFor('agents')} or (${isFor('own')} and (e.actor->>'id')::bigint = $2) or (${ofTicket}) or (${ofTickets}))`;
}

const SOURCE_ID = `(e.data->'source'->>'id')::bigint`;
