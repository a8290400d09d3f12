import { ApiProperty } from '@nestjs/swagger';
import { requestedBySql } from '../../access/visibility.js';
import { FIELD_TYPES } from '../../custom-fields/custom-field.entity.js';
import { PRIORITIES } from '../../tickets/tickets.service.js';
import { plainTimeSql } from '../plain-time.js';

const PHP_STATUSES = ['open', 'answered', 'closed'] as const;

/** php-tickets.md section 4. */
export class PhpTicketView {
  @ApiProperty({ example: 123 }) id!: number;
  @ApiProperty({ example: 'Test Ticket' }) subject!: string;
  @ApiProperty({ enum: PHP_STATUSES, example: 'open' }) status!: string;
  @ApiProperty({ enum: PRIORITIES, example: 'medium' }) priority!: string;
  @ApiProperty({ description: 'UTC, as all times here.', example: '2024-06-01 12:00:00' }) created_at!: string;
  @ApiProperty({ description: 'Moved by replies and changes of the status, not by notes.', example: '2024-06-01 13:00:00' })
  updated_at!: string;
}

/** php-tickets.md section 5. */
export class PhpWholeTicketView extends PhpTicketView {
  @ApiProperty({ example: 'Initial message' }) message!: string;
  @ApiProperty({ type: Number, nullable: true, example: null }) category_id!: number | null;
  @ApiProperty({ example: 21 }) user_id!: number;
  @ApiProperty({ example: 'user@example.com' }) user_email!: string;
  @ApiProperty({ example: 'Test User' }) name!: string;
  @ApiProperty({ example: 'Test Company' }) company!: string;
}

export class PhpReplyView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 123 }) ticket_id!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'The agent who wrote it; null: the customer did.', example: null })
  user_id!: number | null;
  @ApiProperty({ example: 'Initial message' }) message!: string;
  @ApiProperty({ type: 'null', description: 'Reserved.', example: null }) attachment!: null;
  @ApiProperty({ example: '2024-06-01 12:00:00' }) created_at!: string;
}

/** What a ticket holds in a custom field; in the document it stands where it is used, since it is the value of a key that nobody knows. */
export interface PhpFieldValueView {
  name: string;
  type: string;
  required: boolean;
  value: string | null;
}

export const PHP_FIELD_VALUE_SCHEMA = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    type: { type: 'string', enum: [...FIELD_TYPES] },
    required: { type: 'boolean' },
    value: { type: ['string', 'null'], description: 'Null when the ticket holds nothing in it.' },
  },
  required: ['name', 'type', 'required', 'value'],
  additionalProperties: false,
};

export class PhpCategoryView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 'Billing' }) name!: string;
}

export class PhpFieldView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 'Order Number' }) name!: string;
  @ApiProperty({ enum: FIELD_TYPES, example: 'text' }) type!: string;
  @ApiProperty({ example: true }) required!: boolean;
  @ApiProperty({ type: [String], description: 'Empty for all types but `select`.', example: [] }) possible_values!: string[];
}

// mapping.md section 2.
const STATUS = `case when t.archived_at is not null then 'closed' when t.waiting_for = 'customer' then 'answered' else 'open' end`;

const TICKET_FIELDS = `'id', t.id, 'subject', coalesce(t.subject, ''), 'status', ${STATUS}, 'priority', t.priority,
  'created_at', ${plainTimeSql('t.created_at')}, 'updated_at', ${plainTimeSql('t.updated_at')}`;

/** The tickets of an address (`$2`), the latest update first; one slice (`$3`, `$4`). */
export const PHP_TICKETS_SQL = `select coalesce(json_agg(json_build_object(${TICKET_FIELDS}) order by t.updated_at desc, t.id desc), '[]')::text as view
  from (select * from tickets t where t.company_id = $1 and ${requestedBySql('t', '$2')}
    order by t.updated_at desc, t.id desc limit $3 offset $4) t`;

const COMPANY = `(select d.value from user_details d where d.company_id = u.company_id and d.user_id = u.id and d.slug = 'company')`;

const WHOLE_TICKET = `json_build_object(${TICKET_FIELDS}, 'message', opening.text, 'category_id', t.category_id, 'user_id', u.id,
  'user_email', u.email, 'name', trim(u.first_name || ' ' || u.last_name), 'company', coalesce(${COMPANY}, ''))`;

const REPLIES = `(select coalesce(json_agg(json_build_object('id', m.id, 'ticket_id', m.ticket_id,
    'user_id', case when m.author_is_agent then m.author_id end, 'message', m.text, 'attachment', null,
    'created_at', ${plainTimeSql('m.created_at')}) order by m.created_at, m.id), '[]')
  from (select * from messages m where m.company_id = t.company_id and m.ticket_id = t.id and (m.kind = 'reply' or m.kind = 'opening' and m.text <> '')
    order by m.created_at, m.id limit $4 offset $5) m)`;

const FIELD_VALUES = `(select coalesce(json_object_agg(f.id, json_build_object('name', f.name, 'type', f.type, 'required', f.required,
    'value', v.value) order by f.position, f.id), '{}')
  from custom_fields f
  left join ticket_custom_fields v on v.company_id = f.company_id and v.custom_field_id = f.id and v.ticket_id = t.id
  where f.company_id = t.company_id)`;

/** A ticket (`$3`) of an address (`$2`) with its replies, oldest first (`$4`, `$5`). Notes never appear. */
export const PHP_TICKET_SQL = `select json_build_object('success', true, 'ticket', ${WHOLE_TICKET}, 'replies', ${REPLIES},
    'custom_fields', ${FIELD_VALUES})::text as view
  from tickets t
  join users u on u.company_id = t.company_id and u.id = t.requester_id
  join messages opening on opening.company_id = t.company_id and opening.ticket_id = t.id and opening.kind = 'opening'
  where t.company_id = $1 and t.id = $3 and ${requestedBySql('t', '$2')}`;

export const PHP_CATEGORIES_SQL = `select coalesce(json_agg(json_build_object('id', c.id, 'name', c.name) order by c.position, c.id), '[]')::text as view
  from categories c where c.company_id = $1`;

export const PHP_FIELDS_SQL = `select coalesce(json_agg(json_build_object('id', f.id, 'name', f.name, 'type', f.type, 'required', f.required,
    'possible_values', f.possible_values) order by f.position, f.id), '[]')::text as view
  from custom_fields f where f.company_id = $1`;
