import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../support/client.js';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { addLabel, addTeam } from '../support/tickets.js';
import * as tables from './supportbee-fields.js';
import { differences, type FieldTable } from './supportbee-fields.js';

let desk: TestDesk;
const known: Record<string, number | string> = {};

beforeAll(async () => {
  desk = await startDesk();
  const { acme } = desk;
  known['agent'] = acme.agent.id;
  known['team'] = await addTeam(desk, 'Team 1', [acme.agent.id]);
  await addLabel(desk, 'imp');
  const admin = desk.as(acme.admin);
  known['file'] = (await admin.upload([{ filename: 'logo.txt', content: 'x' }])).body.attachment.id;
  const question = {
    ticket: {
      requester_email: 'jane@example.com',
      cc: 'c@example.com',
      content: { text: 'hi', attachment_ids: [known['file']] },
    },
  };
  known['ticket'] = (await admin.post('/tickets', question)).body.ticket.id;
  known['other'] = (
    await admin.post('/tickets', { ticket: { requester_email: 'jane@example.com', content: { text: 'hi' } } })
  ).body.ticket.id;
  known['reply'] = (await admin.post(`/tickets/${known['ticket']}/replies`, { reply: { content: { text: 'r' } } })).body.reply.id;
  await admin.post(`/tickets/${known['ticket']}/comments`, { comment: { content: { text: 'c' } } });
  known['group'] = (await admin.post('/users', { user: { type: 'customer_group', name: 'G' } })).body.user.id;
  known['customer'] = acme.customer.id;
  known['snippet'] = (await admin.post('/snippets', { snippet: { name: 'S', content: { text: 's' } } })).body.snippet.id;
  known['rule'] = (await admin.post('/rules', { rule: { subject: 'x' } })).body.rule.id;
  known['consequence'] = (await admin.post('/consequences', { consequence: { archive: true } })).body.consequence.id;
});
afterAll(() => desk.stop());

type Method = 'get' | 'post' | 'put' | 'delete';
type Row = [method: Method, path: string, status: number, body?: unknown, key?: string, table?: FieldTable];

const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(known[name] ?? name));

async function ask(method: Method, path: string, body?: unknown, member: Member = desk.acme.admin): Promise<Answer> {
  const json = body === undefined ? undefined : (JSON.parse(fill(JSON.stringify(body))) as unknown);
  return desk.as(member).call(method, fill(path), { json });
}

