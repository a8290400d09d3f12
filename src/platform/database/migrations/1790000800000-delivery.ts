import type { MigrationInterface, QueryRunner } from 'typeorm';

// What happened before is history: nobody had asked to be told of it.
const UP = `
alter table events add column ticket_sequence integer;
update events e set ticket_sequence = numbered.place
  from (select company_id, id, row_number() over (partition by company_id, ticket_id order by id) as place from events where ticket_id is not null) numbered
  where e.company_id = numbered.company_id and e.id = numbered.id;
alter table events add constraint events_ticket_sequence_check check ((ticket_id is null) = (ticket_sequence is null));
create unique index events_ticket_sequence_key on events (company_id, ticket_id, ticket_sequence) where ticket_id is not null;

create table event_outbox (
  company_id bigint not null,
  event_id bigint not null,
  failures integer not null default 0,
  due_at timestamptz not null default now(),
  primary key (company_id, event_id),
  foreign key (company_id, event_id) references events (company_id, id)
);
create index event_outbox_due on event_outbox (due_at, event_id);

create table web_hooks (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  url text not null,
  events text[] not null default '{*}',
  format text not null default 'standard' constraint web_hooks_format_check check (format in ('standard', 'supportbee', 'support_board')),
  spelling text not null default 'gb-talk' constraint web_hooks_spelling_check check (spelling in ('gb-talk', 'support-board')),
  secret bytea not null,
  old_secret bytea,
  old_secret_until timestamptz,
  headers bytea,
  header_names text[] not null default '{}',
  is_enabled boolean not null default true,
  disabled_because text constraint web_hooks_disabled_because_check check (disabled_because in ('gone', 'failing')),
  of_teams boolean not null default false,
  of_labels boolean not null default false,
  consecutive_failures integer not null default 0,
  failing_since timestamptz,
  paused_until timestamptz,
  slow_until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id)
);

create table web_hook_teams (
  company_id bigint not null,
  web_hook_id bigint not null,
  team_id bigint not null,
  primary key (company_id, web_hook_id, team_id),
  foreign key (company_id, web_hook_id) references web_hooks (company_id, id) on delete cascade,
  foreign key (company_id, team_id) references teams (company_id, id) on delete cascade
);
create index web_hook_teams_team on web_hook_teams (company_id, team_id);

create table web_hook_labels (
  company_id bigint not null,
  web_hook_id bigint not null,
  label_id bigint not null,
  primary key (company_id, web_hook_id, label_id),
  foreign key (company_id, web_hook_id) references web_hooks (company_id, id) on delete cascade,
  foreign key (company_id, label_id) references labels (company_id, id) on delete cascade
);
create index web_hook_labels_label on web_hook_labels (company_id, label_id);

create table web_hook_deliveries (
  company_id bigint not null,
  id bigint generated always as identity,
  web_hook_id bigint not null,
  event_id bigint not null,
  part text not null default '',
  state text not null default 'pending' constraint web_hook_deliveries_state_check check (state in ('pending', 'succeeded', 'failed')),
  failures integer not null default 0,
  attempts_count integer not null default 0,
  due_at timestamptz not null default now(),
  queued_at timestamptz,
  round integer not null default 0,
  leased_until timestamptz,
  leased_by integer,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (company_id, id),
  constraint web_hook_deliveries_event_key unique (company_id, web_hook_id, event_id, part),
  foreign key (company_id, web_hook_id) references web_hooks (company_id, id) on delete cascade,
  foreign key (company_id, event_id) references events (company_id, id)
) with (fillfactor = 80);
create index web_hook_deliveries_waiting on web_hook_deliveries (company_id, web_hook_id, due_at, id)
  where state = 'pending' and queued_at is null;
create index web_hook_deliveries_in_flight on web_hook_deliveries (company_id, web_hook_id, queued_at)
  where state = 'pending' and queued_at is not null;
create index web_hook_deliveries_log on web_hook_deliveries (company_id, web_hook_id, state, id desc);
create index web_hook_deliveries_finished on web_hook_deliveries (finished_at) where finished_at is not null;

create table web_hook_attempts (
  company_id bigint not null,
  id bigint generated always as identity,
  delivery_id bigint not null,
  number integer not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  status integer,
  ms integer,
  response_head text,
  error text,
  primary key (company_id, id),
  constraint web_hook_attempts_number_key unique (company_id, delivery_id, number),
  foreign key (company_id, delivery_id) references web_hook_deliveries (company_id, id) on delete cascade
);

create table web_hook_replays (
  company_id bigint not null,
  id bigint generated always as identity,
  web_hook_id bigint not null,
  after text not null,
  position text not null,
  until text not null,
  deliveries_count integer not null default 0,
  created_at timestamptz not null default now(),
  moved_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (company_id, id),
  foreign key (company_id, web_hook_id) references web_hooks (company_id, id) on delete cascade
);
create unique index web_hook_replays_open_key on web_hook_replays (company_id, web_hook_id) where finished_at is null;
create index web_hook_replays_turn on web_hook_replays (moved_at, id) where finished_at is null;
create index web_hook_replays_web_hook on web_hook_replays (company_id, web_hook_id, id);
`;

const DOWN = `
drop table web_hook_replays;
drop table web_hook_attempts;
drop table web_hook_deliveries;
drop table web_hook_labels;
drop table web_hook_teams;
drop table web_hooks;
drop table event_outbox;
drop index events_ticket_sequence_key;
alter table events drop column ticket_sequence;
`;

export class Delivery1790000800000 implements MigrationInterface {
  name = 'Delivery1790000800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
