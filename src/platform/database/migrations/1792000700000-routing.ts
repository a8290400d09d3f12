import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
alter table tickets add column queued_at timestamptz;
create index tickets_queue on tickets (company_id, queued_at, id) where queued_at is not null;
create index tickets_load on tickets (company_id, user_assignee_id)
  where user_assignee_id is not null and archived_at is null and spam_at is null and trashed_at is null;

create function leave_queue() returns trigger language plpgsql as $$ begin
  new.queued_at := null;
  return new;
end $$;
-- Whatever finds it an agent, answers it or puts it aside need not know of the queue.
create trigger tickets_leave_queue before update on tickets for each row
  when (new.queued_at is not null and (new.user_assignee_id is not null or new.archived_at is not null or new.spam_at is not null
    or new.trashed_at is not null or new.merged_into_id is not null or new.waiting_for = 'customer'))
  execute function leave_queue();

create table routing_turns (
  company_id bigint not null,
  user_id bigint not null,
  routed_at timestamptz not null,
  primary key (company_id, user_id),
  foreign key (company_id, user_id) references users (company_id, id) on delete cascade
) with (fillfactor = 70);
`;

const DOWN = `
drop table routing_turns;
drop trigger tickets_leave_queue on tickets;
drop function leave_queue();
drop index tickets_load;
drop index tickets_queue;
alter table tickets drop column queued_at;
`;

export class Routing1792000700000 implements MigrationInterface {
  name = 'Routing1792000700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
