import { isStaff, type Actor } from '../access/actor.js';
import type { SqlParams } from '../platform/database/sql-params.js';
import type { StateWord, Term } from './search-query.js';
import { unansweredSql } from './ticket.view.js';

const STATE_SQL: Record<StateWord, string> = {
  open: '(t.archived_at is null and t.spam_at is null and t.trashed_at is null)',
  archived: 't.archived_at is not null',
  unanswered: unansweredSql('t'),
  answered: `not ${unansweredSql('t')}`,
  spam: 't.spam_at is not null',
  trash: 't.trashed_at is not null',
  starred: 'exists (select 1 from stars s where s.company_id = t.company_id and s.ticket_id = t.id and s.user_id = $2)',
  assigned: '(t.user_assignee_id is not null or t.team_assignee_id is not null)',
  unassigned: '(t.user_assignee_id is null and t.team_assignee_id is null)',
};

/** The condition of one term over the row `t` of tickets; a frequent word is asked of each ticket instead of fetched from the index. */
export function termSql(actor: Actor, term: Term, params: SqlParams, isFrequent: boolean): string {
  const sql = positiveSql(actor, term, params, isFrequent);
  return term.isNegated ? `not ${sql}` : sql;
}

function positiveSql(actor: Actor, term: Term, params: SqlParams, isFrequent: boolean): string {
  switch (term.kind) {
    case 'word':
    case 'phrase':
    case 'prefix':
      return wordSql(actor, term, params, isFrequent);
    case 'from':
      return fromSql(term.text, params);
    case 'label':
      return labelSql(term.text, params);
    case 'assignee':
      return assigneeSql(term.text, params);
    case 'team':
      return teamSql(term.text, params);
    case 'is':
      return STATE_SQL[term.state];
    case 'before':
      return `t.last_activity_at < ${params.add(term.time)}`;
    case 'after':
      return `t.last_activity_at > ${params.add(term.time)}`;
    case 'has-attachment':
      return `exists (select 1 from messages am join attachments a on a.company_id = am.company_id and a.message_id = am.id
        where am.company_id = t.company_id and am.ticket_id = t.id${isStaff(actor) ? '' : ` and am.kind <> 'note'`})`;
  }
}

export type WordTerm = Term & { kind: 'word' | 'phrase' | 'prefix' };

export function isWordTerm(term: Term): term is WordTerm {
  return term.kind === 'word' || term.kind === 'phrase' || term.kind === 'prefix';
}

/** The tsquery of a word, phrase or beginning. */
export function wordQuerySql(term: WordTerm, params: SqlParams): string {
  if (term.kind === 'phrase') return `phraseto_tsquery('polydesk', ${params.add(term.text)})`;
  // The text is a single quoted lexeme: nothing in it can act as an operator.
  if (term.kind === 'prefix') return `to_tsquery('polydesk', ${params.add(`'${term.text.replace(/[\\']/g, '\\$&')}':*`)})`;
  const whole = `plainto_tsquery('polydesk', ${params.add(term.text)})`;
  if (!/[@._+-]/.test(term.text)) return whole;
  return `(${whole} || phraseto_tsquery('polydesk', ${params.add(term.text.replace(/[@._+-]+/g, ' '))}))`;
}

function wordSql(actor: Actor, term: WordTerm, params: SqlParams, isFrequent: boolean): string {
  const matches = `st.words @@ ${wordQuerySql(term, params)}${isStaff(actor) ? '' : ' and not st.is_note'}`;
  // `offset 0` keeps Postgres from turning the question back into a fetch.
  const found = isFrequent
    ? `exists (select 1 from search_texts st where st.company_id = t.company_id and st.ticket_id = t.id and ${matches} offset 0)`
    : `t.id in (select st.ticket_id from search_texts st where st.company_id = $1 and ${matches})`;
  const id = /^#?(\d{1,15})$/.exec(term.text)?.[1];
  return id === undefined ? found : `(t.id = ${params.add(Number(id))} or ${found})`;
}

const likePattern = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

function fromSql(text: string, params: SqlParams): string {
  const pattern = params.add(likePattern(text));
  return `t.requester_id in (select u.id from users u where u.company_id = $1
    and (u.email ilike ${pattern} or u.first_name || ' ' || u.last_name ilike ${pattern}))`;
}

/** The tickets that have a label of this name; the contract knows `unanswered` as one (supportbee.md A13). */
export function labelSql(name: string, params: SqlParams): string {
  if (name.toLowerCase() === 'unanswered') return unansweredSql('t');
  return `t.id in (select tl.ticket_id from labels l join ticket_labels tl on tl.company_id = l.company_id and tl.label_id = l.id
    where l.company_id = $1 and lower(l.name) = lower(${params.add(name)}))`;
}

function assigneeSql(text: string, params: SqlParams): string {
  if (text === 'me') return 't.user_assignee_id = $2';
  if (text === 'none') return 't.user_assignee_id is null';
  if (text === 'any') return 't.user_assignee_id is not null';
  const pattern = params.add(likePattern(text));
  return `t.user_assignee_id in (select u.id from users u where u.company_id = $1 and u.role <> 'customer'
    and (u.email ilike ${pattern} or u.first_name || ' ' || u.last_name ilike ${pattern}))`;
}

export const OWN_TEAMS_SQL = `(select tm.team_id from team_members tm where tm.company_id = $1 and tm.user_id = $2)`;

function teamSql(text: string, params: SqlParams): string {
  if (text === 'mine') return `t.team_assignee_id in ${OWN_TEAMS_SQL}`;
  if (text === 'none') return 't.team_assignee_id is null';
  if (text === 'any') return 't.team_assignee_id is not null';
  return `t.team_assignee_id in (select tm.id from teams tm where tm.company_id = $1 and lower(tm.name) = lower(${params.add(text)}))`;
}
