import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { makeFilter, removeFilters } from '../support/filters.js';
import { addLabel, addTeam, eventsOf, openTicket } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
  for (const name of ['important', 'later']) await addLabel(desk, name);
});
beforeEach(() => removeFilters(desk));
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);
const show = async (id: number) => (await admin().get(`/tickets/${id}`)).body.ticket;
const labelsOf = (ticket: object): string[] => (ticket as { labels: { name: string }[] }).labels.map(({ name }) => name);

interface Applied {
  actor: object;
  data: { filter: { id: number }; ticket: object; skipped: object[] };
}
const applied = (ticketId: number) =>
  desk.db.query<Applied>(`select actor, data from events where ticket_id = $1 and type = 'filter.applied' order by id`, [
    ticketId,
  ]);

describe('a rule', () => {
  const text = 'Dear all,\nthe PRINTER in room 5 is burning.';
  const jane = { requester_email: 'Jane.Doe@Example.com', subject: 'Grüße und BITTE', content: { text } };
  const isMeant = async (rule: object, ticket: object = jane) => {
    await removeFilters(desk);
    await makeFilter(desk, rule, { label: 'important' });
    return labelsOf(await openTicket(desk, { ...ticket })).length === 1;
  };

  it.each([
    [{ requester_email: 'jane.doe@EXAMPLE.com' }, true],
    [{ requester_email: '@example.com' }, true],
    [{ requester_email: 'john' }, false],
    [{ delivered_to: 'ACME.desk.test' }, true],
    [{ delivered_to: 'globex' }, false],
    [{ subject: 'grüsse' }, false],
    [{ subject: 'GRÜßE UND' }, true],
    [{ subject: 'und bitte', body: 'printer IN room' }, true],
    [{ subject: 'und bitte', body: 'computer' }, false],
    [{ requester_email: 'jane', delivered_to: 'acme', subject: 'bitte', body: 'all,\nthe' }, true],
    [{ requester_email: 'jane', delivered_to: 'acme', subject: 'bitte', body: 'all, the' }, false],
    [{ subject: '%' }, false],
    [{ body: '_' }, false],
  ])('%j means the ticket: %s', async (rule, expected) => {
    expect(await isMeant(rule)).toBe(expected);
  });

  it('looks at the forwarding address where there is one, at the text of html, and at the subject as it is shown', async () => {
    const { body } = await admin().post('/emails', { forwarding_address: { email: 'billing@acme.test', name: 'Billing' } });
    const forwarded = { ...jane, forwarding_address_id: body.forwarding_address.id };
    expect(await isMeant({ delivered_to: 'Billing@' }, forwarded)).toBe(true);
    expect(await isMeant({ body: 'burns now' }, { ...jane, content: { html: '<p>It <b>burns</b> now</p>' } })).toBe(true);
    expect(await isMeant({ body: '<b>' }, { ...jane, content: { html: '<p>It <b>burns</b></p>' } })).toBe(false);
    expect(await isMeant({ subject: 'no subject' }, { ...jane, subject: '' })).toBe(true);
  });
});

