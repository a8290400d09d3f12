import type { Database } from '../../src/platform/database/database.js';
import { REPORT_NAMES } from '../../src/reports/named/catalogue.js';
import { Random } from '../../src/seed/random.js';

const random = new Random('named reports', 1);

const FIRST = Date.parse('2026-02-20T00:00:00Z') / 1000;
const DAYS = 60;

/** A moment within the 60 days, now and then right beside a midnight of Berlin, on both sides of the change of its clocks. */
function moment(): number {
  const drawn = FIRST + random.below(DAYS * 86_400);
  return random.chance(0.3) ? Math.floor(drawn / 86_400) * 86_400 + (random.chance(0.5) ? 79_199 : 82_800) : drawn;
}

const PEOPLE = `
  with people as (insert into users (company_id, kind, first_name, created_at)
    select $1, p.kind, 'Person', to_timestamp(p.at) from json_to_recordset($2) as p (kind text, at bigint) returning id)
  select id from people order by id`;

/** Rows of everything that the reports by name tell of, spread over the 60 days. */
export async function addReportRows(db: Database, companyId: number): Promise<void> {
  const drawn = (count: number, one: () => unknown) => JSON.stringify(Array.from({ length: count }, one));
  const people = await db.query<{ id: number }>(PEOPLE, [
    companyId,
    drawn(60, () => ({ kind: random.pick(['visitor', 'lead', 'user']), at: moment() })),
  ]);
  const details = people.flatMap(({ id }) =>
    ['country', 'language', 'browser_language', 'browser', 'os'].flatMap((slug) =>
      random.chance(0.7) ? [{ id, slug, value: `${slug} ${random.below(4)} <&"` }] : [],
    ),
  );
  await db.query(
    `insert into user_details (company_id, user_id, slug, name, value)
     select $1, d.id, d.slug, d.slug, d.value from json_to_recordset($2) as d (id bigint, slug text, value text)`,
    [companyId, JSON.stringify(details)],
  );
  const staff = await db.query<{ id: number }>(`select id from users where company_id = $1 and role in ('agent', 'admin')`, [
    companyId,
  ]);
  await db.query(
    `insert into tickets (company_id, requester_id, created_at, last_activity_at, spam_at, rating_score, rated_at, rated_agent_id)
     select $1, t.requester, to_timestamp(t.at), to_timestamp(t.at + t.length), case when t.spam then now() end, t.score,
       case when t.score is not null then to_timestamp(t.at + 3600) end, case when t.score is not null then t.agent end
     from json_to_recordset($2) as t (requester bigint, at bigint, length int, spam boolean, score text, agent bigint)`,
    [
      companyId,
      drawn(250, () => ({
        ...{ requester: random.pick(people).id, at: moment(), length: random.below(900_000), spam: random.chance(0.1) },
        ...{ score: random.pick([null, 'good', 'bad']), agent: random.pick(staff).id },
      })),
    ],
  );
  const tickets = await db.query<{ id: number }>('select id from tickets where company_id = $1 order by id', [companyId]);
  await db.query(
    `insert into messages (company_id, ticket_id, kind, author_id, author_is_agent, text, summary, created_at)
     select $1, m.ticket, 'reply', m.author, true, '', '', t.created_at + make_interval(secs => m.after)
     from json_to_recordset($2) as m (ticket bigint, author bigint, after int) join tickets t on t.id = m.ticket`,
    [
      companyId,
      drawn(300, () => ({ ticket: random.pick(tickets).id, author: random.pick(staff).id, after: random.below(400_000) })),
    ],
  );
  await db.query(
    `insert into report_counts (company_id, name, counted_at, value, count)
     select $1, c.name, date_bin('15 minutes', to_timestamp(c.at), 'epoch'), c.value, 1 + c.at % 5
     from json_to_recordset($2) as c (name text, at bigint, value text) on conflict do nothing`,
    [
      companyId,
      drawn(400, () => {
        const name = random.pick(
          REPORT_NAMES.slice(14).filter((one) => !['articles-ratings', 'articles-views-single'].includes(one)),
        );
        const value = name === 'articles-searches' ? random.pick(['printer', '2024', '7']) : random.pick(['art1', 'gone']);
        return { name, at: moment(), value: name.startsWith('articles') ? value : '' };
      }),
    ],
  );
  await db.query(
    `insert into article_ratings (company_id, article_id, rating, created_at)
     select $1, a.id, r.rating, to_timestamp(r.at) from json_to_recordset($2) as r (rating int, at bigint), articles a where a.company_id = $1`,
    [companyId, drawn(40, () => ({ rating: random.pick([1, -1]), at: moment() }))],
  );
}
