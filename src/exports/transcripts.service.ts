import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { timeSql } from '../access/view.js';
import { Database } from '../platform/database/database.js';
import { refuseUnlessVisible } from '../tickets/ticket-rows.js';
import { csvLine } from './csv.js';
import { Exports, type ExportType } from './exports.service.js';

interface Said {
  id: number;
  /** With the microseconds that a Date has not, so that no message is passed over or told twice. */
  at: string;
  time: string;
  author_id: number;
  author: string;
  role: string;
  text: string;
  files: string;
}

const BATCH = 500;
const COLUMNS = ['id', 'time', 'user_id', 'name', 'role', 'message', 'attachments'];

// Notes are for the staff alone. An opening that says nothing is only there for the others.
const SAID = `select m.id, m.created_at::text as at, ${timeSql('m.created_at')} as time, m.author_id, concat_ws(' ', nullif(u.first_name, ''), nullif(u.last_name, '')) as author, u.role, m.text, m.files
  from (select m.id, m.company_id, m.created_at, m.author_id, m.text, coalesce((
      select string_agg(a.filename || ' ' || coalesce(a.external_url, $3::text || '/attachments/' || a.id), e'\\n' order by a.position, a.id)
      from attachments a where a.company_id = m.company_id and a.message_id = m.id), '') as files
    from messages m where m.company_id = $1 and m.ticket_id = $2 and m.kind in ('opening', 'reply')
      and ($4::timestamptz is null or (m.created_at, m.id) > ($4, $5::bigint))
    order by m.created_at, m.id limit ${BATCH}) m
  join users u on u.company_id = m.company_id and u.id = m.author_id order by m.created_at, m.id`;

/** What was said on tickets, written down as files. */
@Injectable()
export class Transcripts {
  constructor(
    private readonly db: Database,
    private readonly exports: Exports,
  ) {}

  /** Writes what was said on a ticket, without notes, to a file, and answers its address. Throws `NotFound`. */
  async write(actor: Actor, ticketId: number, type: ExportType): Promise<string> {
    await refuseUnlessVisible(this.db, actor, ticketId);
    return this.exports.write(actor, { name: `conversation-${ticketId}`, type, content: this.text(actor, ticketId, type) });
  }

  private async *text(actor: Actor, ticketId: number, type: ExportType): AsyncGenerator<string> {
    if (type === 'csv') yield csvLine(COLUMNS);
    const present = type === 'csv' ? presentLine : presentParagraph;
    for await (const batch of this.said(actor, ticketId)) {
      const texts = batch.filter(({ text, files }) => text !== '' || files !== '').map(present);
      yield texts.join('');
    }
  }

  private async *said(actor: Actor, ticketId: number): AsyncGenerator<Said[]> {
    let last: Said | undefined;
    do {
      const params: unknown[] = [actor.companyId, ticketId, actor.baseUrl, last?.at ?? null, last?.id ?? null];
      const batch: Said[] = await this.db.query<Said>(SAID, params);
      yield batch;
      last = batch.length === BATCH ? batch.at(-1) : undefined;
    } while (last);
  }
}

function presentLine({ id, time, author_id: authorId, author, role, text, files }: Said): string {
  return csvLine([String(id), time, String(authorId), author, role, text, files]);
}

function presentParagraph({ time, author, text, files }: Said): string {
  return `${[`[${time}] ${author}`, text, files].filter((line) => line !== '').join('\n')}\n\n`;
}
