import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { makeFilter, makeRule } from '../support/filters.js';
import { openTicket } from '../support/tickets.js';

let desk: TestDesk;
const ids: Record<string, number> = {};

const LONG = `${'a '.repeat(60)}Overdue INVOICE${' z'.repeat(60)}`;

beforeAll(async () => {
  desk = await startDesk();
  const open = async (subject: string, requester_email: string, text: string, by?: Member) => {
    ids[subject] = (await openTicket(desk, { subject, requester_email, content: { text } }, by)).id;
  };
  await open('Invoice 1', 'jane@shop.test', 'Please pay.');
  await open('Your INVOICE 2', 'joe@example.com', 'Please pay.');
  await open('Question', 'jane@shop.test', LONG);
  await open('Invoice 3', 'Jane@Shop.test', 'An invoice, overdue.');
  await open('Invoice of others', 'jane@shop.test', 'Please pay.', desk.globex.agent);
  for (const [subject, state] of [
    ['Invoice 1', 'archive'],
    ['Your INVOICE 2', 'trash'],
  ])
    await desk.as(desk.acme.agent).post(`/tickets/${ids[subject ?? '']}/${state}`);
});
afterAll(() => desk.stop());

interface Match {
  ticket: { id: number; subject: string; requester_email: string; created_at: string };
  reasons: { field: string; needle: string; found: string }[];
}

async function dryRun(body: object, query = '', member = desk.acme.agent) {
  const answer = await desk.as(member).post(`/filters/dry_run${query}`, body);
  const { matches = [] } = answer.body as { matches?: Match[] };
  return { ...answer, matches, subjects: matches.map(({ ticket }) => ticket.subject) };
}

