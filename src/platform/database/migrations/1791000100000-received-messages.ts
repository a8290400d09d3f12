import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
create table received_messages (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  fingerprint bytea not null,
  message_header text,
  message_id bigint,
  sender text not null constraint received_messages_sender_check check (sender = lower(sender)),
  is_automatic boolean not null,
  is_stranger boolean not null,
  whole_text text,
  whole_html text,
  created_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint received_messages_fingerprint_key unique (company_id, fingerprint),
  foreign key (company_id, message_id) references messages (company_id, id) on delete cascade
);
create index received_messages_header on received_messages (company_id, message_header) where message_header is not null;
create index received_messages_message on received_messages (company_id, message_id) where message_id is not null;
create index received_messages_sender on received_messages (company_id, sender, created_at);
`;

const DOWN = `drop table received_messages;`;

export class ReceivedMessages1791000100000 implements MigrationInterface {
  name = 'ReceivedMessages1791000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
