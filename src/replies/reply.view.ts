import { ApiProperty } from '@nestjs/swagger';
import { timeSql, VIEW_PARAMS_SQL } from '../access/view.js';
import { staleHtmlSql } from '../platform/html/content.js';
import { MessageContentView, messageContentSql } from '../tickets/content.js';
import { MessageTicketView, MESSAGE_TICKET_SQL, recipientsSql } from '../tickets/ticket.view.js';
import { shortUserSql, ShortUserView } from '../users/user.view.js';

/** What can become of a mail. */
export const EMAIL_STATES = ['pending', 'sent', 'failed', 'bounced', 'suppressed'] as const;
export type EmailState = (typeof EMAIL_STATES)[number];

export const EMAIL_STATE = {
  enum: EMAIL_STATES,
  description:
    '`sent`: the mail server has taken charge of it. `failed`: it was refused for good, or for days. `bounced`: it came back later. ' +
    '`suppressed`: the company sends nothing to the address.',
  example: 'sent',
};

export class ReplyDeliveryView {
  @ApiProperty({ description: 'The number of the mail at GET /emails/deliveries.', example: 12 }) id!: number;
  @ApiProperty({ example: 'customer@example.com' }) recipient!: string;
  @ApiProperty(EMAIL_STATE) state!: string;
  @ApiProperty({ type: String, nullable: true, description: 'What the mail server said last.', example: '250 2.0.0 Ok: queued' })
  server_answer!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What went wrong last.', example: null }) error!: string | null;
  @ApiProperty({
    ...{ type: String, format: 'date-time', nullable: true, example: '2026-01-18T15:17:34Z' },
    description: 'When its state became final.',
  })
  finished_at!: string | null;
}

/** supportbee.md section 2.5 and real-servers.md section 1. */
export class ReplyView {
  @ApiProperty({ example: 7 }) id!: number;
  @ApiProperty({ type: String, format: 'date-time', example: '2012-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({ description: 'The text on one line, at most 120 characters.', example: 'Have you tried water?' })
  summary!: string;
  @ApiProperty({ type: [ShortUserView] }) cc!: ShortUserView[];
  @ApiProperty({ type: [ShortUserView], description: 'Always empty for customers.' }) bcc!: ShortUserView[];
  @ApiProperty({ description: 'Whether it came from a merged ticket.', example: false }) merged!: boolean;
  @ApiProperty() ticket!: MessageTicketView;
  @ApiProperty() replier!: ShortUserView;
  @ApiProperty() content!: MessageContentView;
  @ApiProperty({
    type: [ReplyDeliveryView],
    description:
      'The mails that carry it, one to each recipient; an event shows what was known when it happened. Always empty for customers.',
  })
  deliveries!: ReplyDeliveryView[];
}

// Staff alone are told, as they are of those who got it in secret.
const DELIVERIES = `case when $4::boolean then (select coalesce(json_agg(json_build_object('id', d.id, 'recipient', d.recipient,
    'state', d.state, 'server_answer', d.server_answer, 'error', d.error, 'finished_at', ${timeSql('d.finished_at')}) order by d.id), '[]')
  from email_deliveries d where d.company_id = m.company_id and d.message_id = m.id and d.kind = 'reply') else '[]' end`;

const REPLY = `json_build_object('id', m.id, 'created_at', ${timeSql('m.created_at')}, 'summary', m.summary,
  'cc', ${recipientsSql('m', 'cc')}, 'bcc', ${recipientsSql('m', 'bcc')}, 'merged', m.is_merged, 'ticket', ${MESSAGE_TICKET_SQL},
  'replier', ${shortUserSql('author')}, 'content', ${messageContentSql('m')}, 'deliveries', ${DELIVERIES})`;

const JOINS = `
  join tickets t on t.company_id = m.company_id and t.id = m.ticket_id
  join users author on author.company_id = m.company_id and author.id = m.author_id`;

/** The replies of a ticket (`$5`), oldest first; one page (`$6`, `$7`). */
export const REPLIES_SQL = `select coalesce(json_agg(${REPLY} order by m.created_at, m.id), '[]')::text as view, coalesce(bool_or(${staleHtmlSql('m')}), false) as stale
  from (select * from messages where company_id = $1 and ticket_id = $5 and kind = 'reply' and ${VIEW_PARAMS_SQL}
    order by created_at, id limit $6 offset $7) m ${JOINS}`;

/** One reply (`$6`) of a ticket (`$5`). */
export const REPLY_SQL = `select (${REPLY})::text as view, ${staleHtmlSql('m')} as stale from messages m ${JOINS}
  where m.company_id = $1 and ${VIEW_PARAMS_SQL} and m.ticket_id = $5 and m.id = $6 and m.kind = 'reply'`;
