import { ApiProperty } from '@nestjs/swagger';

/** Of what a member of the staff is told by mail. */
export class NotificationSettingsView {
  @ApiProperty({ description: 'A ticket was given to him.', example: true }) assignment!: boolean;
  @ApiProperty({ description: 'A ticket was given to a team of his.', example: true }) team_assignment!: boolean;
  @ApiProperty({ description: 'A customer has answered on a ticket that he has, or a team of his.', example: true })
  customer_reply!: boolean;
  @ApiProperty({ description: 'A comment calls him, as `@jane` or `@jane@example.com`.', example: true }) mention!: boolean;
}

/** {@link NotificationSettingsView} of the row `n` of notification_settings, which need not be there. */
export const notificationSettingsSql = (n: string): string =>
  `json_build_object(${['assignment', 'team_assignment', 'customer_reply', 'mention']
    .map((kind) => `'${kind}', coalesce(${n}.${kind}, true)`)
    .join(', ')})`;
