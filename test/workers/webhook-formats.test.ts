import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_DATA, EVENT_TYPES } from '../../src/platform/events/catalogue.js';
import type { LoggedEvent } from '../../src/platform/events/logged-event.js';
import { matchesPattern } from '../../src/platform/events/patterns.js';
import type { MessageContext } from '../../src/webhooks/formats/format.js';
import { FORMATS, type FormatName } from '../../src/webhooks/formats/formats.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { lastLogged, loggedOf, logEvent } from '../support/logged-events.js';
import { addTeam, openTicket } from '../support/tickets.js';

const COMPANY = { subdomain: 'acme', name: 'acme' };

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const agent = () => desk.as(desk.acme.agent);

const context = (given: Partial<MessageContext> = {}): MessageContext => ({
  company: { id: desk.acme.id, ...COMPANY },
  baseUrl: 'http://acme.desk.test',
  agent: null,
  ticketBefore: null,
  secret: 'a secret that must not be told',
  spelling: 'gb-talk',
  ...given,
});

/** The one body that a format makes of an event. */
function bodyOf(name: FormatName, event: LoggedEvent, given: Partial<MessageContext> = {}) {
  expect(FORMATS[name].partsOf(event, null)).toEqual(['']);
  const text = FORMATS[name].bodyOf(event, '', context(given));
  expect(text).not.toContain('a secret that must not be told');
  return JSON.parse(text) as { type: string; timestamp: string; data: object; payload: Record<string, unknown> };
}

const seconds = (time: string) => time.replace(/\.\d+Z$/, 'Z');

describe('the standard format', () => {
  it('tells of a reply in an envelope with everything that the log shows', async () => {
    const { id } = await openTicket(desk);
    const { body } = await agent().post(`/tickets/${id}/replies`, { reply: { content: { text: 'Have you tried water?' } } });
    const ticket = (await agent().get(`/tickets/${id}`)).body.ticket;
    const event = await lastLogged(desk, 'agent.reply.created', id);
    const sent = bodyOf('standard', event);
    expect(sent).toEqual({
      type: 'agent.reply.created',
      timestamp: event.createdAt.toISOString(),
      data: {
        id: event.id,
        sequence: 2,
        actor: { id: desk.acme.agent.id, role: 'agent' },
        company: COMPANY,
        reply: body.reply,
        ticket,
      },
    });
    expect(seconds(sent.timestamp)).toBe(body.reply.created_at);
  });

  it('gives every event of a ticket its place, and others none', async () => {
    const { id } = await openTicket(desk);
    await agent().post(`/tickets/${id}/star`);
    await agent().post(`/tickets/${id}/archive`);
    const events = await loggedOf(desk, id);
    const sent = events.map((event) => bodyOf('standard', event));
    expect(sent.map(({ type, data }) => [type, 'sequence' in data && data.sequence])).toEqual([
      ['ticket.created', 1],
      ['ticket.starred', 2],
      ['ticket.archived', 3],
    ]);
    await desk.as(desk.acme.admin).post('/labels', { label: { name: 'told' } });
    expect(bodyOf('standard', await lastLogged(desk, 'label.created')).data).toMatchObject({
      sequence: null,
      label: { name: 'told' },
    });
  });

  it('shows the whole of a new company', async () => {
    const event = await lastLogged(desk, 'company.created');
    const company = { id: desk.globex.id, subdomain: 'globex', name: 'globex' };
    expect(bodyOf('standard', event).data).toMatchObject({ company });
  });

  it('has a place of its own for every object of every event', () => {
    const taken = ['id', 'sequence', 'actor', 'company'];
    const clashes = EVENT_TYPES.filter((type) => EVENT_DATA[type].some((key) => taken.includes(key)));
    expect(clashes).toEqual(['company.created']);
  });
});

