import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
alter table users add column password_hash text;

create table user_presences (
  company_id bigint not null,
  user_id bigint not null,
  seen_at timestamptz not null,
  current_url text not null default '' constraint user_presences_current_url_check check (length(current_url) <= 2048),
  primary key (company_id, user_id),
  foreign key (company_id, user_id) references users (company_id, id) on delete cascade
) with (fillfactor = 70);
create index user_presences_seen_idx on user_presences (company_id, seen_at desc);
`;

const DOWN = `
drop table user_presences;
alter table users drop column password_hash;
`;

export class Presence1792000000000 implements MigrationInterface {
  name = 'Presence1792000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
