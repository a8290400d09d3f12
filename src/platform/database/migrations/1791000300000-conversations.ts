import type { MigrationInterface, QueryRunner } from 'typeorm';

// What only the RPC says of tickets and messages. A channel that is null is told by the source; an empty one is the chat.
const UP = `
alter table tickets add channel text, add extra text;
alter table messages add status_code smallint not null default 0, add payload text, add title text;
`;

const DOWN = `
alter table messages drop title, drop payload, drop status_code;
alter table tickets drop extra, drop channel;
`;

export class Conversations1791000300000 implements MigrationInterface {
  name = 'Conversations1791000300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
