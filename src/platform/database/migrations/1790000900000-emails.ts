import type { MigrationInterface, QueryRunner } from 'typeorm';

// A mail about a ticket goes with the ticket: nobody is to be told of what has been deleted.
const UP = `
alter table companies add column mail_reply_line text not null default '-- Please write your answer above this line --',
  add column mail_quoted_messages integer not null default 5
    constraint companies_mail_quoted_messages_check check (mail_quoted_messages between 0 and 20);
alter table forwarding_addresses add column auto_response boolean not null default false;

create table email_deliveries (
  company_id bigint not null,
  id bigint generated always as identity,
  event_id bigint not null,
  kind text not null constraint email_deliveries_kind_check check (kind in
    ('reply', 'ticket_copy', 'receipt', 'auto_response', 'assignment', 'team_assignment', 'customer_reply', 'mention', 'web_hook_disabled')),
  ticket_id bigint,
  message_id bigint,
  user_id bigint,
  recipient text not null,
  state text not null default 'pending'
    constraint email_deliveries_state_check check (state in ('pending', 'sent', 'failed', 'bounced', 'suppressed')),
  failures integer not null default 0,
  attempts_count integer not null default 0,
  due_at timestamptz not null default now(),
  queued_at timestamptz,
  round integer not null default 0,
  leased_until timestamptz,
  leased_by integer,
  server_answer text,
  error text,
  internet_message_id text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (company_id, id),
  constraint email_deliveries_event_key unique (company_id, event_id, kind, recipient),
  foreign key (company_id, event_id) references events (company_id, id),
  foreign key (company_id, ticket_id) references tickets (company_id, id) on delete cascade,
  foreign key (company_id, message_id) references messages (company_id, id) on delete cascade,
  foreign key (company_id, user_id) references users (company_id, id) on delete cascade
) with (fillfactor = 80);
create index email_deliveries_waiting on email_deliveries (company_id, due_at, id) where state = 'pending' and queued_at is null;
create index email_deliveries_in_flight on email_deliveries (company_id, queued_at) where state = 'pending' and queued_at is not null;
create index email_deliveries_thread on email_deliveries (company_id, ticket_id, lower(recipient), id) where ticket_id is not null;
create index email_deliveries_message on email_deliveries (company_id, message_id, id) where message_id is not null;
create index email_deliveries_user on email_deliveries (company_id, user_id, id) where user_id is not null;
create index email_deliveries_state on email_deliveries (company_id, state, id desc);
create index email_deliveries_internet on email_deliveries (company_id, internet_message_id) where internet_message_id is not null;
create index email_deliveries_automatic on email_deliveries (company_id, lower(recipient), created_at) where kind in ('auto_response', 'receipt');

create table email_suppressions (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  address text not null constraint email_suppressions_address_check check (address = lower(address)),
  reason text not null constraint email_suppressions_reason_check check (reason in ('bounced', 'complained', 'manual')),
  note text,
  created_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint email_suppressions_address_key unique (company_id, address)
);

create table email_templates (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  kind text not null constraint email_templates_kind_check check (kind in ('reply', 'ticket_copy', 'receipt', 'auto_response', 'notification')),
  user_id bigint,
  subject text,
  header text,
  body text,
  footer text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint email_templates_kind_key unique nulls not distinct (company_id, user_id, kind),
  foreign key (company_id, user_id) references users (company_id, id) on delete cascade
);

create table notification_settings (
  company_id bigint not null,
  user_id bigint not null,
  assignment boolean not null default true,
  team_assignment boolean not null default true,
  customer_reply boolean not null default true,
  mention boolean not null default true,
  updated_at timestamptz not null default now(),
  primary key (company_id, user_id),
  foreign key (company_id, user_id) references users (company_id, id) on delete cascade
);
`;

const DOWN = `
drop table notification_settings;
drop table email_templates;
drop table email_suppressions;
drop table email_deliveries;
alter table forwarding_addresses drop column auto_response;
alter table companies drop column mail_reply_line, drop column mail_quoted_messages;
`;

export class Emails1790000900000 implements MigrationInterface {
  name = 'Emails1790000900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
