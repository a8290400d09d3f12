import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { routes, type Route } from '../support/document.js';
import { fillPath, Objects, type Ids } from '../support/objects.js';
import { send } from '../support/send.js';
import { untilLogged } from '../support/event-log.js';

/** What only staff may read stands in every text below that a customer must not see. */
const SECRET = /secret/i;

let desk: TestDesk;
/** Ids for every path of the document: in a ticket of the customer, and in one of somebody else. */
let own: Ids;
let foreign: Ids;

const message = (text: string, more: Record<string, unknown> = {}) => ({
  content: { text },
  bcc: ['secret-bcc@example.com'],
  ...more,
});

/** A ticket with a reply and a note, each with a file. */
async function conversation(requester: string, words: string): Promise<Ids> {
  const admin = desk.as(desk.acme.admin);
  const file = async (name: string) => {
    const { body } = await admin.upload([{ filename: `${name}.txt`, content: `${name} file` }]);
    return body.attachment.id as number;
  };
  const files = { ticket: await file(words), reply: await file(words), note: await file('secret-note') };
  const opening = { requester_email: requester, subject: words, ...message(words, { attachment_ids: [files.ticket] }) };
  const { body: opened } = await admin.post('/tickets', { ticket: opening });
  const path = `/tickets/${opened.ticket.id}`;
  const { body: replied } = await admin.post(`${path}/replies`, { reply: message(words, { attachment_ids: [files.reply] }) });
  const note = { content: { text: 'secret note' }, attachment_ids: [files.note] };
  const { body: noted } = await admin.post(`${path}/comments`, { comment: note });
  return {
    ticket_id: opened.ticket.id,
    reply_id: replied.reply.id,
    comment_id: noted.comment.id,
    user_id: opened.ticket.requester.id,
    attachment_id: files.reply,
    note_attachment_id: files.note,
  };
}

beforeAll(async () => {
  desk = await startDesk();
  own = await conversation(desk.acme.customer.email, 'my own words');
  foreign = await conversation('secret-stranger@example.com', 'secret words of another');
});
afterAll(() => desk.stop());

const reading = routes.filter(({ method, token }) => method === 'get' && token !== 'none');

/** The path with ids of one conversation; null when it names something else. */
function pathIn(route: Route, ids: Ids): string | null {
  return route.names.every((name) => name in ids) ? fillPath(route, ids) : null;
}

const read = (path: string, { token }: Member) => send(desk.url, { path, headers: { authorization: `Bearer ${token}` } });

describe.each(reading)('$title', (route) => {
  it('tells a customer nothing of notes, bcc and the tickets of others', async () => {
    const queries = route.query.some(({ name }) => name === 'query') ? ['secret', 'secret OR words', 'bcc'] : [''];
    for (const ids of [own, foreign]) {
      const path = pathIn(route, ids);
      if (path === null) continue;
      for (const query of queries) {
        const address = query === '' ? path : path.replace(/query=[^&]*/, `query=${encodeURIComponent(query)}`);
        const { text } = await read(address, desk.acme.customer);
        expect(text).not.toMatch(SECRET);
      }
    }
  });

  if (route.names.length === 0) return;

  it('answers a customer about the ticket of another as about none', async () => {
    const path = pathIn(route, foreign);
    const nobodys = pathIn(route, Object.fromEntries(Object.keys(foreign).map((name) => [name, 999_999_999])));
    if (path === null || nobodys === null) return;
    const [answer, nothing] = [await read(path, desk.acme.customer), await read(nobodys, desk.acme.customer)];
    expect([403, 404]).toContain(answer.status);
    expect(answer.status).toBe(nothing.status);
    const mask = (text: string) => text.replace(/id=\d+/, 'id=…');
    expect(mask(answer.text)).toBe(mask(nothing.text));
  });
});