/** The endpoint list of supportbee.md section 1, each row with its answer. */
const ENDPOINTS: Row[] = [
  ['get', '/tickets', 200, undefined, 'tickets', tables.TICKET],
  ['get', '/tickets/search?query=hi', 200, undefined, 'tickets', tables.TICKET],
  ['get', '/tickets/search', 400],
  ['post', '/tickets', 201, { ticket: { requester_email: 'a@example.com', content: { text: 'x' } } }, 'ticket', tables.TICKET],
  ['post', '/tickets', 400, { ticket: { requester_email: 'nonsense', content: { text: 'x' } } }],
  ['get', '/tickets/{ticket}', 200, undefined, 'ticket', tables.TICKET],
  ['get', '/tickets/999999', 404],
  ['post', '/tickets/{ticket}/archive', 204],
  ['delete', '/tickets/{ticket}/archive', 204],
  ['post', '/tickets/{ticket}/answered', 204],
  ['delete', '/tickets/{ticket}/answered', 204],
  ['post', '/tickets/{ticket}/star', 204],
  ['delete', '/tickets/{ticket}/star', 204],
  ['post', '/tickets/{ticket}/spam', 204],
  ['delete', '/tickets/{ticket}/spam', 204],
  ['post', '/tickets/{ticket}/trash', 204],
  ['delete', '/tickets/{ticket}/trash', 204],
  ['post', '/tickets/999999/archive', 404],
  [
    'post',
    '/tickets/{ticket}/user_assignment',
    201,
    { user_assignment: { user_id: '{agent}' } },
    'user_assignment',
    tables.ASSIGNMENT,
  ],
  ['post', '/tickets/{ticket}/user_assignment', 400, { user_assignment: { user_id: 999999 } }],
  ['delete', '/tickets/{ticket}/user_assignment', 204],
  [
    'post',
    '/tickets/{ticket}/team_assignment',
    201,
    { team_assignment: { team_id: '{team}' } },
    'team_assignment',
    tables.ASSIGNMENT,
  ],
  ['delete', '/tickets/{ticket}/team_assignment', 204],
  ['get', '/tickets/{ticket}/replies', 200, undefined, 'replies', tables.REPLY],
  ['post', '/tickets/{ticket}/replies', 201, { reply: { content: { text: 'x' } } }, 'reply', tables.REPLY],
  ['get', '/tickets/{ticket}/replies/{reply}', 200, undefined, 'reply', tables.REPLY],
  ['get', '/tickets/{ticket}/replies/999999', 404],
  ['get', '/tickets/{ticket}/comments', 200, undefined, 'comments', tables.COMMENT],
  ['post', '/tickets/{ticket}/comments', 201, { comment: { content: { text: 'x' } } }, 'comment', tables.COMMENT],
  ['get', '/users', 200, undefined, 'users', tables.USER_LONG],
  ['post', '/users', 201, { user: { email: 'n@example.com', name: 'New Agent', role: 10 } }, 'user', tables.USER_LONG],
  ['post', '/users', 400, { user: { email: 'n@example.com', name: 'Twice' } }],
  ['get', '/users/{agent}', 200, undefined, 'user', tables.USER_LONG],
  ['get', '/users/999999', 404],
  ['put', '/users/{agent}', 200, { user: { last_name: 'Changed' } }, 'user', tables.USER_LONG],
  ['put', '/users/{agent}', 400, { user: { email: 'nonsense' } }],
  ['get', '/users/{group}/members', 200],
  ['post', '/users/{group}/members', 201, { member: { id: '{customer}' } }, 'member', tables.USER_LONG],
  ['post', '/users/{group}/members', 400, { member: {} }],
  ['get', '/labels', 200, undefined, 'labels', tables.LABEL],
  ['post', '/tickets/{ticket}/labels/imp', 201, undefined, 'label', tables.TICKET_LABEL],
  ['post', '/tickets/{ticket}/labels/unknown', 404],
  ['delete', '/tickets/{ticket}/labels/imp', 204],
  ['get', '/teams', 200, undefined, 'teams', tables.TEAM],
  ['get', '/groups', 200, undefined, 'groups', tables.TEAM],
  ['get', '/snippets', 200, undefined, 'snippets', tables.SNIPPET],
  [
    'post',
    '/snippets',
    201,
    { snippet: { name: 'F', tags: 'facebook, link', content: { text: 'x' } } },
    'snippet',
    tables.SNIPPET,
  ],
  ['post', '/snippets', 400, { snippet: { content: { text: 'x' } } }],
  ['put', '/snippet/{snippet}', 200, { snippet: { name: 'F2', content: { text: 'x' } } }, 'snippet', tables.SNIPPET],
  ['put', '/snippets/{snippet}', 200, { snippet: { name: 'F3', content: { text: 'x' } } }, 'snippet', tables.SNIPPET],
  ['delete', '/snippets/{snippet}', 204],
  [
    'post',
    '/rules',
    201,
    { rule: { requester_email: 'spam', delivered_to: '', subject: '', body: '' } },
    'rule',
    { id: 'string' },
  ],
  ['post', '/consequences', 201, { consequence: { assign_user: '{agent}' } }, 'consequence', { id: 'string' }],
  ['post', '/consequences', 400, { consequence: { assign_user: '{agent}', assign_team: '{team}' } }],
  [
    'post',
    '/filters',
    201,
    { filter: { rule_id: '{rule}', consequence_id: '{consequence}' } },
    'filter',
    { rule_id: 'string', consequence_id: 'string' },
  ],
  [
    'post',
    '/emails',
    201,
    { forwarding_address: { email: 'help@example.com', name: 'Company Inc' } },
    'forwarding_address',
    tables.FORWARDING_ADDRESS,
  ],
  ['post', '/emails', 400, { forwarding_address: { name: 'Company Inc' } }],
  ['get', '/emails', 200, undefined, 'forwarding_addresses', tables.FORWARDING_ADDRESS],
  ['get', '/reports/avg_first_response_time', 200, undefined, 'data_points', tables.DATA_POINT],
  ['get', '/reports/tickets_count', 200, undefined, 'data_points', tables.DATA_POINT],
  ['get', '/reports/replies_count', 200, undefined, 'data_points', tables.DATA_POINT],
  ['delete', '/tickets/{other}', 404],
];

