import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Exports } from '../../src/exports/exports.service.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ok, rpc } from '../support/rpc.js';
import { ask } from '../support/send.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

async function conversation(...texts: string[]): Promise<number> {
  const { customer } = desk.acme;
  const id = Number((await ok(desk, 'new-conversation', { user_id: customer.id })).details.id);
  for (const message of texts) await ok(desk, 'send-message', { user_id: customer.id, conversation_id: id, message });
  return id;
}

const pathOf = (url: string) => new URL(url).pathname;
const fetchFile = (url: string) => ask(desk.url, { method: 'GET', path: pathOf(url) });
const write = (conversation_id: number, more: Record<string, unknown> = {}, name = 'transcript'): Promise<string> =>
  ok(desk, name, { conversation_id, ...more });
const kept = async () => (await desk.db.query<{ count: number }>('select count(*) from exports'))[0]?.count;

describe('a transcript', () => {
  it('is a CSV of what was said, without notes, that is fetched without a token', async () => {
    const { customer, agent } = desk.acme;
    const id = await conversation('He said "hello", twice\nand left');
    await ok(desk, 'add-note', { conversation_id: id, user_id: agent.id, name: 'N', message: 'Between us' });
    const attachments = [['a.png', 'https://example.com/a.png']];
    await ok(desk, 'send-message', { user_id: agent.id, conversation_id: id, message: 'Look', attachments });
    const url = await write(id);
    expect(url).toMatch(new RegExp(`^http://acme\\.desk\\.test/uploads/conversation-${id}-[\\w-]{32}\\.csv$`));
    const { status, headers, text } = await fetchFile(url);
    expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
      ...[200, 'text/csv; charset=utf-8', `attachment; filename=conversation-${id}.csv`],
    ]);
    const [head, first, second] = text.split('\r\n');
    expect(head).toBe('id,time,user_id,name,role,message,attachments');
    expect(first).toContain(`,${customer.id},`);
    expect(first).toContain('"He said ""hello"", twice\nand left"');
    expect(second).toContain('Look,a.png https://example.com/a.png');
    expect(text).not.toContain('Between us');
  });

  it('is text where that is asked for, and has both names', async () => {
    const id = await conversation('Hello there');
    const { headers, text } = await fetchFile(await write(id, { type: 'txt' }, 'csv-conversations'));
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text).toMatch(/^\[\d{4}-\d\d-\d\dT[\d:]+Z\] .+\nHello there\n\n$/);
    expect(await write(id, { type: 'false' }, 'csv-conversations')).toMatch(/\.csv$/);
    expect((await rpc(desk, 'transcript', { conversation_id: id, type: 'exe' })).body.response).toBe('invalid-arguments');
  });

  it('holds no formula that a spreadsheet would run', async () => {
    const texts = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', 'a=b'];
    const { text } = await fetchFile(await write(await conversation(...texts)));
    const cells = text.split('\r\n').slice(1, -1);
    const told = cells.map((line) => line.split(',')[5]);
    expect(told).toEqual(["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", 'a=b']);
  });

  it('tells all of a long conversation, each message once and in order', async () => {
    const id = await conversation();
    await desk.db.query(
      `insert into messages (company_id, ticket_id, kind, author_id, author_is_agent, text, summary, created_at)
       select $1, $2, 'reply', $3, false, 'word ' || n, '', '2030-01-01'::timestamptz + make_interval(secs => (n / 3) * 0.000001)
       from generate_series(1, 1203) n`,
      [desk.acme.id, id, desk.acme.customer.id],
    );
    const { text } = await fetchFile(await write(id));
    expect(text.match(/word \d+/g)).toEqual(Array.from({ length: 1203 }, (_, index) => `word ${index + 1}`));
  });

  it('is not written of what is unknown or of another company', async () => {
    const id = await conversation('Hello');
    const before = await kept();
    expect((await rpc(desk, 'transcript', { conversation_id: 9_999_999 })).body).toEqual({ success: true, response: false });
    const theirs = await rpc(desk, 'transcript', { conversation_id: id }, { by: desk.globex.admin });
    expect(theirs.body).toEqual({ success: true, response: false });
    expect(await kept()).toBe(before);
  });

  it('cannot be guessed, and is gone when its time is over', async () => {
    const id = await conversation('Hello');
    const [past, fresh] = [await write(id), await write(id)];
    expect(pathOf(past)).not.toBe(pathOf(fresh));
    expect((await fetchFile(past.replace(/.{8}\.csv$/, 'AAAAAAAA.csv'))).status).toBe(404);
    expect((await fetchFile(`http://x/uploads/conversation-${id}.csv`)).status).toBe(404);
    const [oldest] = await desk.db.query<{ id: number }>(
      `update exports set expires_at = now() - interval '1 second' where id = (select max(id) - 1 from exports) returning id`,
    );
    expect((await fetchFile(past)).status).toBe(404);
    await desk.app.get(Exports).sweep();
    expect(await desk.db.query('select 1 from exports where id = $1', [oldest?.id])).toEqual([]);
    expect((await fetchFile(fresh)).status).toBe(200);
  });
});
