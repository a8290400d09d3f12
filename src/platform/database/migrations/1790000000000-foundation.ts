import type { MigrationInterface, QueryRunner } from 'typeorm';

// company_id refers to companies only where no composite key already ties the row to its company:
// a second check would lock the company's row once more on every write.
const UP = `
create table companies (
  id bigint generated always as identity primary key,
  subdomain text not null constraint companies_subdomain_key unique
    constraint companies_subdomain_check check (subdomain ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name text not null,
  attachment_bytes bigint not null default 0 constraint companies_attachment_bytes_check check (attachment_bytes >= 0),
  attachment_quota bigint not null default 10737418240,
  created_at timestamptz not null default now()
);

create table users (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  kind text not null default 'user' constraint users_kind_check check (kind in ('user', 'lead', 'visitor', 'bot', 'customer_group')),
  role text not null default 'customer' constraint users_role_check check (role in ('admin', 'agent', 'collaborator', 'customer')),
  email text constraint users_email_check check (length(email) between 3 and 254),
  first_name text not null default '',
  last_name text not null default '',
  two_factor_enabled boolean not null default false,
  can_members_access_group_tickets boolean,
  email_domains text[] not null default '{}',
  confirmed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint users_group_check check (kind <> 'customer_group' or (role = 'customer' and email is null))
);
create unique index users_email_key on users (company_id, lower(email));
create index users_staff on users (company_id, role, id) where role <> 'customer';
create index users_groups on users (company_id, id) where kind = 'customer_group';
create index users_group_domains on users using gin (email_domains) where kind = 'customer_group';

create table group_members (
  company_id bigint not null,
  group_id bigint not null,
  user_id bigint not null,
  created_at timestamptz not null default now(),
  primary key (company_id, group_id, user_id),
  foreign key (company_id, group_id) references users (company_id, id),
  foreign key (company_id, user_id) references users (company_id, id)
);
create index group_members_user on group_members (company_id, user_id, group_id);

create table teams (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  name text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id)
);
create unique index teams_name_key on teams (company_id, lower(name));

create table team_members (
  company_id bigint not null,
  team_id bigint not null,
  user_id bigint not null,
  created_at timestamptz not null default now(),
  primary key (company_id, team_id, user_id),
  foreign key (company_id, team_id) references teams (company_id, id),
  foreign key (company_id, user_id) references users (company_id, id)
);
create index team_members_user on team_members (company_id, user_id, team_id);

create table api_tokens (
  company_id bigint not null,
  id bigint generated always as identity,
  user_id bigint not null,
  name text not null,
  token_hash bytea not null constraint api_tokens_hash_check check (length(token_hash) = 32),
  scopes text[] not null default '{*}',
  expires_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint api_tokens_hash_key unique (company_id, token_hash),
  foreign key (company_id, user_id) references users (company_id, id)
);
create index api_tokens_hash on api_tokens (token_hash);
create index api_tokens_user on api_tokens (company_id, user_id, id);

create table forwarding_addresses (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  email text not null,
  name text not null default '',
  filter_spam boolean not null default false,
  use_agent_name boolean not null default false,
  global_bcc text,
  forwarding_hash text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint forwarding_addresses_hash_key unique (company_id, forwarding_hash)
);
create unique index forwarding_addresses_email_key on forwarding_addresses (company_id, lower(email));

create table tickets (
  company_id bigint not null,
  id bigint generated always as identity,
  subject text,
  requester_id bigint not null,
  requester_verified boolean not null default true,
  source text not null default 'web',
  source_address text,
  forwarding_address_id bigint,
  priority text not null default 'medium' constraint tickets_priority_check check (priority in ('low', 'medium', 'high')),
  waiting_for text not null default 'agent' constraint tickets_waiting_for_check check (waiting_for in ('agent', 'customer', 'none')),
  private boolean not null default false,
  draft boolean not null default false,
  archived_at timestamptz,
  spam_at timestamptz,
  trashed_at timestamptz,
  user_assignee_id bigint,
  team_assignee_id bigint,
  replies_count integer not null default 0,
  agent_replies_count integer not null default 0,
  comments_count integer not null default 0,
  last_reply_by_agent boolean not null default false,
  last_activity_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id, requester_id) references users (company_id, id),
  foreign key (company_id, user_assignee_id) references users (company_id, id),
  foreign key (company_id, team_assignee_id) references teams (company_id, id),
  foreign key (company_id, forwarding_address_id) references forwarding_addresses (company_id, id)
);
create index tickets_inbox on tickets (company_id, last_activity_at desc, id desc)
  where archived_at is null and spam_at is null and trashed_at is null;
create index tickets_archive on tickets (company_id, last_activity_at desc, id desc)
  where archived_at is not null and spam_at is null and trashed_at is null;
create index tickets_activity on tickets (company_id, last_activity_at desc, id desc);
create index tickets_requester on tickets (company_id, requester_id, last_activity_at desc, id desc);
create index tickets_user_assignee on tickets (company_id, user_assignee_id, last_activity_at desc, id desc)
  where user_assignee_id is not null;

create table messages (
  company_id bigint not null,
  id bigint generated always as identity,
  ticket_id bigint not null,
  kind text not null constraint messages_kind_check check (kind in ('opening', 'reply', 'note')),
  author_id bigint not null,
  author_is_agent boolean not null,
  written_by_id bigint,
  text text not null,
  html text,
  html_policy smallint,
  summary text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id, ticket_id) references tickets (company_id, id),
  foreign key (company_id, author_id) references users (company_id, id),
  foreign key (company_id, written_by_id) references users (company_id, id)
);
create index messages_ticket on messages (company_id, ticket_id, created_at, id);
create unique index messages_opening_key on messages (company_id, ticket_id) where kind = 'opening';
create index messages_author on messages (company_id, author_id);

create table message_recipients (
  company_id bigint not null,
  message_id bigint not null,
  user_id bigint not null,
  kind text not null constraint message_recipients_kind_check check (kind in ('cc', 'bcc')),
  position smallint not null,
  primary key (company_id, message_id, kind, user_id),
  foreign key (company_id, message_id) references messages (company_id, id),
  foreign key (company_id, user_id) references users (company_id, id)
);

create table attachments (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  message_id bigint,
  uploaded_by_id bigint,
  position smallint not null default 0,
  filename text not null,
  content_type text not null,
  byte_size bigint not null,
  storage_key text,
  external_url text,
  created_at timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id, message_id) references messages (company_id, id),
  foreign key (company_id, uploaded_by_id) references users (company_id, id),
  constraint attachments_place_check check (num_nonnulls(storage_key, external_url) = 1)
);
create index attachments_message on attachments (company_id, message_id, position, id) where message_id is not null;
create index attachments_unclaimed on attachments (created_at) where message_id is null;

create table labels (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  name text not null,
  color text not null default '#cccccc',
  created_at timestamptz not null default now(),
  primary key (company_id, id)
);
create unique index labels_name_key on labels (company_id, lower(name));

create table ticket_labels (
  company_id bigint not null,
  ticket_id bigint not null,
  label_id bigint not null,
  created_at timestamptz not null default now(),
  primary key (company_id, ticket_id, label_id),
  foreign key (company_id, ticket_id) references tickets (company_id, id),
  foreign key (company_id, label_id) references labels (company_id, id)
);
create index ticket_labels_label on ticket_labels (company_id, label_id, ticket_id);

create table stars (
  company_id bigint not null,
  ticket_id bigint not null,
  user_id bigint not null,
  created_at timestamptz not null default now(),
  primary key (company_id, ticket_id, user_id),
  foreign key (company_id, ticket_id) references tickets (company_id, id),
  foreign key (company_id, user_id) references users (company_id, id)
);

create table assignments (
  company_id bigint not null,
  id bigint generated always as identity,
  ticket_id bigint not null,
  user_id bigint,
  team_id bigint,
  assigned_by_id bigint,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (company_id, id),
  constraint assignments_target_check check (num_nonnulls(user_id, team_id) = 1),
  foreign key (company_id, ticket_id) references tickets (company_id, id),
  foreign key (company_id, user_id) references users (company_id, id),
  foreign key (company_id, team_id) references teams (company_id, id),
  foreign key (company_id, assigned_by_id) references users (company_id, id)
);
create index assignments_ticket on assignments (company_id, ticket_id, id);

create table snippets (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  name text not null,
  tags text not null default '',
  text text not null,
  html text,
  html_policy smallint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id)
);

create table events (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  tx xid8 not null default pg_current_xact_id(),
  type text not null,
  actor jsonb not null,
  ticket_id bigint,
  data jsonb not null,
  created_at timestamptz not null default now(),
  primary key (company_id, id)
);
create index events_order on events (company_id, tx, id);
`;

const TABLES_IN_REVERSE = [
  'events',
  'snippets',
  'assignments',
  'stars',
  'ticket_labels',
  'labels',
  'attachments',
  'message_recipients',
  'messages',
  'tickets',
  'forwarding_addresses',
  'api_tokens',
  'team_members',
  'teams',
  'group_members',
  'users',
  'companies',
];

export class Foundation1790000000000 implements MigrationInterface {
  name = 'Foundation1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES_IN_REVERSE.map((table) => `drop table ${table};`).join('\n'));
  }
}