describe('a dry run', () => {
  it('tells which tickets are meant, newest first and in whatever state, and why', async () => {
    const { status, body, matches } = await dryRun({ rule: { subject: 'invoice', requester_email: '', body: '' } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ total: 3, current_page: 1, total_pages: 1, looked_at: 4, has_older: false });
    expect(matches.map(({ ticket, reasons }) => [ticket.id, reasons])).toEqual([
      [ids['Invoice 3'], [{ field: 'subject', needle: 'invoice', found: 'Invoice 3' }]],
      [ids['Your INVOICE 2'], [{ field: 'subject', needle: 'invoice', found: 'Your INVOICE 2' }]],
      [ids['Invoice 1'], [{ field: 'subject', needle: 'invoice', found: 'Invoice 1' }]],
    ]);
    const { body: shown } = await desk.as(desk.acme.agent).get(`/tickets/${ids['Invoice 3']}`);
    expect(matches[0]?.ticket).toEqual({
      ...{ id: ids['Invoice 3'], subject: 'Invoice 3', requester_email: 'jane@shop.test' },
      created_at: shown.ticket.created_at,
    });
  });

  it('names every field of the rule, with what stands around the place', async () => {
    const { matches } = await dryRun({
      rule: { requester_email: '@SHOP.', delivered_to: 'acme', body: 'overdue invoice' },
    });
    expect(matches.map(({ ticket }) => ticket.id)).toEqual([ids['Question']]);
    expect(matches[0]?.reasons).toEqual([
      { field: 'requester_email', needle: '@SHOP.', found: 'jane@shop.test' },
      { field: 'delivered_to', needle: 'acme', found: 'acme.desk.test' },
      { field: 'body', needle: 'overdue invoice', found: `…${'a '.repeat(20)}Overdue INVOICE${' z'.repeat(20)}…` },
    ]);
    const [start] = (await dryRun({ rule: { subject: 'invoice 3', body: 'an' } })).matches;
    expect(start?.reasons[1]).toEqual({ field: 'body', needle: 'an', found: 'An invoice, overdue.' });
  });

  it('takes a saved rule or a filter, also a disabled one', async () => {
    const rule_id = await makeRule(desk, { body: 'overdue', requester_email: 'jane' });
    expect((await dryRun({ rule_id })).subjects).toEqual(['Invoice 3', 'Question']);
    const { id } = await makeFilter(desk, { subject: 'invoice' }, { archive: true }, { enabled: false });
    expect((await dryRun({ dry_run: { filter_id: String(id) } })).subjects).toHaveLength(3);
  });

  it('is paged', async () => {
    const second = await dryRun({ rule: { subject: 'invoice' } }, '?per_page=2&page=2');
    expect(second.body).toMatchObject({ total: 3, current_page: 2, per_page: 2, total_pages: 2 });
    expect(second.subjects).toEqual(['Invoice 1']);
    expect((await dryRun({ rule: { subject: 'invoice' } }, '?page=3')).subjects).toEqual([]);
    expect((await dryRun({ rule: { subject: 'nowhere' } })).body).toMatchObject({ total: 0, total_pages: 0, matches: [] });
  });

  it('changes nothing', async () => {
    const state = () =>
      desk.db.query(`select (select count(*) from events) as events, (select json_agg(t order by id) from tickets t) as tickets`);
    const { id } = await makeFilter(desk, { subject: 'invoice' }, { archive: true, spam: true }, { enabled: false });
    const before = await state();
    await dryRun({ filter_id: id });
    expect(await state()).toEqual(before);
  });

  it('wants exactly one rule, which is there and of this company', async () => {
    const foreign = await makeRule(desk, { subject: 'x' }, desk.globex.admin);
    const filter = await makeFilter(desk, { subject: 'x' }, { spam: true }, {}, desk.globex.admin);
    const refused: [object, string][] = [
      [{}, 'exactly one of rule, rule_id, filter_id is needed'],
      [{ rule: { subject: 'x' }, rule_id: '5_20130430051603' }, 'exactly one of rule, rule_id, filter_id is needed'],
      [{ rule: { subject: '' } }, 'exactly one of rule, rule_id, filter_id is needed'],
      [{ rule: { colour: 'red' } }, 'exactly one of rule, rule_id, filter_id is needed'],
      [{ rule: 'x' }, 'rule must be an object'],
      [{ rule_id: foreign }, 'rule_id is not a rule of this company'],
      [{ rule_id: '17' }, 'rule_id is not a rule of this company'],
      [{ filter_id: filter.id }, 'filter_id is not a filter of this company'],
    ];
    for (const [body, text] of refused) {
      const answer = await dryRun(body);
      expect([body, answer.status, answer.body.error]).toEqual([body, 400, `Validation failed: ${text}`]);
    }
  });

  it('is for agents and admins whose token may read tickets, and for a saved rule also filters', async () => {
    const rule = { rule: { subject: 'invoice' } };
    const saved = { rule_id: await makeRule(desk) };
    expect((await dryRun(rule, '', desk.acme.admin)).status).toBe(200);
    for (const member of [desk.acme.collaborator, desk.acme.customer]) expect((await dryRun(rule, '', member)).status).toBe(403);
    expect((await dryRun(rule, '', desk.globex.agent)).subjects).toEqual(['Invoice of others']);
    const narrowed: [string[], number, number][] = [
      [['filters:read'], 403, 403],
      [['tickets:read'], 200, 403],
      [['tickets:read', 'filters:read'], 200, 200],
    ];
    for (const [scopes, ...statuses] of narrowed) {
      const { body } = await desk.as(desk.acme.admin).post('/api_tokens', { api_token: { name: 'narrow', scopes } });
      const by = { ...desk.acme.admin, token: String(body.api_token.token) };
      expect([(await dryRun(rule, '', by)).status, (await dryRun(saved, '', by)).status]).toEqual(statuses);
    }
  });

  it('looks at the 10,000 newest tickets only, and says so', async () => {
    await desk.db.query(
      `with opened as (
         insert into tickets (company_id, subject, requester_id) select $1, 'Filler', $2 from generate_series(1, 9998) returning id
       ) insert into messages (company_id, ticket_id, kind, author_id, author_is_agent, text, summary)
         select $1, id, 'opening', $2, false, 'filler', 'filler' from opened`,
      [desk.acme.id, desk.acme.customer.id],
    );
    const { body, subjects } = await dryRun({ rule: { subject: 'invoice' } });
    expect(body).toMatchObject({ total: 1, looked_at: 10_000, has_older: true });
    expect(subjects).toEqual(['Invoice 3']);
  });
});
