import type { MigrationInterface, QueryRunner } from 'typeorm';

// What has come in outlives the ticket that it became: it still tells where the mail has gone.
const UP = `
alter table companies
  add column mail_blocked_senders text[] not null default '{}',
  add column mail_authserv_ids text[] not null default '{}',
  add column mail_kept_days integer not null default 90
    constraint companies_mail_kept_days_check check (mail_kept_days between 1 and 3650);

create index forwarding_addresses_inbound on forwarding_addresses (forwarding_hash) where deleted_at is null;

create table inbound_emails (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  forwarding_address_id bigint,
  door text not null constraint inbound_emails_door_check check (door in ('smtp', 'imap', 'api')),
  mail_from text,
  rcpt_to text[] not null default '{}',
  remote_address text,
  byte_size bigint not null,
  content_hash bytea not null,
  storage_key text,
  state text not null default 'pending' constraint inbound_emails_state_check check (state in
    ('pending', 'new_ticket', 'reply', 'agent_reply', 'ignored', 'duplicate', 'bounce', 'quarantined', 'refused')),
  steps jsonb not null default '[]',
  sender text,
  sender_name text,
  subject text,
  message_header text,
  ticket_id bigint,
  message_id bigint,
  error text,
  failures integer not null default 0,
  crashes integer not null default 0,
  attempts_count integer not null default 0,
  due_at timestamptz not null default now(),
  queued_at timestamptz,
  round integer not null default 0,
  leased_until timestamptz,
  leased_by integer,
  received_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (company_id, id),
  foreign key (company_id, forwarding_address_id) references forwarding_addresses (company_id, id),
  foreign key (company_id, ticket_id) references tickets (company_id, id) on delete set null (ticket_id),
  foreign key (company_id, message_id) references messages (company_id, id) on delete set null (message_id)
) with (fillfactor = 80);
create index inbound_emails_waiting on inbound_emails (company_id, due_at, id) where state = 'pending' and queued_at is null;
create index inbound_emails_in_flight on inbound_emails (company_id, queued_at) where state = 'pending' and queued_at is not null;
create index inbound_emails_state on inbound_emails (company_id, state, id desc);
create index inbound_emails_kept on inbound_emails (company_id, finished_at) where storage_key is not null;
create index inbound_emails_ticket on inbound_emails (company_id, ticket_id) where ticket_id is not null;
create index inbound_emails_message on inbound_emails (company_id, message_id) where message_id is not null;

create table imap_mailboxes (
  company_id bigint not null,
  forwarding_address_id bigint not null,
  host text not null,
  port integer not null constraint imap_mailboxes_port_check check (port between 1 and 65535),
  security text not null constraint imap_mailboxes_security_check check (security in ('tls', 'starttls', 'none')),
  login text not null,
  password bytea not null,
  folder text not null default 'INBOX',
  is_enabled boolean not null default true,
  begins_at timestamptz,
  uid_validity bigint,
  last_uid bigint not null default 0,
  settings_version integer not null default 1,
  checked_at timestamptz,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, forwarding_address_id),
  foreign key (company_id, forwarding_address_id) references forwarding_addresses (company_id, id)
);
`;

const DOWN = `
drop index forwarding_addresses_inbound;
drop table imap_mailboxes;
drop table inbound_emails;
alter table companies drop column mail_blocked_senders, drop column mail_authserv_ids, drop column mail_kept_days;
`;

export class InboundEmails1791000000000 implements MigrationInterface {
  name = 'InboundEmails1791000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
