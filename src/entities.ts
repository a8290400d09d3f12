import { ApiToken } from './access/api-token.entity.js';
import { Company } from './access/company.entity.js';
import { Article, ArticleCategory, ArticleRating, ArticleText, ArticleViewCount } from './articles/article.entity.js';
import { Automation, AutomationPass, AutomationRun } from './automations/automation.entity.js';
import { Attachment } from './attachments/attachment.entity.js';
import { Category } from './categories/category.entity.js';
import { CustomField } from './custom-fields/custom-field.entity.js';
import { TicketCustomField } from './custom-fields/ticket-custom-field.entity.js';
import { ForwardingAddress } from './emails/forwarding-address.entity.js';
import { ImapMailbox } from './emails/inbound/imap-mailbox.entity.js';
import { InboundEmail } from './emails/inbound/inbound-email.entity.js';
import { ReceivedMessage } from './emails/inbound/received-message.entity.js';
import { EmailDelivery } from './emails/outbound/email-delivery.entity.js';
import { EmailSuppression } from './emails/outbound/email-suppression.entity.js';
import { EmailTemplate } from './emails/outbound/email-template.entity.js';
import { NotificationSettings } from './emails/outbound/notification-settings.entity.js';
import { Export } from './exports/export.entity.js';
import { FilterConsequence } from './filters/filter-consequence.entity.js';
import { FilterRule } from './filters/filter-rule.entity.js';
import { Filter } from './filters/filter.entity.js';
import { Label } from './labels/label.entity.js';
import { TicketLabel } from './labels/ticket-label.entity.js';
import { Event } from './platform/events/event.entity.js';
import { OutboxEntry } from './platform/events/outbox-entry.entity.js';
import { IdempotencyKey } from './platform/idempotency/idempotency-key.entity.js';
import { RateWindow } from './platform/rate-limits/rate-window.entity.js';
import { ReportCount } from './reports/named/report-count.entity.js';
import { RoutingTurn } from './routing/routing-turn.entity.js';
import { CompanySetting } from './settings/company-setting.entity.js';
import { Snippet } from './snippets/snippet.entity.js';
import { TeamMember } from './teams/team-member.entity.js';
import { Team } from './teams/team.entity.js';
import { Assignment } from './tickets/assignment.entity.js';
import { MessageRecipient } from './tickets/message-recipient.entity.js';
import { Message } from './tickets/message.entity.js';
import { SearchText } from './tickets/search-text.entity.js';
import { Star } from './tickets/star.entity.js';
import { MergedMessage, TicketMerge } from './tickets/ticket-merge.entity.js';
import { Ticket } from './tickets/ticket.entity.js';
import { Typing } from './tickets/typing.entity.js';
import { GroupMember } from './users/group-member.entity.js';
import { LoginSession } from './users/login-session.entity.js';
import { UserDetail } from './users/user-detail.entity.js';
import { UserPresence } from './users/user-presence.entity.js';
import { User } from './users/user.entity.js';
import { WebHookAttempt, WebHookDelivery, WebHookReplay } from './webhooks/delivery.entity.js';
import { WebHook, WebHookLabel, WebHookTeam } from './webhooks/web-hook.entity.js';

/** Every table of the desk. */
export const ENTITIES = [
  ...[ApiToken, Assignment, Attachment, Company, Event, ForwardingAddress, GroupMember, Label, Message, MessageRecipient],
  ...[IdempotencyKey, OutboxEntry, RateWindow],
  ...[SearchText, Snippet, Star, Team, TeamMember, Ticket, TicketLabel, User, UserDetail, UserPresence],
  ...[LoginSession, Typing],
  ...[MergedMessage, TicketMerge],
  ...[Category, CustomField, TicketCustomField],
  ...[Filter, FilterConsequence, FilterRule],
  ...[EmailDelivery, EmailSuppression, EmailTemplate, ImapMailbox, InboundEmail, NotificationSettings],
  ...[ReceivedMessage],
  ...[CompanySetting, Export, RoutingTurn],
  ...[Automation, AutomationPass, AutomationRun],
  ...[Article, ArticleCategory, ArticleRating, ArticleText, ArticleViewCount],
  ReportCount,
  ...[WebHook, WebHookAttempt, WebHookDelivery, WebHookLabel, WebHookReplay, WebHookTeam],
];
