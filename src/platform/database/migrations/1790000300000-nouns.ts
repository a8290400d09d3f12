import type { MigrationInterface, QueryRunner } from 'typeorm';

/*
 * Teams and forwarding addresses outlive their deletion as rows that nothing shows: the history of assignments tells who had a ticket,
 * and a ticket tells where it came from. Their names and addresses are free again at once.
 */
const UP = `
alter table labels
  add constraint labels_name_reserved check (lower(name) <> 'unanswered'),
  add constraint labels_name_comma check (position(',' in name) = 0),
  add constraint labels_color_check check (color ~ '^#[0-9a-f]{6}$');
alter table ticket_labels
  drop constraint ticket_labels_company_id_label_id_fkey,
  add constraint ticket_labels_company_id_label_id_fkey foreign key (company_id, label_id) references labels (company_id, id) on delete cascade;

alter table teams add deleted_at timestamptz;
drop index teams_name_key;
create unique index teams_name_key on teams (company_id, lower(name)) where deleted_at is null;
create index assignments_open_team on assignments (company_id, team_id) where team_id is not null and ended_at is null;

alter table forwarding_addresses add deleted_at timestamptz;
drop index forwarding_addresses_email_key;
create unique index forwarding_addresses_email_key on forwarding_addresses (company_id, lower(email)) where deleted_at is null;

create table custom_fields (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  name text not null,
  type text not null default 'text'
    constraint custom_fields_type_check check (type in ('text', 'textarea', 'number', 'date', 'select', 'checkbox')),
  required boolean not null default false,
  possible_values text[] not null default '{}',
  position integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint custom_fields_values_check check ((type = 'select') = (cardinality(possible_values) > 0))
);
create unique index custom_fields_name_key on custom_fields (company_id, lower(name));

create table ticket_custom_fields (
  company_id bigint not null,
  ticket_id bigint not null,
  custom_field_id bigint not null,
  value text not null,
  primary key (company_id, ticket_id, custom_field_id),
  foreign key (company_id, ticket_id) references tickets (company_id, id) on delete cascade,
  foreign key (company_id, custom_field_id) references custom_fields (company_id, id) on delete cascade
);
create index ticket_custom_fields_field on ticket_custom_fields (company_id, custom_field_id);

create table categories (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  name text not null,
  position integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id)
);
create unique index categories_name_key on categories (company_id, lower(name));

alter table tickets
  add category_id bigint,
  add constraint tickets_category_fkey foreign key (company_id, category_id) references categories (company_id, id)
    on delete set null (category_id);
create index tickets_category on tickets (company_id, category_id) where category_id is not null;
`;

// What was deleted but kept would come back to life: it has no place in the older schema, and names could clash.
const DOWN = `
alter table tickets drop category_id;
drop table categories;
drop table ticket_custom_fields;
drop table custom_fields;

update tickets t set forwarding_address_id = null from forwarding_addresses f
  where f.company_id = t.company_id and f.id = t.forwarding_address_id and f.deleted_at is not null;
delete from forwarding_addresses where deleted_at is not null;
drop index forwarding_addresses_email_key;
create unique index forwarding_addresses_email_key on forwarding_addresses (company_id, lower(email));
alter table forwarding_addresses drop deleted_at;

delete from assignments a using teams t where t.company_id = a.company_id and t.id = a.team_id and t.deleted_at is not null;
delete from teams where deleted_at is not null;
drop index assignments_open_team;
drop index teams_name_key;
create unique index teams_name_key on teams (company_id, lower(name));
alter table teams drop deleted_at;

alter table ticket_labels
  drop constraint ticket_labels_company_id_label_id_fkey,
  add constraint ticket_labels_company_id_label_id_fkey foreign key (company_id, label_id) references labels (company_id, id);
alter table labels
  drop constraint labels_color_check,
  drop constraint labels_name_comma,
  drop constraint labels_name_reserved;
`;

export class Nouns1790000300000 implements MigrationInterface {
  name = 'Nouns1790000300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
