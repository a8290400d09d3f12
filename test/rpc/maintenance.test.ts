import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { eventsOf } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ok, rpc } from '../support/rpc.js';
import { openTicket } from '../support/tickets.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

describe('text formatting', () => {
  it.each([
    ['a *bold* word', 'a <b>bold</b> word', 'a bold word'],
    ['_slanted_ and __so too__', '<i>slanted</i> and <i>so too</i>', 'slanted and so too'],
    ['~gone~', '<del>gone</del>', 'gone'],
    ['`a *b* c` and ```x _y_ z```', '<code>a *b* c</code> and <code>x _y_ z</code>', 'a *b* c and x _y_ z'],
    ['*_both_*', '<b><i>both</i></b>', 'both'],
    ['snake_case_name, 2*3*4 and * alone', 'snake_case_name, 2*3*4 and * alone', 'snake_case_name, 2*3*4 and * alone'],
    ['<b onclick="x">&</b>', '&lt;b onclick=&quot;x&quot;&gt;&amp;&lt;/b&gt;', '<b onclick="x">&</b>'],
  ])('of %s becomes html, or goes', async (message, html, plain) => {
    expect(await ok(desk, 'text-formatting-to-html', { message })).toBe(html);
    expect(await ok(desk, 'clear-text-formatting', { message })).toBe(plain);
  });
});

describe('chat-css', () => {
  it('has the colours of the settings, unless others are given', async () => {
    await desk.as(desk.acme.admin).put('/settings', { settings: { color_1: '#aa0001' } });
    expect(await ok(desk, 'chat-css')).toContain('--color-1: #aa0001; --color-2: #084f88;');
    expect(await ok(desk, 'chat-css', { color_2: 'rgb(1, 2, 3)' })).toContain('--color-1: #aa0001; --color-2: rgb(1, 2, 3);');
    expect(await ok(desk, 'chat-css', {}, { by: desk.globex.admin })).toContain('--color-1: #0a6ebd;');
  });

  it('takes nothing that is no colour', async () => {
    const { body } = await rpc(desk, 'chat-css', { color_1: 'red; } body { display: none' });
    expect(body).toMatchObject({ success: false, response: 'invalid-arguments' });
  });
});

describe('clean-data', () => {
  const change = (id: number, set: string) => desk.db.query(`update tickets set ${set} where id = $1`, [id]);
  const opened = async (set: string) => {
    const { id } = await openTicket(desk);
    await change(id, set);
    return id;
  };

  it('deletes what is in the trash for more than thirty days, archives what was answered a day ago, and leaves all else', async () => {
    const days = (n: number) => `now() - interval '${n} days'`;
    const [old, fresh] = [await opened(`trashed_at = ${days(31)}`), await opened(`trashed_at = ${days(29)}`)];
    const answered = await opened(`last_reply_by_agent = true, last_activity_at = ${days(2)}`);
    const left = [
      await opened(`last_reply_by_agent = true`),
      await opened(`last_reply_by_agent = false, last_activity_at = ${days(2)}`),
      fresh,
    ];
    const foreign = await opened(`trashed_at = ${days(29)}`);
    await change(foreign, `trashed_at = ${days(40)}`);
    // Another company's call leaves it.
    expect(await ok(desk, 'clean-data', {}, { by: desk.globex.admin })).toBe(true);
    expect(await desk.db.query('select id from tickets where id = any ($1)', [[old, foreign]])).toHaveLength(2);

    const events = await eventsOf(desk, async () => {
      expect(await ok(desk, 'clean-data')).toBe(true);
    });
    expect(events.map(({ type }) => type).sort()).toEqual(['ticket.archived', 'ticket.deleted', 'ticket.deleted']);
    const sql = 'select id, archived_at is not null as archived from tickets where id = any ($1) order by id';
    expect(await desk.db.query(sql, [[old, foreign, answered, ...left]])).toEqual(
      [{ id: answered, archived: true }, ...left.map((id) => ({ id, archived: false }))].sort((a, b) => a.id - b.id),
    );
  });
});

describe('cron-jobs', () => {
  it('removes what is past its time', async () => {
    await desk.db.query(
      `insert into rate_windows (policy, subject, used, granted, ends_at) values ('old', 's', 1, 1, now() - interval '1 hour')`,
    );
    expect(await ok(desk, 'cron-jobs')).toBe(true);
    expect(await desk.db.query(`select 1 from rate_windows where policy = 'old'`)).toEqual([]);
  });
});

describe('what makes no sense on a service', () => {
  it('is answered by a true word', async () => {
    expect(await ok(desk, 'update')).toBe('updated-by-operator');
    expect(await ok(desk, 'app-get-key', { app_name: 'slack' })).toBe('');
    expect(await ok(desk, 'app-activation', { app_name: 'slack', key: 'k' })).toBe('activation-not-needed');
    expect(await ok(desk, 'get-versions')).toMatchObject({ sb: version, slack: '' });
    const { body } = await rpc(desk, 'app-get-key', { app_name: 'spreadsheet' });
    expect(body).toEqual({ success: false, response: 'app-not-found' });
  });
});
