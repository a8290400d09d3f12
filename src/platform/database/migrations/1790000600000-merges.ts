import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
alter table tickets add column merged_into_id bigint;
alter table tickets add foreign key (company_id, merged_into_id) references tickets (company_id, id);
create index tickets_merged on tickets (company_id, merged_into_id) where merged_into_id is not null;
alter table messages add column is_merged boolean not null default false;

create table ticket_merges (
  company_id bigint not null,
  id bigint generated always as identity,
  source_id bigint not null,
  target_id bigint not null,
  merged_by_id bigint,
  stub_id bigint not null,
  added_cc bigint[] not null,
  was_archived boolean not null,
  created_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint ticket_merges_source_key unique (company_id, source_id),
  foreign key (company_id, source_id) references tickets (company_id, id),
  foreign key (company_id, target_id) references tickets (company_id, id),
  foreign key (company_id, merged_by_id) references users (company_id, id),
  foreign key (company_id, stub_id) references messages (company_id, id)
);
create index ticket_merges_target on ticket_merges (company_id, target_id);

create table merged_messages (
  company_id bigint not null,
  merge_id bigint not null,
  message_id bigint not null,
  was_opening boolean not null,
  primary key (company_id, merge_id, message_id),
  foreign key (company_id, merge_id) references ticket_merges (company_id, id) on delete cascade,
  foreign key (company_id, message_id) references messages (company_id, id) on delete cascade
);
create index merged_messages_message on merged_messages (company_id, message_id);
`;

const DOWN = `
drop table merged_messages;
drop table ticket_merges;
alter table messages drop column is_merged;
alter table tickets drop column merged_into_id;
`;

export class Merges1790000600000 implements MigrationInterface {
  name = 'Merges1790000600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
