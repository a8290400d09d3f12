import { ApiProperty } from '@nestjs/swagger';
import pg from 'pg';
import type { Collection } from '../access/collection.js';
import { timeSql } from '../access/view.js';
import { imapMailboxSql, ImapMailboxView } from './inbound/imap-mailbox.view.js';

/** Both sets of names that the contract prints (supportbee.md section 14 and A23). */
export class ForwardingAddressView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 'Company Inc' }) name!: string;
  @ApiProperty({ example: 1 }) company_id!: number;
  @ApiProperty({ description: 'The address to which customers write.', example: 'support@example.com' }) email!: string;
  @ApiProperty({ description: 'The same as `email`.', example: 'support@example.com' }) from!: string;
  @ApiProperty({
    description: 'Where the mail of that address must be forwarded to, so that it comes to the desk.',
    example: '4f0c6d4f3f0b4c0fa7a8a5c1b2d3e4f56071829a@inbound.example.com',
  })
  forward_to!: string;
  @ApiProperty({ description: 'The part of `forward_to` before the @.', example: '4f0c6d4f3f0b4c0fa7a8a5c1b2d3e4f56071829a' })
  forwarding_hash!: string;
  @ApiProperty({ example: true }) filter_spam!: boolean;
  @ApiProperty({ example: false }) use_agent_name!: boolean;
  @ApiProperty({ description: 'Whether whoever writes to it is told at once that his mail has come.', example: false })
  auto_response!: boolean;
  @ApiProperty({ type: String, nullable: true, example: 'archive@example.com' }) global_bcc!: string | null;
  @ApiProperty({ type: ImapMailboxView, nullable: true, description: 'Where its mail is fetched; null when it is not.' })
  imap!: ImapMailboxView | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2012-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2012-01-18T15:17:33Z' }) updated_at!: string;
}

/** {@link ForwardingAddressView}s of a desk that receives its mail at this domain. */
export function forwardingAddresses(inboundDomain: string): Collection {
  return {
    noun: 'ForwardingAddress',
    table: 'forwarding_addresses',
    alias: 'f',
    view: `json_build_object('id', f.id, 'name', f.name, 'company_id', f.company_id, 'email', f.email, 'from', f.email,
      'forward_to', f.forwarding_hash || '@' || ${pg.escapeLiteral(inboundDomain)}, 'forwarding_hash', f.forwarding_hash,
      'filter_spam', f.filter_spam, 'use_agent_name', f.use_agent_name, 'auto_response', f.auto_response, 'global_bcc', f.global_bcc, 'imap', ${imapMailboxSql('f')},
      'created_at', ${timeSql('f.created_at')}, 'updated_at', ${timeSql('f.updated_at')})`,
    order: 'f.id',
    outlivesDeletion: true,
  };
}
