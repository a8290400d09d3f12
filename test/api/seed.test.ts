import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '../support/client.js';
import { runCommand, tokenIn, type Outcome } from '../support/command.js';
import { startDesk, type TestDesk } from '../support/desk.js';

const SECRET = 'a secret that only these tests know and use';
const TICKETS = 2000;

let desk: TestDesk;
let first: Outcome;
let twin: Outcome;

beforeAll(async () => {
  desk = await startDesk();
  [first, twin] = await Promise.all([seed(TICKETS, 'acme'), seed(TICKETS, 'twin')]);
}, 60_000);
afterAll(() => desk.stop());

function seed(tickets: number | string, company: string, ...options: string[]): Promise<Outcome> {
  const { DATABASE_URL = '', DATA_DIR, PUBLIC_URL = '' } = desk.env;
  const args = ['--tickets', String(tickets), '--company', company, '--customers', '120', ...options];
  return runCommand('seed', args, { DATABASE_URL, DATA_DIR, APP_SECRET: SECRET, BOOTSTRAP_COMPANY: 'acme', PUBLIC_URL });
}

const countOf = async (from: string): Promise<number> =>
  (await desk.db.query<{ count: number }>(`select count(*) as count from ${from}`))[0]?.count ?? 0;

const OF_ACME = `company_id = (select id from companies where subdomain = 'acme')`;

