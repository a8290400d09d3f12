import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TeamVisibility1790000700000 implements MigrationInterface {
  name = 'TeamVisibility1790000700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table companies add column teams_are_open boolean not null default true`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table companies drop column teams_are_open`);
  }
}
