const MOST = 1000;

/** Saved answers; mapping.md section 8. */
export const SAVED_REPLIES_SQL = `select json_agg(json_build_object('reply-name', s.name, 'reply-text', s.text) order by s.id)::text as view
  from (select id, name, text from snippets where company_id = $1 order by id limit ${MOST}) s`;

/** Teams by their ids. They have neither colour nor picture of their own here. */
export const DEPARTMENTS_SQL = `select json_object_agg(t.id, json_build_object('name', t.name, 'color', '', 'image', '') order by t.id)::text as view
  from (select id, name from teams where company_id = $1 and deleted_at is null order by id limit ${MOST}) t`;