describe('a consequence', () => {
  it('shows in the answer, in every list and in the log, where the desk itself has done it', async () => {
    const filter = await makeFilter(
      desk,
      { subject: 'everything' },
      {
        ...{ archive: true, spam: true, trash: true, label: 'important' },
        assign_user: desk.acme.agent.id,
      },
    );
    const ticket = await openTicket(desk, { subject: 'Everything' }, desk.acme.agent);
    expect(ticket).toMatchObject({ archived: true, spam: true, trash: true, labels: [{ name: 'important' }] });
    expect(ticket).toMatchObject({ current_user_assignee: { user: { id: desk.acme.agent.id } } });
    expect((await desk.as(desk.acme.agent).get(`/tickets/${ticket.id}`)).body.ticket).toEqual(ticket);
    const { body } = await admin().get('/tickets?trash=only&spam=any&archived=any&label=important');
    expect(body.tickets.map(({ id }: { id: number }) => id)).toContain(ticket.id);
    expect(await eventsOf(desk, ticket.id)).toEqual([
      ...['ticket.created', 'ticket.labelled', 'ticket.assigned_to_user'],
      ...['ticket.archived', 'ticket.spammed', 'ticket.trashed', 'filter.applied'],
    ]);
    const actors = await desk.db.query(`select distinct actor from events where ticket_id = $1 and type <> 'ticket.created'`, [
      ticket.id,
    ]);
    expect(actors).toEqual([{ actor: { id: null, role: 'filter' } }]);
    expect(await desk.db.query('select assigned_by_id from assignments where ticket_id = $1', [ticket.id])).toEqual([
      { assigned_by_id: null },
    ]);
    expect((await applied(ticket.id))[0]?.data).toMatchObject({
      filter: { id: filter.id, rule: { subject: 'everything' } },
      ticket: { id: ticket.id, trash: true },
      skipped: [],
    });
  });

  it.each(['archive', 'spam', 'trash'])('%s alone does nothing else', async (name) => {
    await makeFilter(desk, { subject: 'only' }, { [name]: true });
    const { id } = await openTicket(desk, { subject: 'only' });
    const { archived, spam, trash, labels } = await show(id);
    expect({ archived, spam, trash, labels }).toEqual({
      ...{ archived: name === 'archive', spam: name === 'spam', trash: name === 'trash' },
      labels: [],
    });
  });

  it('gives to a team', async () => {
    const team = await addTeam(desk, 'Given', []);
    await makeFilter(desk, { subject: 'team' }, { assign_team: team });
    expect(await openTicket(desk, { subject: 'team' })).toMatchObject({ current_team_assignee: { team: { id: team } } });
  });

  it('comes to customers, strangers and agents alike, but not to tickets that were there, that others mean, or of other companies', async () => {
    const before = await openTicket(desk, { subject: 'match' });
    await makeFilter(desk, { subject: 'match' }, { label: 'important' });
    const by = [undefined, desk.acme.customer, desk.acme.agent, desk.acme.admin];
    for (const member of by) {
      const requester_email = member === desk.acme.customer ? member.email : 'jane@example.com';
      expect(labelsOf(await openTicket(desk, { subject: 'match', requester_email }, member))).toEqual(['important']);
    }
    expect(labelsOf(await openTicket(desk, { subject: 'other' }))).toEqual([]);
    expect(labelsOf(await show(before.id))).toEqual([]);
    const foreign = await openTicket(desk, { subject: 'match' }, desk.globex.agent);
    expect(await eventsOf(desk, foreign.id)).toEqual(['ticket.created']);
  });
});

describe('several filters', () => {
  it('run in their order, each on what the one before has left; disabled ones rest', async () => {
    const [a, b] = [await addTeam(desk, 'A', [desk.acme.agent.id]), await addTeam(desk, 'B', [])];
    await makeFilter(desk, { subject: 'order' }, { assign_team: a, label: 'later' });
    await makeFilter(desk, { subject: 'order' }, { spam: true }, { enabled: false });
    await makeFilter(desk, { subject: 'order' }, { assign_user: desk.acme.agent.id });
    const last = await makeFilter(desk, { subject: 'order' }, { assign_team: b, label: 'important' });
    const ticket = await openTicket(desk, { subject: 'order' });
    expect(ticket).toMatchObject({ spam: false, current_team_assignee: { team: { id: b } } });
    expect(ticket).not.toHaveProperty('current_user_assignee');
    expect(labelsOf(ticket)).toEqual(['important', 'later']);
    await admin().put(`/filters/${last.id}`, { filter: { position: 1 } });
    expect(await openTicket(desk, { subject: 'order' })).toMatchObject({
      current_team_assignee: { team: { id: a } },
      current_user_assignee: { user: { id: desk.acme.agent.id } },
    });
  });

  it('that want the same do it once', async () => {
    for (let i = 0; i < 2; i++) await makeFilter(desk, { subject: 'twice' }, { archive: true, assign_user: desk.acme.agent.id });
    const { id } = await openTicket(desk, { subject: 'twice' });
    expect(await eventsOf(desk, id)).toEqual([
      ...['ticket.created', 'ticket.assigned_to_user', 'ticket.archived', 'filter.applied', 'filter.applied'],
    ]);
    expect((await applied(id)).map(({ data }) => data.skipped)).toEqual([[], []]);
  });

  it('run exactly once on each of many tickets that are opened at once', async () => {
    await makeFilter(desk, { subject: 'many' }, { label: 'important' });
    await makeFilter(desk, { subject: 'many' }, { label: 'later', archive: true });
    const opened = await Promise.all(
      Array.from({ length: 24 }, (_, i) => openTicket(desk, { subject: `many ${i}`, requester_email: `p${i % 5}@example.com` })),
    );
    for (const { id } of opened) {
      expect(await eventsOf(desk, id)).toEqual([
        ...['ticket.created', 'ticket.labelled', 'filter.applied', 'ticket.labelled', 'ticket.archived', 'filter.applied'],
      ]);
    }
  });
});
