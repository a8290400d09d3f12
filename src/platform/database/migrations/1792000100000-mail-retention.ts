import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `create index email_deliveries_past on email_deliveries (finished_at)
  where finished_at is not null and (ticket_id is null or state in ('failed', 'suppressed'));`;

const DOWN = `drop index email_deliveries_past;`;

export class MailRetention1792000100000 implements MigrationInterface {
  name = 'MailRetention1792000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
