/** Mails that carry or acknowledge what was said on a ticket, to those who take part in it. */
export const CONVERSATION_KINDS = ['reply', 'ticket_copy', 'receipt', 'auto_response'] as const;

/** Mails that tell the staff of what happened; each person may switch them off. */
export const NOTIFICATION_KINDS = ['assignment', 'team_assignment', 'customer_reply', 'mention'] as const;

export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** Mails whose recipient may end their kind with one click. */
export const ENDABLE_KINDS = [...NOTIFICATION_KINDS, 'automation'] as const;

export type EndableKind = (typeof ENDABLE_KINDS)[number];

/** Mails that an admin has written to a person or to an address, about no ticket. */
export const DIRECT_KINDS = ['direct', 'custom'] as const;

/** What a mail is sent for. */
export type MailKind = (typeof CONVERSATION_KINDS)[number] | EndableKind | (typeof DIRECT_KINDS)[number] | 'web_hook_disabled';

/** What can have a template of its own; all notifications share one. */
export const TEMPLATE_KINDS = [...CONVERSATION_KINDS, 'notification', 'direct'] as const;

export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

export function isNotification(kind: MailKind): kind is NotificationKind {
  return (NOTIFICATION_KINDS as readonly MailKind[]).includes(kind);
}

export function isEndable(kind: MailKind): kind is EndableKind {
  return (ENDABLE_KINDS as readonly MailKind[]).includes(kind);
}

export function isDirect(kind: MailKind): kind is (typeof DIRECT_KINDS)[number] {
  return (DIRECT_KINDS as readonly MailKind[]).includes(kind);
}

/** Mails that no person has written: they get no bounces and no automatic answers. */
export function isAutomatic(kind: MailKind): boolean {
  return kind !== 'reply' && kind !== 'ticket_copy' && !isDirect(kind);
}
