import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { addLabel, addTeam, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let fire: number;

beforeAll(async () => {
  desk = await startDesk();
  const { acme } = desk;
  const teamId = await addTeam(desk, 'Fire Brigade', [acme.agent.id]);
  const open = async (subject: string, text: string, requester_email: string, requester_name: string) =>
    (await openTicket(desk, { subject, content: { text }, requester_email, requester_name })).id;
  fire = await open('Printer on fire', 'It burns brightly. Call me.', 'jane.doe@example.com', 'Jane Müller');
  const cafe = await open('Café order', 'Zwei Kännchen bitte, order number AB-1234', 'jose@other.test', 'José Nuñez');
  const spam = await open('Cheap pills', 'printer ink cheap', 'spam@spam.test', 'Spammer');
  const old = await open('Old printer', 'dusty', 'old@example.com', 'Old Timer');
  await open('Quarterly numbers', 'nothing burns here', acme.customer.email, 'Cus Tomer');
  const agent = desk.as(acme.agent);
  await agent.post(`/tickets/${fire}/replies`, { reply: { content: { html: '<p>Have you tried <b>water</b>?</p>' } } });
  await agent.post(`/tickets/${fire}/comments`, { comment: { content: { text: 'He is a pyromaniac' } } });
  await desk.db.query('update tickets set spam_at = now() where id = $1', [spam]);
  await desk.db.query(`update tickets set archived_at = now(), last_activity_at = '2001-01-01' where id = $1`, [old]);
  await desk.db.query(`update tickets set user_assignee_id = $2, team_assignee_id = $3 where id = $1`, [
    cafe,
    acme.agent.id,
    teamId,
  ]);
  await addLabel(desk, 'on hold', [cafe]);
  const upload = await agent.upload([{ filename: 'Kostenplan_2026.txt', content: 'hello' }]);
  await agent.post(`/tickets/${cafe}/replies`, {
    reply: { content: { text: 'see file', attachment_ids: [upload.body.attachment.id] } },
  });
});
afterAll(() => desk.stop());

async function find(query: string, member: Member = desk.acme.agent, more = ''): Promise<string[]> {
  const { status, body } = await desk.as(member).get(`/tickets/search?query=${encodeURIComponent(query)}${more}`);
  if (status !== 200) throw new Error(body.error);
  expect(body.total).toBe(body.tickets.length);
  return body.tickets.map(({ subject }: { subject: string }) => subject).sort();
}

const FIRE = 'Printer on fire';
const CAFE = 'Café order';
const OLD = 'Old printer';
const NUMBERS = 'Quarterly numbers';

describe('searching finds', () => {
  it.each([
    ['a word of the subject, whatever its case, also in the archive', 'PRINTER', [OLD, FIRE]],
    ['two words in different messages of one ticket', 'fire water', [FIRE]],
    ['a word of a comment', 'pyromaniac', [FIRE]],
    ['words without their accents', 'cafe kannchen', [CAFE]],
    ['words with accents that were written without', 'Printér', [OLD, FIRE]],
    ['a phrase', '"burns brightly"', [FIRE]],
    ['no phrase whose words stand apart', '"call brightly"', []],
    ['a beginning', 'quart*', [NUMBERS]],
    ['no beginning without the star', 'quart', []],
    ['an order number', 'AB-1234', [CAFE]],
    ['the name of the requester', 'müller', [FIRE]],
    ['the address of the requester', 'jane.doe@example.com', [FIRE]],
    ['a part of the address', 'doe@example.com', [FIRE]],
    ['the domain', 'other.test', [CAFE]],
    ['a word of the address', 'doe', [FIRE]],
    ['a file by its name', 'kostenplan', [CAFE]],
    ['negated words', 'burns -printer', [NUMBERS]],
    ['negated phrases', 'printer -"on fire"', [OLD]],
    ['from: parts of the address or name', 'from:jane.d', [FIRE]],
    ['from: the name', 'from:"josé nu"', [CAFE]],
    ['label:', 'label:"on hold"', [CAFE]],
    ['not label:', 'order -label:"on hold"', []],
    ['is:archived', 'printer is:archived', [OLD]],
    ['is:open', 'printer is:open', [FIRE]],
    ['is:spam, which lets spam in', 'printer is:spam', ['Cheap pills']],
    ['is:unanswered', 'is:unanswered is:open', [NUMBERS]],
    ['assignee:me', 'assignee:me', [CAFE]],
    ['assignee: an address', 'assignee:agent@acme', [CAFE]],
    ['assignee:none', 'assignee:none is:open', [FIRE, NUMBERS]],
    ['team: a name', 'team:"fire brigade"', [CAFE]],
    ['team:mine', 'team:mine', [CAFE]],
    ['before:', 'printer before:2001-01-02', [OLD]],
    ['after:', 'printer after:2001-01-02', [FIRE]],
    ['has:attachment', 'has:attachment', [CAFE]],
    ['-has:attachment', 'is:open -has:attachment', [FIRE, NUMBERS]],
    ['nothing for signs that could be operators', "fire & | ! : ( ) ' \\ * <->", []],
    ['a colon that is no key', 'http://nowhere.invalid', []],
  ])('%s', async (_case, query, expected) => {
    expect(await find(query)).toEqual([...expected].sort());
  });

  it('the ticket of an id', async () => {
    expect(await find(String(fire))).toEqual([FIRE]);
    expect(await find(`#${fire} is:open`)).toEqual([FIRE]);
  });

  it('spam and trash only when asked', async () => {
    expect(await find('pills')).toEqual([]);
    expect(await find('pills', desk.acme.agent, '&spam=true')).toEqual(['Cheap pills']);
    expect(await find('printer', desk.acme.agent, '&archived=false')).toEqual([FIRE]);
  });

  it('what has changed, at once', async () => {
    const { id } = await openTicket(desk, {
      subject: 'Xylophone',
      requester_email: 'late@example.com',
      requester_name: 'Zeppelin',
    });
    await desk.as(desk.acme.agent).put(`/tickets/${id}`, { subject: 'Harmonica' });
    expect(await find('xylophone')).toEqual([]);
    expect(await find('harmonica')).toEqual(['Harmonica']);
    const { body } = await desk.as(desk.acme.agent).get(`/tickets/${id}`);
    await desk.as(desk.acme.admin).put(`/users/${body.ticket.requester.id}`, { user: { name: 'Montgolfier' } });
    expect(await find('zeppelin')).toEqual([]);
    expect(await find('montgolfier')).toEqual(['Harmonica']);
  });

  it('for customers only their own, and never by a comment', async () => {
    expect(await find('burns', desk.acme.customer)).toEqual([NUMBERS]);
    const { body } = await desk.as(desk.acme.agent).get('/tickets/search?query=quarterly');
    await desk
      .as(desk.acme.agent)
      .post(`/tickets/${body.tickets[0].id}/comments`, { comment: { content: { text: 'whistleblower' } } });
    expect(await find('whistleblower', desk.acme.customer)).toEqual([]);
    expect(await find('whistleblower')).toEqual([NUMBERS]);
    expect(await find('printer', desk.globex.agent)).toEqual([]);
  });

  it('wants a query', async () => {
    for (const path of ['/tickets/search', '/tickets/search?query=', '/tickets/search?query=+']) {
      const { status, body } = await desk.as(desk.acme.agent).get(path);
      expect([status, body.error]).toEqual([400, "Validation failed: query can't be blank"]);
    }
    const many = Array.from({ length: 31 }, (_, index) => `w${index}`).join(' ');
    expect((await desk.as(desk.acme.agent).get(`/tickets/search?query=${many}`)).status).toBe(400);
  });
});
