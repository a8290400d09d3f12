import type { MigrationInterface, QueryRunner } from 'typeorm';

/*
 * The daily reports read two facts of a ticket that only its messages know: when an agent answered first, and who. Triggers keep them,
 * so that they are right whichever way messages are written, moved, changed or deleted. Both indexes hold everything that a report
 * asks for: it reads the days that it shows and no row of a table.
 */
const UP = `
-- A grown desk takes longer than a request may.
set local statement_timeout = 0;

alter table tickets add first_agent_reply_at timestamptz, add first_responder_id bigint;
update tickets t set first_agent_reply_at = f.created_at, first_responder_id = f.author_id
from (
  select distinct on (company_id, ticket_id) company_id, ticket_id, created_at, author_id
  from messages where kind = 'reply' and author_is_agent order by company_id, ticket_id, created_at, id
) f
where t.company_id = f.company_id and t.id = f.ticket_id;
alter table tickets
  add constraint tickets_first_response_check check ((first_agent_reply_at is null) = (first_responder_id is null)),
  add foreign key (company_id, first_responder_id) references users (company_id, id);

-- Lists by creation go on using this index; it is made anew, and not a second one beside it, since every reply writes all of them.
drop index tickets_created;
create index tickets_created on tickets (company_id, created_at desc, id desc)
  include (first_agent_reply_at, first_responder_id, user_assignee_id, team_assignee_id, spam_at, trashed_at);
create index messages_agent_replies on messages (company_id, created_at) include (ticket_id, author_id)
  where kind = 'reply' and author_is_agent;

-- Replies come late as well: one that waited for its ticket's lock is older than the one that held it.
create function note_first_response() returns trigger language plpgsql as $$ begin
  update tickets set first_agent_reply_at = new.created_at, first_responder_id = new.author_id
  where company_id = new.company_id and id = new.ticket_id and (first_agent_reply_at is null or first_agent_reply_at > new.created_at);
  return null;
end $$;

-- The ticket is locked by a statement of its own, so that the next one sees what the last holder of the lock has written.
create function find_first_response(company bigint, ticket bigint) returns void language plpgsql as $$ begin
  perform from tickets where company_id = company and id = ticket for no key update;
  update tickets t set first_agent_reply_at = f.created_at, first_responder_id = f.author_id
  from (select) always left join (
    select created_at, author_id from messages
    where company_id = company and ticket_id = ticket and kind = 'reply' and author_is_agent order by created_at, id limit 1
  ) f on true
  where t.company_id = company and t.id = ticket
    and (t.first_agent_reply_at, t.first_responder_id) is distinct from (f.created_at, f.author_id);
end $$;

create function refind_first_response() returns trigger language plpgsql as $$ begin
  perform find_first_response(old.company_id, old.ticket_id);
  if tg_op = 'UPDATE' and new.ticket_id <> old.ticket_id then
    perform find_first_response(new.company_id, new.ticket_id);
  end if;
  return null;
end $$;

create trigger messages_first_response after insert on messages for each row
  when (new.kind = 'reply' and new.author_is_agent) execute function note_first_response();
create trigger messages_first_response_change after update of ticket_id, kind, author_id, author_is_agent, created_at on messages for each row
  when (old.kind = 'reply' and old.author_is_agent or new.kind = 'reply' and new.author_is_agent) execute function refind_first_response();
create trigger messages_first_response_delete after delete on messages for each row
  when (old.kind = 'reply' and old.author_is_agent) execute function refind_first_response();
`;

const DOWN = `
drop trigger messages_first_response_delete on messages;
drop trigger messages_first_response_change on messages;
drop trigger messages_first_response on messages;
drop function refind_first_response();
drop function find_first_response(bigint, bigint);
drop function note_first_response();
drop index messages_agent_replies;
drop index tickets_created;
create index tickets_created on tickets (company_id, created_at desc, id desc);
alter table tickets drop first_responder_id, drop first_agent_reply_at;
`;

export class Reports1790000400000 implements MigrationInterface {
  name = 'Reports1790000400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
