import type { MigrationInterface, QueryRunner } from 'typeorm';

/*
 * What the reports by name read. The indexes of tickets and people by creation hold what is asked of them, so that a report reads the days
 * that it shows and no row of a table; they are made anew, and no others beside them, since every change writes all of them.
 */
const UP = `
-- A grown desk takes longer than a request may.
set local statement_timeout = 0;

create table report_counts (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  name text not null constraint report_counts_name_check check (length(name) between 1 and 40),
  -- The beginning of a quarter of an hour: days begin with one in every time zone.
  counted_at timestamptz not null,
  value text not null constraint report_counts_value_check check (length(value) <= 255),
  count bigint not null,
  primary key (company_id, id),
  constraint report_counts_value_key unique (company_id, name, counted_at, value)
) with (fillfactor = 80);
create index report_counts_age on report_counts (counted_at);

drop index tickets_created;
create index tickets_created on tickets (company_id, created_at desc, id desc)
  include (first_agent_reply_at, first_responder_id, user_assignee_id, team_assignee_id, spam_at, trashed_at, requester_id, last_activity_at);
drop index users_created;
create index users_created on users (company_id, created_at desc, id desc) include (kind, role);
create index tickets_rated on tickets (company_id, rated_at) include (rated_agent_id, rating_score) where rating_score is not null;
create index article_ratings_created on article_ratings (company_id, created_at) include (article_id, rating);
`;

const DOWN = `
drop index article_ratings_created, tickets_rated, users_created, tickets_created;
create index users_created on users (company_id, created_at desc, id desc);
create index tickets_created on tickets (company_id, created_at desc, id desc)
  include (first_agent_reply_at, first_responder_id, user_assignee_id, team_assignee_id, spam_at, trashed_at);
drop table report_counts;
`;

export class NamedReports1792000900000 implements MigrationInterface {
  name = 'NamedReports1792000900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