describe('a seeded desk', () => {
  it('is announced with counts and rate', () => {
    expect([first.code, first.stderr, twin.code, twin.stderr]).toEqual([0, '', 0, '']);
    expect(first.stdout).toContain('120 customers, 10 agents, 1 collaborators, 2 teams and 20 labels are there');
    expect(first.stdout).toMatch(/\n2000 of 2000 tickets \(100 %\), \d+ tickets\/s\n/);
    expect(first.stdout).toMatch(/\n2000 tickets with \d+ messages in [\d.]+ s: \d+ tickets\/s; all done after [\d.]+ s\n$/);
  });

  it('counts on every ticket what is there', async () => {
    const wrong = `tickets t join lateral (
        select count(*) filter (where kind = 'opening') as openings, count(*) filter (where kind = 'reply') as replies,
          count(*) filter (where kind = 'reply' and author_is_agent) as agent_replies, count(*) filter (where kind = 'note') as notes,
          coalesce((array_agg(author_is_agent order by created_at desc, id desc) filter (where kind = 'reply'))[1], false) as by_agent,
          min(created_at) as first_at, max(created_at) as last_at, count(*) filter (where created_at > now()) as future,
          bool_and(author_id = t.requester_id or author_is_agent or kind = 'note') as known_authors
        from messages m where m.company_id = t.company_id and m.ticket_id = t.id
      ) m on true
      where (openings, replies, agent_replies, notes, by_agent, first_at, last_at, future, known_authors)
        is distinct from (1, replies_count, agent_replies_count, comments_count, last_reply_by_agent, created_at, last_activity_at, 0, true)
      or waiting_for <> case when by_agent then 'customer' else 'agent' end
      or greatest(archived_at, spam_at, trashed_at, updated_at) > now() or archived_at < last_at or updated_at < archived_at`;
    expect(await countOf(wrong)).toBe(0);
    expect(await countOf('tickets')).toBe(2 * TICKETS);
  });

  it('has an assignment history that ends with who has the ticket, always somebody of its team', async () => {
    const wrong = `tickets t left join lateral (
        select max(user_id) filter (where ended_at is null) as user_id, max(team_id) filter (where ended_at is null) as team_id,
          count(*) filter (where ended_at is null) as open, bool_or(ended_at < created_at or created_at > now()) as absurd
        from assignments a where a.company_id = t.company_id and a.ticket_id = t.id
      ) a on true
      where (a.user_id, a.team_id, a.open) is distinct from
          (t.user_assignee_id, t.team_assignee_id, num_nonnulls(t.user_assignee_id, t.team_assignee_id)) or absurd
        or (t.user_assignee_id is not null and t.team_assignee_id is not null and not exists (
          select 1 from team_members m where (m.company_id, m.team_id, m.user_id) = (t.company_id, t.team_assignee_id, t.user_assignee_id)))`;
    expect(await countOf(wrong)).toBe(0);
    expect(await countOf(`assignments where ended_at is not null`)).toBeGreaterThan(50);
  });

  it('puts customers with an address of an organisation into its group, and nobody else', async () => {
    const byRule = `users u join users g on g.company_id = u.company_id and g.kind = 'customer_group' and lower(split_part(u.email, '@', 2)) = any (g.email_domains)`;
    expect(await countOf(byRule)).toBeGreaterThan(50);
    expect(await countOf('group_members')).toBe(await countOf(byRule));
  });

  it('looks as asked: archived share, messages, spam, trash, labels, stars, files, rare words and foreign ones', async () => {
    const [shares = {}] = await desk.db.query<Record<string, number>>(`
      select avg((archived_at is not null)::int)::float as archived, avg((spam_at is not null)::int)::float as spam, count(trashed_at) as trash,
        avg(1 + replies_count + comments_count)::float as messages, avg((source = 'email')::int)::float as mail from tickets`);
    expect(shares).toMatchObject({
      archived: expect.closeTo(0.8, 1),
      spam: expect.closeTo(0.02, 2),
      messages: expect.closeTo(3, 0),
    });
    expect(shares['trash']).toBeGreaterThan(0);
    expect(await countOf('ticket_labels')).toBeGreaterThan(TICKETS);
    expect(await countOf('stars')).toBeGreaterThan(0);
    expect(await countOf(`messages where kind = 'reply' and text ~ 'ü' and html is not null and summary <> ''`)).toBeGreaterThan(
      0,
    );
    expect(await countOf(`messages where text ~ '[一-龠ぁ-ん]'`)).toBeGreaterThan(0);
    const words = `ts_stat('select to_tsvector(''simple'', text) from messages where company_id = (select min(company_id) from tickets)')`;
    expect(await countOf(`${words} where ndoc = 1`)).toBeGreaterThan(1000);
    expect(await countOf(`${words} where ndoc > ${TICKETS}`)).toBeGreaterThan(5);
  });

  it('writes no events', async () => {
    expect(await desk.db.query(`select distinct type from events`)).toEqual(
      expect.not.arrayContaining([{ type: 'ticket.created' }, { type: 'customer.reply.created' }]),
    );
  });

  it('shows all of it over REST', async () => {
    const admin = desk.as(desk.acme.admin);
    const open = await countOf(`tickets where ${OF_ACME} and archived_at is null and spam_at is null and trashed_at is null`);
    const { body } = await admin.get('/tickets?per_page=100');
    expect(body).toMatchObject({ total: open, current_page: 1 });
    expect(body.tickets).toHaveLength(100);
    const all = await admin.get('/tickets?archived=any&spam=true&trash=true&per_page=1');
    expect(all.body.total).toBe(TICKETS);
    const lively = body.tickets.find(({ replies_count: count }: { replies_count: number }) => count > 1);
    const replies = await admin.get(`/tickets/${lively.id}/replies`);
    expect(replies.body.replies).toHaveLength(lively.replies_count);
  });

  it('has files that can be downloaded, and counts their bytes', async () => {
    const files = await desk.db.query<{ id: number; byte_size: number; content_type: string }>(
      `select id, byte_size, content_type from attachments where ${OF_ACME}`,
    );
    expect(files).toHaveLength(60);
    const total = files.reduce((sum, { byte_size: size }) => sum + size, 0);
    expect(await desk.db.query(`select attachment_bytes from companies where subdomain = 'acme'`)).toEqual([
      { attachment_bytes: total },
    ]);
    for (const type of ['image/png', 'text/plain']) {
      const file = files.find(({ content_type: found }) => found === type);
      const answer = await fetch(`${desk.url}/attachments/${file?.id}`, {
        headers: { authorization: `Bearer ${desk.acme.admin.token}` },
      });
      expect((await answer.arrayBuffer()).byteLength).toBe(file?.byte_size);
      expect(answer.headers.get('content-type')).toContain(type);
    }
  });
});

describe('a company that is not there', () => {
  it('is made with an admin, whose token is printed once and works', async () => {
    expect(tokenIn(first)).toBe('');
    const { body } = await new Client(desk.url, tokenIn(twin)).get('/me');
    expect(body.user).toMatchObject({ role: 'admin', email: desk.env.BOOTSTRAP_ADMIN_EMAIL });
  });
});

