import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
create table automations (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  code text not null,
  kind text not null constraint automations_kind_check check (kind in ('emails', 'sms', 'messages', 'popups', 'design')),
  name text not null default '',
  enabled boolean not null default true,
  position integer not null,
  conditions jsonb not null default '[]',
  content jsonb not null default '{}',
  translations jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint automations_code_key unique (company_id, code)
);
create index automations_place on automations (company_id, position, id);
create index automations_scheduled on automations (company_id, id) where enabled and kind in ('emails', 'sms', 'messages');

create table automation_runs (
  company_id bigint not null,
  id bigint generated always as identity,
  automation_id bigint not null,
  user_id bigint not null,
  event_id bigint,
  repeat_window text not null default '',
  outcome text not null constraint automation_runs_outcome_check check (outcome in ('sent', 'queued', 'shown', 'not-sent')),
  reason text,
  ran_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint automation_runs_person_key unique (company_id, automation_id, user_id, repeat_window),
  foreign key (company_id, automation_id) references automations (company_id, id) on delete cascade,
  foreign key (company_id, user_id) references users (company_id, id) on delete cascade,
  foreign key (company_id, event_id) references events (company_id, id)
);
create index automation_runs_log on automation_runs (company_id, automation_id, id desc);
create index automation_runs_user on automation_runs (company_id, user_id);
create index automation_runs_past on automation_runs (ran_at) where repeat_window <> '';

create table automation_passes (
  company_id bigint not null,
  automation_id bigint not null,
  repeat_window text not null default '',
  reached bigint not null default 0,
  finished_at timestamptz,
  primary key (company_id, automation_id),
  foreign key (company_id, automation_id) references automations (company_id, id) on delete cascade
);

alter table email_deliveries drop constraint email_deliveries_kind_check;
alter table email_deliveries add constraint email_deliveries_kind_check check (kind in
  ('reply', 'ticket_copy', 'receipt', 'auto_response', 'assignment', 'team_assignment', 'customer_reply', 'mention', 'web_hook_disabled',
   'automation'));
alter table notification_settings add column automation boolean not null default true;
`;

const DOWN = `
alter table notification_settings drop column automation;
delete from email_deliveries where kind = 'automation';
alter table email_deliveries drop constraint email_deliveries_kind_check;
alter table email_deliveries add constraint email_deliveries_kind_check check (kind in
  ('reply', 'ticket_copy', 'receipt', 'auto_response', 'assignment', 'team_assignment', 'customer_reply', 'mention', 'web_hook_disabled'));
drop table automation_passes;
drop table automation_runs;
drop table automations;
`;

export class Automations1792000800000 implements MigrationInterface {
  name = 'Automations1792000800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