describe('the endpoint list of supportbee.md section 1', () => {
  it.each(ENDPOINTS.map((row) => [`${row[0].toUpperCase()} ${row[1]} → ${row[2]}`, row] as const))(
    '%s',
    async (_name, [method, path, status, body, key, table]) => {
      const answer = await ask(method, path, body);
      expect([answer.status, answer.status >= 400 ? typeof answer.body.error : '']).toEqual([
        status,
        status >= 400 ? 'string' : '',
      ]);
      if (status === 204) expect(answer.text).toBe('');
      if (key === undefined || table === undefined) return;
      const value: unknown = answer.body[key];
      const objects = (Array.isArray(value) ? value : [value]) as Record<string, unknown>[];
      expect(objects.length).toBeGreaterThan(0);
      for (const object of objects) expect(differences(table, object)).toEqual([]);
    },
  );

  it('POST /attachments → 201, its addresses empty right after the upload', async () => {
    const { status, body } = await desk.as(desk.acme.admin).upload([{ filename: 'logo.txt', content: 'x' }]);
    expect(status).toBe(201);
    expect(differences(tables.ATTACHMENT, body.attachment)).toEqual([]);
    expect(body.attachment.url).toEqual({ original: '', thumb: '' });
  });
});

describe('the objects of supportbee.md section 2', () => {
  it('2.1 ticket and its parts', async () => {
    await ask('post', '/tickets/{ticket}/team_assignment', { team_assignment: { team_id: '{team}' } });
    await ask('post', '/tickets/{ticket}/user_assignment', { user_assignment: { user_id: '{agent}' } });
    const list = (await ask('get', '/tickets')).body;
    expect(differences(tables.LIST_HEAD, list)).toEqual([]);
    const { ticket } = (await ask('get', '/tickets/{ticket}')).body;
    const parts: [FieldTable, Record<string, unknown>][] = [
      [tables.TICKET, ticket],
      [{ ...tables.CONTENT, truncated: 'boolean' }, ticket.content],
      [tables.ATTACHMENT, ticket.content.attachments[0]],
      [tables.USER_SHORT, ticket.requester],
      [tables.USER_SHORT, ticket.cc[0]],
      [tables.USER_PICTURE, ticket.requester.picture],
      [tables.USER_SHORT, ticket.current_user_assignee.user],
      [tables.TEAM, ticket.current_team_assignee.team],
      [tables.TEAM_PICTURE, ticket.current_team_assignee.team.picture],
      [tables.USER_SHORT, ticket.current_assignee.user],
      [tables.TEAM, ticket.current_assignee.group],
    ];
    for (const [table, object] of parts) expect(differences(table, object)).toEqual([]);
    expect(ticket.content.attachments[0].url.original).not.toContain('?');
  });

  it('2.5 reply and comment', async () => {
    const [reply] = (await ask('get', '/tickets/{ticket}/replies')).body.replies;
    const [comment] = (await ask('get', '/tickets/{ticket}/comments')).body.comments;
    for (const message of [reply, comment]) {
      expect(differences(tables.CONTENT, message.content)).toEqual([]);
      expect(differences(tables.NESTED_TICKET, message.ticket)).toEqual([]);
      expect(message.content.body).toBe(message.content.text);
    }
  });

  it('sees a difference when there is one', () => {
    expect(differences({ id: 'number', at: 'time', name: 'string' }, { id: '1', at: 'soon', name: null })).toEqual([
      ...['id is string, not number', 'at is string, not time', 'name is null'],
    ]);
  });
});

describe('the habits of real-servers.md section 1', () => {
  it('every answer names its type, its request and its version', async () => {
    const { headers } = await ask('get', '/tickets/{ticket}');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['etag']).toMatch(/^"/);
    expect(headers['x-request-id']).toBeDefined();
  });

  it('no success but 204 has an empty body', async () => {
    for (const [method, path, status] of ENDPOINTS.filter(([method, , status]) => method === 'get' && status === 200)) {
      const answer = await ask(method, path);
      expect([path, status, ['', '{}', '[]'].includes(answer.text)]).toEqual([path, status, false]);
    }
  });

  it('texts of errors begin as clients expect', async () => {
    expect((await ask('post', '/tickets', { ticket: { requester_email: 'x' } })).body.error).toMatch(
      /^Validation failed: .+, .+/,
    );
    expect((await ask('get', '/tickets/999999')).body.error).toBe("Couldn't find Ticket with id=999999");
  });

  it('only admins see reports and delete tickets', async () => {
    for (const path of ['/reports/avg_first_response_time', '/reports/tickets_count', '/reports/replies_count'])
      expect((await ask('get', path, undefined, desk.acme.agent)).status).toBe(403);
    expect((await ask('delete', '/tickets/{ticket}', undefined, desk.acme.agent)).status).toBe(403);
    await ask('post', '/tickets/{ticket}/trash');
    expect((await ask('delete', '/tickets/{ticket}')).status).toBe(204);
  });
});