describe('the same seed', () => {
  it('makes the same content in two companies, apart from ids and the moment', async () => {
    const digest = (company: string) =>
      desk.db.query<Record<string, string>>(
        `with c as (select id from companies where subdomain = $1), base as (select min(created_at) as at from tickets where company_id = (select id from c)),
          t as (select row_number() over (order by id) as n, * from tickets where company_id = (select id from c)),
          u as (select id, concat_ws('|', first_name, last_name, split_part(email, '@', 1)) as who from users where company_id = (select id from c))
        select
          (select md5(string_agg(concat_ws('|', n, subject, who, source, priority, waiting_for, replies_count, comments_count,
            t.created_at - base.at, last_activity_at - base.at, archived_at - base.at, spam_at - base.at, trashed_at - base.at), ',' order by n))
            from t join u on u.id = t.requester_id, base) as tickets,
          (select md5(string_agg(concat_ws('|', n, kind, who, text, html, m.created_at - base.at), ',' order by n, m.created_at, m.id))
            from t join messages m on m.company_id = t.company_id and m.ticket_id = t.id join u on u.id = m.author_id, base) as messages,
          (select md5(string_agg(concat_ws('|', n, l.name), ',' order by n, l.name))
            from t join ticket_labels tl on tl.company_id = t.company_id and tl.ticket_id = t.id join labels l on l.company_id = tl.company_id and l.id = tl.label_id) as labels,
          (select md5(string_agg(concat_ws('|', n, who, a.created_at - base.at, a.ended_at - base.at), ',' order by n, a.id))
            from t join assignments a on a.company_id = t.company_id and a.ticket_id = t.id left join u on u.id = a.user_id, base) as assignments`,
        [company],
      );
    const [one, other] = await Promise.all([digest('acme'), digest('twin')]);
    expect(one).toEqual(other);
    expect(Object.values(one[0] ?? {}).every((sum) => /^[0-9a-f]{32}$/.test(sum))).toBe(true);
  });
});

describe('a company with data', () => {
  it('keeps it and gets more, also while the desk is at work', async () => {
    const text = async () =>
      desk.db.query(`select md5(string_agg(text, ',' order by id)) from messages where ${OF_ACME} and id <= $1`, [last]);
    const [{ last } = { last: 0 }] = await desk.db.query<{ last: number }>(`select max(id) as last from messages`);
    const before = await text();
    const admin = desk.as(desk.acme.admin);
    const run = { isOver: false };
    const ended = seed(1500, 'acme', '--archived', '0', '--messages', '1', '--labels', '0').finally(() => (run.isOver = true));
    let opened = 0;
    for (; !run.isOver; opened++) {
      const ticket = { requester_email: `stranger.${opened}@example.com`, content: { text: 'Hello there' } };
      expect((await admin.post('/tickets', { ticket })).status).toBe(201);
    }
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect(opened).toBeGreaterThan(0);
    expect(await countOf(`tickets where ${OF_ACME}`)).toBe(TICKETS + 1500 + opened);
    expect(await countOf(`users where ${OF_ACME} and role = 'customer' and kind = 'user' and email like '%.example'`)).toBe(120);
    expect(await text()).toEqual(before);
  });
});

describe('the command line', () => {
  it('refuses what makes no sense, in one line, and changes nothing', async () => {
    const outcomes = await Promise.all([
      seed('many', 'fresh'),
      seed(10, 'fresh', '--archived', '2'),
      seed(10, 'Not_A_Label'),
      runCommand('seed', [], {}),
    ]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ code: 1, stdout: '' });
    const [many, archived, label, nothing] = outcomes.map(({ stderr }) => stderr);
    expect(many).toContain("'--tickets <n>' argument 'many' is invalid. Must be a whole number");
    expect(archived).toContain("argument '2' is invalid. Must be a number from 0 to 1");
    expect(label).toMatch(/^The subdomain Not_A_Label must be .*\n$/);
    expect(nothing).toContain("required option '--tickets <n>' not specified");
    expect(await countOf(`companies where subdomain = 'fresh'`)).toBe(0);
  });
});
