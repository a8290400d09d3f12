import type { MigrationInterface, QueryRunner } from 'typeorm';

const OLD_KINDS = `'reply', 'ticket_copy', 'receipt', 'auto_response', 'assignment', 'team_assignment', 'customer_reply', 'mention', 'web_hook_disabled', 'automation'`;
const OLD_TEMPLATES = `'reply', 'ticket_copy', 'receipt', 'auto_response', 'notification'`;

const check = (table: string, kinds: string) =>
  `drop constraint ${table}_kind_check, add constraint ${table}_kind_check check (kind in (${kinds}))`;

const UP = `
alter table email_deliveries ${check('email_deliveries', `${OLD_KINDS}, 'direct', 'custom'`)};
alter table email_templates ${check('email_templates', `${OLD_TEMPLATES}, 'direct'`)};
alter table imap_mailboxes add column look_wanted_at timestamptz;
`;

const DOWN = `
alter table imap_mailboxes drop column look_wanted_at;
delete from email_templates where kind = 'direct';
delete from email_deliveries where kind in ('direct', 'custom');
alter table email_templates ${check('email_templates', OLD_TEMPLATES)};
alter table email_deliveries ${check('email_deliveries', OLD_KINDS)};
`;

export class DirectMail1792001100000 implements MigrationInterface {
  name = 'DirectMail1792001100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
