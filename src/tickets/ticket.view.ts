import { ApiProperty } from '@nestjs/swagger';
import { timeSql } from '../access/view.js';
import { staleHtmlSql } from '../platform/html/content.js';
import { shortUserSql, ShortUserView, teamSql, TeamView } from '../users/user.view.js';
import { fieldNames } from '../platform/http/openapi-document.js';
import { TicketContentView, ticketContentSql } from './content.js';
import { CustomerRatingView, ratingSql } from './rating.view.js';

export class TicketLabelView {
  @ApiProperty({ example: 2 }) id!: number;
  @ApiProperty({ example: 'important' }) name!: string;
  @ApiProperty({ description: 'The same as `name`.', example: 'important' }) label!: string;
  @ApiProperty({ example: '#ff0000' }) color!: string;
}

export class UserAssigneeView {
  @ApiProperty() user!: ShortUserView;
}

export class TeamAssigneeView {
  @ApiProperty() team!: TeamView;
}

export class AssigneeView {
  @ApiProperty({ required: false }) user?: ShortUserView;
  @ApiProperty({ required: false }) group?: TeamView;
}

export class SourceView {
  @ApiProperty({ required: false, description: 'For tickets made over the API or the web.', example: 'help@example.com' })
  web?: string;
  @ApiProperty({ required: false, description: 'For tickets that came by mail.', example: 'help@example.com' }) email?: string;
}

/** supportbee.md section 2.1 and real-servers.md section 1. */
export class TicketView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 'Welcome to SupportBee' }) subject!: string;
  @ApiProperty({ description: 'The opening is no reply.', example: 0 }) replies_count!: number;
  @ApiProperty({ example: 0 }) agent_replies_count!: number;
  @ApiProperty({ example: 0 }) comments_count!: number;
  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'Moved by every reply and comment.',
    example: '2012-01-18T15:17:33Z',
  })
  last_activity_at!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2012-01-18T15:17:32Z' }) created_at!: string;
  @ApiProperty({ description: 'An agent should answer.', example: true }) unanswered!: boolean;
  @ApiProperty({ example: false }) archived!: boolean;
  @ApiProperty({ example: false }) spam!: boolean;
  @ApiProperty({ example: false }) trash!: boolean;
  @ApiProperty({ description: 'By the person of the token.', example: false }) starred!: boolean;
  @ApiProperty({ example: false }) private!: boolean;
  @ApiProperty({ example: false }) draft!: boolean;
  @ApiProperty({ enum: ['low', 'medium', 'high'], example: 'medium' }) priority!: string;
  @ApiProperty({ description: 'The text on one line, at most 120 characters.', example: 'test -- Regards, Agent' })
  summary!: string;
  @ApiProperty() source!: SourceView;
  @ApiProperty({ type: [ShortUserView] }) cc!: ShortUserView[];
  @ApiProperty({ type: [ShortUserView], description: 'Always empty for customers.' }) bcc!: ShortUserView[];
  @ApiProperty({ type: [TicketLabelView] }) labels!: TicketLabelView[];
  @ApiProperty() requester!: ShortUserView;
  @ApiProperty({ description: 'Empty until the customer has rated.' }) customer_rating!: CustomerRatingView;
  @ApiProperty() content!: TicketContentView;
  @ApiProperty({ type: Number, nullable: true, description: 'The ticket that this one has gone into.', example: null })
  merged_into!: number | null;
  @ApiProperty({ required: false, description: 'Only when assigned to a person.' }) current_user_assignee?: UserAssigneeView;
  @ApiProperty({ required: false, description: 'Only when assigned to a team.' }) current_team_assignee?: TeamAssigneeView;
  @ApiProperty({ required: false, description: 'The same under its older names; only when assigned.' })
  current_assignee?: AssigneeView;
}

/** The names of all fields of a ticket. */
export const TICKET_FIELDS = fieldNames(TicketView);

/** People in cc or bcc of the message `m`, in the order in which they were given. */
export const recipientsSql = (m: string, kind: 'cc' | 'bcc'): string => {
  const list = `(select coalesce(json_agg(${shortUserSql('ru')} order by r.position), '[]')
    from message_recipients r join users ru on ru.company_id = r.company_id and ru.id = r.user_id
    where r.company_id = ${m}.company_id and r.message_id = ${m}.id and r.kind = '${kind}')`;
  return kind === 'cc' ? list : `case when $4::boolean then ${list} else '[]' end`;
};

