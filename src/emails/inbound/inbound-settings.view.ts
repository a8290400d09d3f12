import { ApiProperty } from '@nestjs/swagger';

/** How the company wants its incoming mail treated. */
export class InboundMailSettingsView {
  @ApiProperty({ type: [String], description: 'Whose mail is refused.', example: ['spammer@example.com', '@spam.example'] })
  blocked_senders!: string[];
  @ApiProperty({
    type: [String],
    description: 'The servers whose `Authentication-Results` are believed, by the name that they give themselves there.',
    example: ['mx.example.com'],
  })
  trusted_servers!: string[];
  @ApiProperty({ description: 'How many days a mail is kept as it came.', example: 90 }) kept_days!: number;
}

/** {@link InboundMailSettingsView} of the row `c` of companies. */
export const inboundMailSettingsSql = (c: string): string =>
  `json_build_object('blocked_senders', ${c}.mail_blocked_senders, 'trusted_servers', ${c}.mail_authserv_ids, 'kept_days', ${c}.mail_kept_days)`;
