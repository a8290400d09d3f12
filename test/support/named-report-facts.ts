import type { Database } from '../../src/platform/database/database.js';

interface Person {
  id: number;
  kind: string;
  role: string;
  name: string;
  at: Date;
  details: Record<string, string>;
}

interface Conversation {
  id: number;
  requester: number;
  at: Date;
  last: Date;
  thrown: boolean;
  rated: Date | null;
  score: string | null;
  rated_agent: number | null;
}

interface Reply {
  ticket: number;
  author: number;
  at: Date;
}

/** Every row of a company that the reports by name are about. */
export interface RawRows {
  people: Person[];
  conversations: Conversation[];
  /** Of staff and the bot, oldest first. */
  replies: Reply[];
  counts: { name: string; at: Date; value: string; count: number }[];
  articleRatings: { title: string; rating: number; at: Date }[];
}

export async function readRawRows(db: Database, companyId: number): Promise<RawRows> {
  const all = <Row>(sql: string) => db.query<Row>(sql, [companyId]);
  return {
    people:
      await all(`select id, kind, role, concat_ws(' ', nullif(first_name, ''), nullif(last_name, '')) as name, created_at as at,
      coalesce((select json_object_agg(slug, value) from user_details d where d.user_id = u.id), '{}') as details from users u where company_id = $1`),
    conversations: await all(`select id, requester_id as requester, created_at as at, last_activity_at as last,
      spam_at is not null or trashed_at is not null as thrown, rated_at as rated, rating_score as score, rated_agent_id as rated_agent
      from tickets where company_id = $1`),
    replies: await all(`select ticket_id as ticket, author_id as author, created_at as at from messages
      where company_id = $1 and kind = 'reply' and author_is_agent order by created_at, id`),
    counts: await all(`select name, counted_at as at, value, count from report_counts where company_id = $1`),
    articleRatings: await all(`select t.title, r.rating, r.created_at as at from article_ratings r
      join article_texts t on t.article_id = r.article_id and t.language = '' where r.company_id = $1`),
  };
}

export interface Window {
  /** Days such as 2026-03-29. */
  since: string;
  until: string;
  zone: string;
}

type Rows = Record<string, (number | null)[]>;

const FED: Record<string, string> = { 'articles-views-single': 'articles-views' };
const DETAILS: Record<string, string[]> = {
  countries: ['country'],
  languages: ['language', 'browser_language'],
  browsers: ['browser'],
  os: ['os'],
};

