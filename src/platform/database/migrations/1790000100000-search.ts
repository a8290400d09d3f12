import type { MigrationInterface, QueryRunner } from 'typeorm';

/*
 * One row per message, kept by triggers, so that no code path can forget it. It is a table of its own because a reply moves its
 * ticket's last activity: a GIN index on tickets would be written anew with every reply.
 */
const UP = `
-- A large desk takes its time to be indexed.
set local statement_timeout = 0;
create extension if not exists unaccent;
create extension if not exists pg_trgm;
create extension if not exists btree_gin;

create text search configuration polydesk (copy = simple);
alter text search configuration polydesk
  alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part, numword, numhword, hword_numpart with unaccent, simple;

create table search_texts (
  company_id bigint not null,
  message_id bigint not null,
  ticket_id bigint not null,
  is_note boolean not null,
  words tsvector not null,
  primary key (company_id, message_id),
  foreign key (company_id, message_id) references messages (company_id, id) on delete cascade,
  foreign key (company_id, ticket_id) references tickets (company_id, id)
);
create index search_texts_words on search_texts using gin (company_id, words);
create index search_texts_ticket on search_texts (company_id, ticket_id, is_note);
alter table search_texts alter column words set statistics 1000;

-- Parts of an address are found too: jane.doe@example.com also as jane, doe, example and example.com.
create function address_parts(given text) returns text language sql immutable parallel safe as $$
  select string_agg(translate(found[1], '@._+-', '     ') || ' ' || split_part(found[1], '@', 2), ' ')
  from regexp_matches(given, '[^\\s<>"(),;:]+@[^\\s<>"(),;:]+', 'g') found
$$;

-- A tsvector holds at most 1 MB, so that only the beginning of an enormous text is searched.
create function search_words(company bigint, message bigint) returns tsvector language sql stable as $$
  select coalesce((select to_tsvector('polydesk', left(concat_ws(' ',
    case when m.kind = 'opening' then concat_ws(' ', t.subject, r.first_name, r.last_name, r.email, address_parts(r.email)) end,
    m.text,
    case when position('@' in m.text) > 0 then address_parts(left(m.text, 200000)) end,
    (select string_agg(a.filename || ' ' || translate(a.filename, '._-', '   '), ' ') from attachments a where a.company_id = m.company_id and a.message_id = m.id)
  ), 200000))
  from messages m
  join tickets t on t.company_id = m.company_id and t.id = m.ticket_id
  join users r on r.company_id = t.company_id and r.id = t.requester_id
  where m.company_id = company and m.id = message), '')
$$;

create function index_message() returns trigger language plpgsql as $$ begin
  insert into search_texts (company_id, message_id, ticket_id, is_note, words)
  values (new.company_id, new.id, new.ticket_id, new.kind = 'note', search_words(new.company_id, new.id))
  on conflict (company_id, message_id) do update set ticket_id = excluded.ticket_id, is_note = excluded.is_note, words = excluded.words;
  return null;
end $$;
create trigger messages_search after insert or update of text, kind, ticket_id on messages for each row execute function index_message();

create function index_attachment() returns trigger language plpgsql as $$ begin
  update search_texts set words = search_words(company_id, message_id) where company_id = new.company_id and message_id = new.message_id;
  return null;
end $$;
create trigger attachments_search_insert after insert on attachments for each row when (new.message_id is not null) execute function index_attachment();
create trigger attachments_search_update after update of message_id, filename on attachments for each row
  when (new.message_id is not null) execute function index_attachment();

create function index_opening() returns trigger language plpgsql as $$ begin
  update search_texts s set words = search_words(m.company_id, m.id) from messages m
  where m.company_id = new.company_id and m.ticket_id = new.id and m.kind = 'opening' and s.company_id = m.company_id and s.message_id = m.id;
  return null;
end $$;
create trigger tickets_search after update of subject, requester_id on tickets for each row
  when (old.subject is distinct from new.subject or old.requester_id <> new.requester_id) execute function index_opening();

create function index_requester() returns trigger language plpgsql as $$ begin
  update search_texts s set words = search_words(m.company_id, m.id)
  from tickets t join messages m on m.company_id = t.company_id and m.ticket_id = t.id and m.kind = 'opening'
  where t.company_id = new.company_id and t.requester_id = new.id and s.company_id = m.company_id and s.message_id = m.id;
  return null;
end $$;
create trigger users_search after update of email, first_name, last_name on users for each row
  when (old.email is distinct from new.email or old.first_name <> new.first_name or old.last_name <> new.last_name)
  execute function index_requester();

insert into search_texts (company_id, message_id, ticket_id, is_note, words)
select company_id, id, ticket_id, kind = 'note', search_words(company_id, id) from messages;

create index users_email_parts on users using gin (email gin_trgm_ops) where email is not null;
create index users_name_parts on users using gin ((first_name || ' ' || last_name) gin_trgm_ops);
create index tickets_team_assignee on tickets (company_id, team_assignee_id, last_activity_at desc, id desc) where team_assignee_id is not null;
create index tickets_created on tickets (company_id, created_at desc, id desc);
`;

const DOWN = `
drop index tickets_created;
drop index tickets_team_assignee;
drop index users_name_parts;
drop index users_email_parts;
drop trigger users_search on users;
drop trigger tickets_search on tickets;
drop trigger attachments_search_update on attachments;
drop trigger attachments_search_insert on attachments;
drop trigger messages_search on messages;
drop function index_requester();
drop function index_opening();
drop function index_attachment();
drop function index_message();
drop function search_words(bigint, bigint);
drop function address_parts(text);
drop table search_texts;
drop text search configuration polydesk;
drop extension btree_gin;
drop extension pg_trgm;
drop extension unaccent;
`;

export class Search1790000100000 implements MigrationInterface {
  name = 'Search1790000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
