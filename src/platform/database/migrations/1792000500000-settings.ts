import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
create table company_settings (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  key text not null,
  value jsonb,
  sealed bytea,
  type text not null default 'text',
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint company_settings_key_key unique (company_id, key)
);

alter table web_hooks add of_settings boolean not null default false;
create unique index web_hooks_of_settings_key on web_hooks (company_id) where of_settings;

alter table snippets add of_settings boolean not null default false;
create index snippets_of_settings_idx on snippets (company_id, id) where of_settings;

create index tickets_trash on tickets (company_id, trashed_at) where trashed_at is not null;
`;

const DOWN = `
drop index tickets_trash;
alter table snippets drop of_settings;
alter table web_hooks drop of_settings;
drop table company_settings;
`;

export class Settings1792000500000 implements MigrationInterface {
  name = 'Settings1792000500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
