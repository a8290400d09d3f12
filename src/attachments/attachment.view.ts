import { ApiProperty } from '@nestjs/swagger';
import { timeSql } from '../access/view.js';

export class AttachmentUrlView {
  @ApiProperty({
    description: 'Download it with the token as `?auth_token=` or in the Authorization header. Empty right after an upload.',
    example: 'http://localhost:3000/attachments/2',
  })
  original!: string;
  @ApiProperty({
    description: 'A small picture of a picture. Empty right after an upload.',
    example: 'http://localhost:3000/attachments/2?version=thumb',
  })
  thumb!: string;
}

export class AttachmentView {
  @ApiProperty({ example: 2 }) id!: number;
  @ApiProperty({ type: String, format: 'date-time', example: '2012-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({ example: 'logo.jpg' }) filename!: string;
  @ApiProperty({ description: 'As found by looking at the bytes.', example: 'image/jpeg' }) content_type!: string;
  @ApiProperty() url!: AttachmentUrlView;
}

const fields = (a: string) =>
  `'id', ${a}.id, 'created_at', ${timeSql(`${a}.created_at`)}, 'filename', ${a}.filename, 'content_type', ${a}.content_type`;

// A link of another system has no smaller picture of its own.
const original = (a: string) => `coalesce(${a}.external_url, $3::text || '/attachments/' || ${a}.id)`;
const thumb = (a: string) => `coalesce(${a}.external_url, $3::text || '/attachments/' || ${a}.id || '?version=thumb')`;

/** {@link AttachmentView} of the row `a` of attachments; a statement with it begins with `viewParams`. */
export const attachmentSql = (a: string): string =>
  `json_build_object(${fields(a)}, 'url', json_build_object('original', ${original(a)}, 'thumb', ${thumb(a)}))`;

/** The same right after an upload, when both addresses are empty (supportbee.md section 2.4). */
export const freshAttachmentSql = (a: string): string =>
  `json_build_object(${fields(a)}, 'url', json_build_object('original', '', 'thumb', ''))`;

/** The list of a message's attachments. */
export const attachmentsOfSql = (
  m: string,
): string => `(select coalesce(json_agg(${attachmentSql('a')} order by a.position, a.id), '[]')
  from attachments a where a.company_id = ${m}.company_id and a.message_id = ${m}.id)`;
