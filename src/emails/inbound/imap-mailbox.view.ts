import { ApiProperty } from '@nestjs/swagger';
import { timeSql } from '../../access/view.js';

export const IMAP_SECURITIES = ['tls', 'starttls', 'none'] as const;
export type ImapSecurity = (typeof IMAP_SECURITIES)[number];

/** Where the mail of a forwarding address is fetched. The password is never shown. */
export class ImapMailboxView {
  @ApiProperty({ example: 'imap.example.com' }) host!: string;
  @ApiProperty({ example: 993 }) port!: number;
  @ApiProperty({ enum: IMAP_SECURITIES, example: 'tls' }) security!: string;
  @ApiProperty({ description: 'Often, but not always, the address of the mailbox.', example: 'helpdesk' }) login!: string;
  @ApiProperty({ example: 'INBOX' }) folder!: string;
  @ApiProperty({ description: 'Whether mail is fetched.', example: true }) enabled!: boolean;
  @ApiProperty({ description: 'Whether mail that was there before becomes tickets too.', example: false }) fetch_all!: boolean;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was looked at last with success.',
    example: '2026-01-18T15:17:33Z',
  })
  checked_at!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What goes wrong at the moment, in words.', example: null })
  error!: string | null;
}

/** {@link ImapMailboxView} of the forwarding address `f`; null when its mail is not fetched. */
export const imapMailboxSql = (
  f: string,
): string => `(select json_build_object('host', m.host, 'port', m.port, 'security', m.security,
    'login', m.login, 'folder', m.folder, 'enabled', m.is_enabled, 'fetch_all', m.begins_at is null, 'checked_at', ${timeSql('m.checked_at')},
    'error', m.error)
  from imap_mailboxes m where m.company_id = ${f}.company_id and m.forwarding_address_id = ${f}.id)`;
