import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
create table user_details (
  company_id bigint not null,
  user_id bigint not null,
  slug text not null constraint user_details_slug_check check (length(slug) between 1 and 255),
  name text not null,
  value text not null,
  primary key (company_id, user_id, slug),
  foreign key (company_id, user_id) references users (company_id, id) on delete cascade
);
`;

export class UserDetails1791000200000 implements MigrationInterface {
  name = 'UserDetails1791000200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table user_details;');
  }
}
