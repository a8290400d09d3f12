import type { MigrationInterface, QueryRunner } from 'typeorm';

/*
 * A consequence outlives the label, person or team that it names: their deletion only clears the reference. That there was one is told
 * by `label_name` and `assigns`, so that it shows as broken instead of silently doing less. An empty text of a rule is not looked for.
 */
const UP = `
create table filter_rules (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  requester_email text not null default '',
  delivered_to text not null default '',
  subject text not null default '',
  body text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint filter_rules_needle_check check (requester_email || delivered_to || subject || body <> '')
);

create table filter_consequences (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  archive boolean not null default false,
  spam boolean not null default false,
  trash boolean not null default false,
  label_name text,
  label_id bigint,
  assigns text constraint filter_consequences_assigns_check check (assigns in ('user', 'team')),
  user_id bigint,
  team_id bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint filter_consequences_effect_check check (archive or spam or trash or label_name is not null or assigns is not null),
  constraint filter_consequences_label_check check (label_id is null or label_name is not null),
  constraint filter_consequences_user_check check (user_id is null or assigns is not distinct from 'user'),
  constraint filter_consequences_team_check check (team_id is null or assigns is not distinct from 'team'),
  foreign key (company_id, label_id) references labels (company_id, id) on delete set null (label_id),
  foreign key (company_id, user_id) references users (company_id, id) on delete set null (user_id),
  foreign key (company_id, team_id) references teams (company_id, id) on delete set null (team_id)
);
create index filter_consequences_label on filter_consequences (company_id, label_id) where label_id is not null;
create index filter_consequences_user on filter_consequences (company_id, user_id) where user_id is not null;
create index filter_consequences_team on filter_consequences (company_id, team_id) where team_id is not null;

create table filters (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  rule_id bigint not null,
  consequence_id bigint not null,
  name text not null default '',
  position integer not null constraint filters_position_check check (position > 0),
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  -- Checked when a statement is done: moving one filter moves those that it passes.
  constraint filters_position_key unique (company_id, position) deferrable initially immediate,
  constraint filters_rule_fkey foreign key (company_id, rule_id) references filter_rules (company_id, id),
  constraint filters_consequence_fkey foreign key (company_id, consequence_id) references filter_consequences (company_id, id)
);
create index filters_rule on filters (company_id, rule_id);
create index filters_consequence on filters (company_id, consequence_id);
-- Asked for every new ticket.
create index filters_enabled on filters (company_id) where enabled;
`;

const DOWN = `
drop table filters;
drop table filter_consequences;
drop table filter_rules;
`;

export class Filters1790000500000 implements MigrationInterface {
  name = 'Filters1790000500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
