import type { MigrationInterface, QueryRunner } from 'typeorm';

// What the RPC knows of people and asks for, and the way from a person to whatever names him: without it his deletion reads whole tables.
const UP = `
alter table users add column profile_image text constraint users_profile_image_check check (length(profile_image) <= 2000);

create index users_created on users (company_id, created_at desc, id desc);
create index user_details_slug on user_details (company_id, slug, user_id);
create index user_details_value_parts on user_details using gin (value gin_trgm_ops);
create index user_details_phone on user_details (company_id, regexp_replace(value, '[^0-9]', '', 'g')) where slug = 'phone';

create index messages_written_by on messages (company_id, written_by_id) where written_by_id is not null;
create index message_recipients_user on message_recipients (company_id, user_id);
create index attachments_uploaded_by on attachments (company_id, uploaded_by_id) where uploaded_by_id is not null;
create index stars_user on stars (company_id, user_id);
create index assignments_user on assignments (company_id, user_id) where user_id is not null;
create index assignments_assigned_by on assignments (company_id, assigned_by_id) where assigned_by_id is not null;
-- It also serves the response times of one person: with the first column alone it would draw their reports off the index of the days.
create index tickets_first_responder on tickets (company_id, first_responder_id, created_at)
  include (id, first_agent_reply_at, team_assignee_id) where first_responder_id is not null;
create index ticket_merges_merged_by on ticket_merges (company_id, merged_by_id) where merged_by_id is not null;
`;

const DOWN = `
drop index users_created, user_details_slug, user_details_value_parts, user_details_phone, messages_written_by, message_recipients_user,
  attachments_uploaded_by, stars_user, assignments_user, assignments_assigned_by, tickets_first_responder, ticket_merges_merged_by;
alter table users drop column profile_image;
`;

export class People1792000200000 implements MigrationInterface {
  name = 'People1792000200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
