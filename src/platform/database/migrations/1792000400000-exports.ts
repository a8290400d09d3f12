import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
create table exports (
  company_id bigint not null references companies (id),
  id bigint generated always as identity,
  name_hash bytea not null,
  filename text not null,
  content_type text not null,
  byte_size bigint not null,
  storage_key text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (company_id, id)
);
create index exports_name_idx on exports (name_hash);
create index exports_expiry_idx on exports (expires_at);
`;

const DOWN = `
drop table exports;
`;

export class Exports1792000400000 implements MigrationInterface {
  name = 'Exports1792000400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
