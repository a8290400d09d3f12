import type { MigrationInterface, QueryRunner } from 'typeorm';

// rate_windows is unlogged: a count is worth nothing an hour later, and without a log to flush it costs a fraction. A crash of Postgres
// empties the table, which gives everybody a fresh window. Rows are updated in place (hence the room in each page and no second index).
//
// idempotency_keys is logged, since it must know after any crash what has been done. `answer` is sealed, so compressing it is in vain.
const UP = `
alter table companies add ticket_creations_per_minute integer not null default 8
  constraint companies_ticket_creations_check check (ticket_creations_per_minute between 1 and 100000);

create unlogged table rate_windows (
  policy text not null,
  subject text not null,
  used integer not null,
  granted integer not null,
  ends_at timestamptz not null,
  primary key (policy, subject)
) with (fillfactor = 50);

create table idempotency_keys (
  company_id bigint not null references companies (id),
  holder text not null,
  route text not null,
  key text not null constraint idempotency_keys_key_check check (length(key) between 1 and 255),
  fingerprint bytea not null constraint idempotency_keys_fingerprint_check check (length(fingerprint) = 32),
  status smallint,
  answer bytea,
  created_at timestamptz not null default now(),
  primary key (company_id, holder, route, key),
  constraint idempotency_keys_answer_check check (num_nonnulls(status, answer) in (0, 2))
);
alter table idempotency_keys alter answer set storage external;
create index idempotency_keys_age on idempotency_keys (created_at);
`;

const DOWN = `
drop table idempotency_keys;
drop table rate_windows;
alter table companies drop ticket_creations_per_minute;
`;

export class Limits1790000200000 implements MigrationInterface {
  name = 'Limits1790000200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
