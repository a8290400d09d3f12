import { ApiProperty } from '@nestjs/swagger';
import { timeSql, VIEW_PARAMS_SQL } from '../access/view.js';
import { staleHtmlSql } from '../platform/html/content.js';
import { MessageContentView, messageContentSql } from '../tickets/content.js';
import { MessageTicketView, MESSAGE_TICKET_SQL } from '../tickets/ticket.view.js';
import { shortUserSql, ShortUserView } from '../users/user.view.js';

/** supportbee.md section 2.5. */
export class CommentView {
  @ApiProperty({ example: 9 }) id!: number;
  @ApiProperty({ type: String, format: 'date-time', example: '2012-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({ description: 'Whether it came from a merged ticket.', example: false }) merged!: boolean;
  @ApiProperty() ticket!: MessageTicketView;
  @ApiProperty() commenter!: ShortUserView;
  @ApiProperty() content!: MessageContentView;
}

const COMMENT = `json_build_object('id', m.id, 'created_at', ${timeSql('m.created_at')}, 'merged', m.is_merged, 'ticket', ${MESSAGE_TICKET_SQL},
  'commenter', ${shortUserSql('author')}, 'content', ${messageContentSql('m')})`;

const JOINS = `
  join tickets t on t.company_id = m.company_id and t.id = m.ticket_id
  join users author on author.company_id = m.company_id and author.id = m.author_id`;

/** The comments of a ticket (`$5`), oldest first; one page (`$6`, `$7`). */
export const COMMENTS_SQL = `select coalesce(json_agg(${COMMENT} order by m.created_at, m.id), '[]')::text as view, coalesce(bool_or(${staleHtmlSql('m')}), false) as stale
  from (select * from messages where company_id = $1 and ticket_id = $5 and kind = 'note' and ${VIEW_PARAMS_SQL}
    order by created_at, id limit $6 offset $7) m ${JOINS}`;

/** One comment (`$6`) of a ticket (`$5`). */
export const COMMENT_SQL = `select (${COMMENT})::text as view, ${staleHtmlSql('m')} as stale from messages m ${JOINS}
  where m.company_id = $1 and ${VIEW_PARAMS_SQL} and m.ticket_id = $5 and m.id = $6 and m.kind = 'note'`;