const LABELS = `(select coalesce(json_agg(json_build_object('id', l.id, 'name', l.name, 'label', l.name, 'color', l.color) order by lower(l.name)), '[]')
  from ticket_labels tl join labels l on l.company_id = tl.company_id and l.id = tl.label_id
  where tl.company_id = t.company_id and tl.ticket_id = t.id)`;

const STARRED = `exists (select 1 from stars s where s.company_id = t.company_id and s.ticket_id = t.id and s.user_id = $2)`;

/** mapping.md section 2: a live chat waits for nobody, and then the last message decides. */
export const unansweredSql = (t: string): string =>
  `(${t}.waiting_for = 'agent' or (${t}.waiting_for = 'none' and not ${t}.last_reply_by_agent))`;

/** The subject of the row `t` of tickets as it is shown. */
export const subjectSql = (t: string): string => `coalesce(${t}.subject, 'No Subject')`;

const FIELDS = `json_build_object(
  'id', t.id, 'subject', ${subjectSql('t')},
  'replies_count', t.replies_count, 'agent_replies_count', t.agent_replies_count, 'comments_count', t.comments_count,
  'last_activity_at', ${timeSql('t.last_activity_at')}, 'created_at', ${timeSql('t.created_at')},
  'unanswered', ${unansweredSql('t')}, 'archived', t.archived_at is not null, 'spam', t.spam_at is not null,
  'trash', t.trashed_at is not null, 'starred', ${STARRED}, 'private', t.private, 'draft', t.draft, 'merged_into', t.merged_into_id, 'priority', t.priority,
  'summary', m.summary, 'source', json_build_object(case t.source when 'email' then 'email' else 'web' end, coalesce(t.source_address, '')),
  'cc', ${recipientsSql('m', 'cc')}, 'bcc', ${recipientsSql('m', 'bcc')}, 'labels', ${LABELS},
  'requester', ${shortUserSql('req')}, 'customer_rating', ${ratingSql('t')}, 'content', ${ticketContentSql('m')})`;

const USER = `case when ua.id is not null then ${shortUserSql('ua')}::text end`;
const TEAM = `case when ta.id is not null then ${teamSql('ta')}::text end`;

// These keys are absent when nobody is assigned, which json_build_object cannot say: they are put before the closing brace.
const ASSIGNEES = `case when ua.id is null and ta.id is null then '' else
  coalesce(',"current_user_assignee":{"user":' || ${USER} || '}', '') || coalesce(',"current_team_assignee":{"team":' || ${TEAM} || '}', '')
  || ',"current_assignee":{' || concat_ws(',', '"user":' || ${USER}, '"group":' || ${TEAM}) || '}' end`;

/** The text of {@link TicketView} for the row `t` of a statement that joins {@link TICKET_JOINS} and begins with `viewParams`. */
export const TICKET_SQL = `left(${FIELDS}::text, -1) || ${ASSIGNEES} || '}'`;

export const TICKET_STALE_SQL = staleHtmlSql('m');

/** What the view needs beside the row `t` of tickets: its opening, its requester and who has it. */
export const TICKET_JOINS = `
  join messages m on m.company_id = t.company_id and m.ticket_id = t.id and m.kind = 'opening'
  join users req on req.company_id = t.company_id and req.id = t.requester_id
  left join users ua on ua.company_id = t.company_id and ua.id = t.user_assignee_id
  left join teams ta on ta.company_id = t.company_id and ta.id = t.team_assignee_id`;

/** The ticket as it stands inside its replies and comments. */
export class MessageTicketView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 2 }) replies_count!: number;
  @ApiProperty({ example: 1 }) agent_replies_count!: number;
  @ApiProperty({ example: 0 }) comments_count!: number;
}

/** {@link MessageTicketView} of the row `t` of tickets. */
export const MESSAGE_TICKET_SQL = `json_build_object('id', t.id, 'replies_count', t.replies_count,
  'agent_replies_count', t.agent_replies_count, 'comments_count', t.comments_count)`;
