import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
create table article_views (
  company_id bigint not null,
  id bigint generated always as identity,
  article_id bigint not null,
  day date not null,
  views integer not null,
  primary key (company_id, id),
  constraint article_views_day_key unique (company_id, article_id, day),
  foreign key (company_id, article_id) references articles (company_id, id) on delete cascade
) with (fillfactor = 80);
create index article_views_of_day on article_views (company_id, day);
create index articles_place on articles (company_id, position, id);
create index article_categories_place on article_categories (company_id, position, id);
`;

const DOWN = `
drop index article_categories_place;
drop index articles_place;
drop table article_views;
`;

export class ArticleViews1792001000000 implements MigrationInterface {
  name = 'ArticleViews1792001000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
