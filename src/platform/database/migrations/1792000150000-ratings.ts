import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
alter table tickets
  add column rating_score text constraint tickets_rating_score_check check (rating_score in ('good', 'bad')),
  add column rating_comment text,
  add column rated_at timestamptz,
  add column rated_agent_id bigint,
  add constraint tickets_rating_check check ((rating_score is null) = (rated_at is null)),
  add foreign key (company_id, rated_agent_id) references users (company_id, id) on delete set null (rated_agent_id);
create index tickets_rated_agent on tickets (company_id, rated_agent_id, rating_score) where rated_agent_id is not null;
`;

const DOWN = `
alter table tickets drop column rating_score, drop column rating_comment, drop column rated_at, drop column rated_agent_id;
`;

export class Ratings1792000150000 implements MigrationInterface {
  name = 'Ratings1792000150000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
