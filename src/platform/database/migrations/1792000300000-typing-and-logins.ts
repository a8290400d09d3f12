import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
create table typings (
  company_id bigint not null,
  ticket_id bigint not null,
  user_id bigint not null,
  typed_at timestamptz not null,
  primary key (company_id, ticket_id, user_id),
  foreign key (company_id, ticket_id) references tickets (company_id, id) on delete cascade,
  foreign key (company_id, user_id) references users (company_id, id) on delete cascade
) with (fillfactor = 70);
create index typings_user_idx on typings (company_id, user_id);

create table login_sessions (
  company_id bigint not null,
  id bigint generated always as identity,
  user_id bigint not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id, user_id) references users (company_id, id) on delete cascade
);
create index login_sessions_user_idx on login_sessions (company_id, user_id);
create index login_sessions_expiry_idx on login_sessions (expires_at);
`;

const DOWN = `
drop table login_sessions;
drop table typings;
`;

export class TypingAndLogins1792000300000 implements MigrationInterface {
  name = 'TypingAndLogins1792000300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