describe('a customer', () => {
  const asCustomer = () => desk.as(desk.acme.customer);

  it('reads his own conversation', async () => {
    const { body } = await asCustomer().get(`/tickets/${own['ticket_id']}`);
    expect(body.ticket).toMatchObject({ subject: 'my own words', bcc: [] });
    const { body: list } = await asCustomer().get('/tickets');
    expect(list).toMatchObject({ total: 1, tickets: [{ id: own['ticket_id'] }] });
    const { body: replies } = await asCustomer().get(`/tickets/${own['ticket_id']}/replies`);
    expect(replies).toMatchObject({ total: 1, replies: [{ content: { text: 'my own words' }, bcc: [] }] });
    expect((await asCustomer().download(`/attachments/${own['attachment_id']}`)).text).toBe('my own words file');
  });

  it('gets no file of a note on his own ticket', async () => {
    expect((await asCustomer().download(`/attachments/${own['note_attachment_id']}`)).status).toBe(404);
    expect((await desk.as(desk.acme.agent).download(`/attachments/${own['note_attachment_id']}`)).text).toBe('secret-note file');
  });

  it('answers himself only where he may read', async () => {
    const reply = { reply: { content: { text: 'mine' } } };
    expect((await asCustomer().post(`/tickets/${own['ticket_id']}/replies`, reply)).status).toBe(201);
    expect((await asCustomer().post(`/tickets/${foreign['ticket_id']}/replies`, reply)).status).toBe(404);
    expect((await asCustomer().post(`/tickets/${own['ticket_id']}/comments`, { comment: reply.reply })).status).toBe(403);
  });

  it.each(['spam_at', 'trashed_at'])('does not see his own ticket while it has %s', async (column) => {
    const path = `/tickets/${own['ticket_id']}`;
    await desk.db.query(`update tickets set ${column} = now() where id = $1`, [own['ticket_id']]);
    expect((await asCustomer().get(path)).status).toBe(404);
    expect((await asCustomer().get(`${path}/replies`)).status).toBe(404);
    expect((await asCustomer().get('/tickets?spam=any&trash=any')).body.total).toBe(0);
    expect((await asCustomer().download(`/attachments/${own['attachment_id']}`)).status).toBe(404);
    expect((await desk.as(desk.acme.agent).get(path)).status).toBe(200);
    await desk.db.query(`update tickets set ${column} = null where id = $1`, [own['ticket_id']]);
  });
});

describe('staff', () => {
  it.each(['admin', 'agent', 'collaborator'] as const)('read all of it as %s', async (role) => {
    const seen: string[] = [];
    for (const ids of [own, foreign]) {
      for (const route of reading.filter((known) => known['x-allowed-roles']?.includes(role))) {
        const path = pathIn(route, ids);
        if (path !== null) seen.push((await read(path, desk.acme[role])).text);
      }
    }
    for (const word of ['secret note', 'secret-bcc@example.com', 'secret words of another', 'secret words of another file'])
      expect([word, seen.some((text) => text.includes(word))]).toEqual([word, true]);
  });
});

describe('the event feed', () => {
  interface Feed {
    events: { id: number; cursor: string }[];
    cursor: string;
  }

  const feed = async (member: Member, after = '0-0') => {
    const { body } = await desk.as(member).get(`/events?limit=1000&after=${after}`);
    return body as Feed;
  };

  it('shows every company its own events, all of them, and none of the other', async () => {
    await new Objects(desk, desk.globex).create('/tickets');
    await untilLogged(desk);
    for (const company of [desk.acme, desk.globex]) {
      const sql = 'select id from events where company_id = $1 order by id';
      const written = await desk.db.query<{ id: number }>(sql, [company.id]);
      const { events } = await feed(company.admin);
      expect(written.length).toBeGreaterThan(5);
      expect(events.map(({ id }) => id).sort((a, b) => a - b)).toEqual(written.map(({ id }) => id));
    }
  });

  it('goes on from a cursor of the other company without telling anything of it', async () => {
    const [acme, globex] = [await feed(desk.acme.admin), await feed(desk.globex.admin)];
    const known = new Set(globex.events.map(({ id }) => id));
    for (const { cursor } of acme.events) {
      const { events } = await feed(desk.globex.admin, cursor);
      expect(events.filter(({ id }) => !known.has(id))).toEqual([]);
    }
  });
});