describe('the supportbee format', () => {
  it('tells of a new ticket', async () => {
    const { id } = await openTicket(desk);
    const ticket = (await agent().get(`/tickets/${id}`)).body.ticket;
    const [event] = await loggedOf(desk, id);
    if (!event) throw new Error('nothing was logged');
    expect(bodyOf('supportbee', event)).toEqual({ payload: { action_type: 'ticket.created', company: COMPANY, ticket } });
  });

  it('shows what was written, what was assigned, and which agent has done it', async () => {
    const { id } = await openTicket(desk);
    const teamId = await addTeam(desk, 'Printers', [desk.acme.agent.id]);
    const content = { text: 'It is still on fire.' };
    const { reply } = (await agent().post(`/tickets/${id}/replies`, { reply: { content } })).body;
    const { comment } = (await agent().post(`/tickets/${id}/comments`, { comment: { content } })).body;
    const team = { team_assignment: { team_id: teamId } };
    const { team_assignment } = (await agent().post(`/tickets/${id}/team_assignment`, team)).body;
    const user = { user_assignment: { user_id: desk.acme.agent.id } };
    const { user_assignment } = (await agent().post(`/tickets/${id}/user_assignment`, user)).body;
    const told = async (type: Parameters<typeof lastLogged>[1]) => {
      const event = await lastLogged(desk, type, id);
      const { payload } = bodyOf('supportbee', event, { agent: reply.replier });
      expect(payload).toMatchObject({ action_type: type, company: COMPANY, ticket: event.data['ticket'], agent: reply.replier });
      const { action_type, company, ticket, agent, ...others } = payload;
      expect([action_type, company, ticket, agent]).not.toContain(undefined);
      return others;
    };
    expect(await told('agent.reply.created')).toEqual({ reply });
    expect(await told('comment.created')).toEqual({ comment });
    expect(await told('ticket.assigned_to_team')).toEqual({ team_assignment });
    expect(await told('ticket.assigned_to_user')).toEqual({ user_assignment });
  });

  it('has words for the events of SupportBee and for no other', () => {
    const event = (type: LoggedEvent['type']) => ({ type }) as LoggedEvent;
    expect(EVENT_TYPES.filter((type) => FORMATS.supportbee.partsOf(event(type), null).length > 0).sort()).toEqual([
      'agent.reply.created',
      'comment.created',
      'customer.reply.created',
      'reply.updated',
      'ticket.archived',
      'ticket.assigned_to_team',
      'ticket.assigned_to_user',
      'ticket.created',
      'ticket.spammed',
      'ticket.trashed',
      'ticket.unarchived',
      'ticket.unassigned_from_team',
      'ticket.unassigned_from_user',
      'ticket.unspammed',
      'ticket.untrashed',
      'ticket.updated',
      'web_hook.tested',
    ]);
  });
});

describe('what a webhook asks for', () => {
  it.each(['standard', 'supportbee'] as const)('is found by name and by star in %s', async (name) => {
    const { id } = await openTicket(desk);
    const event = await lastLogged(desk, 'ticket.created', id);
    const wanted = (...patterns: string[]) => FORMATS[name].isWanted(patterns, event, '');
    expect([wanted('*'), wanted('ticket.*'), wanted('comment.created', 'ticket.created'), wanted('*.created')]).not.toContain(
      false,
    );
    expect([wanted(), wanted('ticket'), wanted('ticket.archived', 'comment.*'), wanted('')]).not.toContain(true);
  });

  it.each(['standard', 'supportbee', 'support_board'] as const)('may be a test in %s, whatever else it is', async (name) => {
    const event = await logEvent(desk, 'web_hook.tested', { web_hook: { id: 7 } });
    const [part = 'none', ...more] = FORMATS[name].partsOf(event, null);
    expect(more).toEqual([]);
    expect(FORMATS[name].isWanted([], event, part)).toBe(true);
  });

  it('is refused when no event has such a name', () => {
    const problems = (name: FormatName, ...patterns: string[]) =>
      patterns.map((pattern) => FORMATS[name].problemOf(pattern)).filter((problem) => problem !== null);
    expect(problems('standard', '*', 'ticket.created', 'agent.*', 'web_hook.disabled', '*.deleted')).toEqual([]);
    expect(problems('standard', 'ticket.cretaed', 'tickets.*', '')).toEqual([
      '"ticket.cretaed" is not an event',
      '"tickets.*" matches no event',
      '"" is not an event',
    ]);
    expect(problems('supportbee', '*', 'reply.updated', 'ticket.*', 'ticket.unspammed')).toEqual([]);
    expect(problems('supportbee', 'ticket.labelled', 'label.*')).toEqual([
      '"ticket.labelled" is not an event',
      '"label.*" matches no event',
    ]);
  });
});

describe('a pattern', () => {
  it.each([
    ['*', 'anything.at.all', true],
    ['*', '', true],
    ['ticket.*', 'ticket.assigned_to_user', true],
    ['*.created', 'agent.reply.created', true],
    ['agent.*.created', 'agent.reply.created', true],
    ['a*b*c', 'a.b.b.c', true],
    ['**.created', 'x.created', true],
    ['ticket.*', 'ticket', false],
    ['ticket*ticket', 'ticket', false],
    ['a*bc*c', 'abc', false],
    ['ticket.created', 'ticketXcreated', false],
    ['ticket.created', 'a ticket.created', false],
    ['*.created', 'ticket.created.again', false],
    ['TICKET.*', 'ticket.created', false],
    ['', 'ticket.created', false],
  ])('%s against %s', (pattern, name, matches) => {
    expect(matchesPattern(pattern, name)).toBe(matches);
  });
});
