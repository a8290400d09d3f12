import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
create table article_categories (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  code text not null,
  title text not null,
  position integer not null,
  primary key (company_id, id),
  constraint article_categories_code_key unique (company_id, code)
);

create table articles (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  code text not null,
  link text not null default '',
  categories text[] not null default '{}',
  position integer not null,
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  constraint articles_code_key unique (company_id, code)
);

create table article_texts (
  company_id bigint not null,
  id bigint generated always as identity,
  article_id bigint not null,
  language text not null,
  title text not null,
  text text not null,
  html text not null,
  html_policy smallint not null,
  words tsvector not null,
  primary key (company_id, id),
  constraint article_texts_language_key unique (company_id, article_id, language),
  foreign key (company_id, article_id) references articles (company_id, id) on delete cascade
);
create index article_texts_words_idx on article_texts using gin (words);

create table article_ratings (
  company_id bigint not null,
  id bigint generated always as identity,
  article_id bigint not null,
  rating smallint not null constraint article_ratings_rating_check check (rating in (-1, 1)),
  created_at timestamptz not null default now(),
  primary key (company_id, id),
  foreign key (company_id, article_id) references articles (company_id, id) on delete cascade
);
create index article_ratings_article_idx on article_ratings (company_id, article_id, id);
`;

const DOWN = `
drop table article_ratings;
drop table article_texts;
drop table articles;
drop table article_categories;
`;

export class Articles1792000600000 implements MigrationInterface {
  name = 'Articles1792000600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