/** What a report must answer, by looking at every row once. */
export function expectedRows(name: string, rows: RawRows, window: Window): Rows {
  const calendar = new Intl.DateTimeFormat('sv', { timeZone: window.zone });
  const day = (at: Date) => calendar.format(at);
  const inside = (at: Date) => day(at) >= window.since && day(at) <= window.until;
  const kept = rows.conversations.filter(({ at, thrown }) => inside(at) && !thrown);
  const firstOf = new Map([...rows.replies].reverse().map((reply) => [reply.ticket, reply]));
  const isBot = (id: number) => rows.people.some((person) => person.id === id && person.kind === 'bot');
  const nameOf = (id: number) => rows.people.find((person) => person.id === id)?.name ?? '';
  const lasting = ({ at, last }: Conversation) => (last.getTime() - at.getTime()) / 1000;
  const overTime = (times: Date[]) =>
    bucketed(
      window,
      times.map((at) => [day(at), 1]),
      sum,
    );
  const replied = unique(rows.replies.filter(({ at, author }) => inside(at) && !isBot(author)));
  const people = (kind: string) =>
    overTime(rows.people.filter((one) => one.kind === kind && one.role === 'customer' && inside(one.at)).map(({ at }) => at));

  switch (name) {
    case 'conversations':
      return overTime(kept.map(({ at }) => at));
    case 'missed-conversations':
      return overTime(
        kept.filter(({ id }) => !rows.replies.some((reply) => reply.ticket === id && !isBot(reply.author))).map(({ at }) => at),
      );
    case 'conversations-time':
      return bucketed(
        window,
        kept.filter(({ id }) => firstOf.has(id)).map((one) => [day(one.at), lasting(one)]),
        average,
      );
    case 'visitors':
    case 'leads':
    case 'users':
      return people(name.slice(0, -1));
    case 'agents-response-time':
      return grouped(
        kept.flatMap(({ id, at }) => {
          const first = firstOf.get(id);
          return first && !isBot(first.author)
            ? [[nameOf(first.author), (first.at.getTime() - at.getTime()) / 1000] as const]
            : [];
        }),
        average,
      );
    case 'agents-conversations':
      return grouped(
        replied.map(({ author }) => [nameOf(author), 1]),
        sum,
      );
    case 'agents-conversations-time':
      return grouped(
        replied.flatMap(({ author, ticket }) => {
          const found = rows.conversations.find(({ id }) => id === ticket);
          return found ? [[nameOf(author), lasting(found)] as const] : [];
        }),
        average,
      );
    case 'agents-ratings':
      return ratings(
        rows.conversations.flatMap(({ rated, score, rated_agent: agent }) =>
          rated && inside(rated) && agent && !isBot(agent) ? [[nameOf(agent), score === 'good'] as const] : [],
        ),
      );
    case 'articles-ratings':
      return ratings(rows.articleRatings.filter(({ at }) => inside(at)).map(({ title, rating }) => [title, rating > 0]));
    case 'articles-searches':
    case 'articles-views-single':
      return grouped(
        rows.counts
          .filter((one) => one.name === (FED[name] ?? name) && one.value !== '' && inside(one.at))
          .map(({ value, count }) => [value, count]),
        sum,
      );
  }
  const slugs = DETAILS[name];
  if (slugs === undefined)
    return bucketed(
      window,
      rows.counts.filter((one) => one.name === name && inside(one.at)).map(({ at, count }) => [day(at), count]),
      sum,
    );
  const asking = rows.people.filter(({ id }) => kept.some(({ requester }) => requester === id));
  const values = asking.map(({ details }) => slugs.map((slug) => details[slug]).find((value) => value !== undefined));
  return grouped(
    values.flatMap((value) => (value === undefined ? [] : [[value, 1] as const])),
    sum,
  );
}

type Fold = (values: number[]) => number | null;
const sum: Fold = (values) => values.reduce((total, value) => total + value, 0);
const average: Fold = (values) => (values.length === 0 ? null : Math.round((sum(values) ?? 0) / values.length));

function unique(replies: Reply[]): Reply[] {
  return [...new Map(replies.map((reply) => [`${reply.author} ${reply.ticket}`, reply])).values()];
}

function grouped(facts: (readonly [string, number])[], fold: Fold): Rows {
  const valuesOf = (label: string) => facts.filter(([one]) => one === label).map(([, value]) => value);
  return Object.fromEntries(facts.map(([label]) => [label, [fold(valuesOf(label))]]));
}

function ratings(facts: (readonly [string, boolean])[]): Rows {
  const countOf = (label: string, isGood: boolean) => facts.filter(([one, good]) => one === label && good === isGood).length;
  return Object.fromEntries(facts.map(([label]) => [label, [countOf(label, true), countOf(label, false)]]));
}

/** Every day of the window, or every month of one of more than 31 days. */
function bucketed({ since, until }: Window, facts: [day: string, value: number][], fold: Fold): Rows {
  const days: string[] = [];
  for (let at = new Date(since); at <= new Date(until); at = new Date(at.getTime() + 86_400_000))
    days.push(at.toISOString().slice(0, 10));
  const length = days.length > 31 ? 7 : 10;
  const labels = [...new Set(days.map((day) => day.slice(0, length)))];
  return Object.fromEntries(
    labels.map((label) => [label, [fold(facts.filter(([day]) => day.startsWith(label)).map(([, value]) => value))]]),
  );
}
