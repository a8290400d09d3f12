import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, make, statusesFor, traces, unique, type Collection } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { openTicket } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const LABELS: Collection = { path: '/labels', table: 'labels', key: 'label', input: () => ({ name: unique('label') }) };
const agent = () => desk.as(desk.acme.agent);
const create = (fields: object) => agent().post('/labels', { label: fields });
const names = (labels: { name: string }[]) => labels.map(({ name }) => name);

describe('listing labels', () => {
  it('shows those of the company by name, whatever its case, and not the built-in one', async () => {
    const globex = desk.as(desk.globex.agent);
    for (const name of ['beta', 'Alpha', 'gamma']) await globex.post('/labels', { label: { name, color: '#FFFFFF' } });
    const { status, body } = await globex.get('/labels');
    expect(status).toBe(200);
    expect(names(body.labels)).toEqual(['Alpha', 'beta', 'gamma']);
    expect(body.labels[0]).toEqual({ id: expect.any(Number), name: 'Alpha', color: '#ffffff' });
    expect((await globex.get('/labels?per_page=2&page=2')).body).toMatchObject({
      total: 3,
      current_page: 2,
      per_page: 2,
      total_pages: 2,
      labels: [{ name: 'gamma' }],
    });
    expect((await agent().get('/labels')).text).not.toContain('gamma');
  });
});

describe('making a label', () => {
  it('answers it and records who made it', async () => {
    const events = await eventsOf(desk, async () => {
      const { status, body } = await create({ name: '  Urgent ', color: '#FF0000' });
      expect(status).toBe(201);
      expect(body).toEqual({ label: { id: expect.any(Number), name: 'Urgent', color: '#ff0000' } });
      expect((await agent().get(`/labels/${body.label.id}`)).body).toEqual(body);
    });
    expect(events).toMatchObject([
      { type: 'label.created', actor: { id: desk.acme.agent.id, role: 'agent' }, data: { label: { name: 'Urgent' } } },
    ]);
  });

  it('gives it a colour when none is given', async () => {
    expect((await create({ name: unique('plain'), color: '' })).body.label.color).toBe('#cccccc');
  });

  it.each([
    ['no name', { name: ' ' }, "name can't be blank"],
    ['a name that is taken, whatever its case', { name: 'TAKEN' }, 'name has already been taken'],
    ['the name of the built-in label', { name: 'Unanswered' }, 'name is reserved for a label that every desk has'],
    ['a name with a comma', { name: 'a, b' }, 'name must not hold a comma, which stands between labels'],
    ['a long name', { name: 'x'.repeat(256) }, 'name must have at most 255 characters'],
    ['a colour by name', { name: 'x', color: 'red' }, 'color must be a colour such as #ff0000'],
    ['a short colour', { name: 'x', color: '#f00' }, 'color must be a colour such as #ff0000'],
  ])('refuses %s and leaves nothing', async (_, label, text) => {
    await create({ name: 'taken' });
    const before = await traces(desk, LABELS);
    const { status, body } = await create(label);
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
    expect(await traces(desk, LABELS)).toEqual(before);
  });

  it('lets one of many parallel labels of one name win', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create({ name: 'rush' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 400)]);
  });

  it('lets two companies use one name', async () => {
    await create({ name: 'shared' });
    expect((await desk.as(desk.globex.agent).post('/labels', { label: { name: 'shared' } })).status).toBe(201);
  });
});

describe('a label on tickets', () => {
  const labelled = async () => {
    const label = await make(desk, LABELS);
    const ticket = await openTicket(desk);
    const sql = 'insert into ticket_labels (company_id, ticket_id, label_id) values ($1, $2, $3)';
    await desk.db.query(sql, [desk.acme.id, ticket.id, label.id]);
    return { label, labels: async () => (await agent().get(`/tickets/${ticket.id}`)).body.ticket.labels };
  };

  it('is shown there as it is now, also after it was renamed and recoloured', async () => {
    const { label, labels } = await labelled();
    const name = unique('renamed');
    const events = await eventsOf(desk, async () => {
      const { status, body } = await agent().put(`/labels/${label.id}`, { label: { name } });
      expect([status, body]).toEqual([200, { label: { ...label, name } }]);
      await agent().put(`/labels/${label.id}`, { label: { color: '#0000FF' } });
    });
    expect(await labels()).toEqual([{ id: label.id, name, label: name, color: '#0000ff' }]);
    expect(events.map(({ type, data }) => [type, data['label'].color])).toEqual([
      ['label.updated', '#cccccc'],
      ['label.updated', '#0000ff'],
    ]);
  });

  it('may be given its own name in other letters, but not that of another', async () => {
    const [one, other] = [await make(desk, LABELS), await make(desk, LABELS)];
    expect((await agent().put(`/labels/${one.id}`, { label: { name: one.name.toUpperCase() } })).status).toBe(200);
    const before = await traces(desk, LABELS);
    for (const name of [other.name.toUpperCase(), 'unanswered'])
      expect((await agent().put(`/labels/${one.id}`, { label: { name } })).status).toBe(400);
    expect(await traces(desk, LABELS)).toEqual(before);
  });

  it('vanishes from them when it is deleted', async () => {
    const { label, labels } = await labelled();
    const events = await eventsOf(desk, async () => {
      expect((await agent().delete(`/labels/${label.id}`)).status).toBe(204);
    });
    expect(await labels()).toEqual([]);
    expect(events).toMatchObject([{ type: 'label.deleted', data: { label } }]);
    expect((await agent().get(`/labels/${label.id}`)).status).toBe(404);
  });
});

describe('a label that is not there', () => {
  it.each(['999999', 'nonsense', '0'])('is answered 404 as %s', async (id) => {
    const before = await traces(desk, LABELS);
    const [shown, changed, deleted] = [
      await agent().get(`/labels/${id}`),
      await agent().put(`/labels/${id}`, { label: { name: 'x' } }),
      await agent().delete(`/labels/${id}`),
    ];
    for (const { status, body } of [shown, changed, deleted])
      expect([status, body.error]).toEqual([404, `Couldn't find Label with id=${id}`]);
    expect(await traces(desk, LABELS)).toEqual(before);
  });

  it('is every label of another company', async () => {
    expect(await statusesFor(desk, desk.globex.admin, LABELS)).toEqual([200, 404, 201, 404, 404]);
  });
});

it.each([
  ['admin', [200, 200, 201, 200, 204]],
  ['agent', [200, 200, 201, 200, 204]],
  ['collaborator', [200, 200, 403, 403, 403]],
  ['customer', [403, 403, 403, 403, 403]],
] as const)('labels are read by staff and written by agents: %s', async (role, statuses) => {
  expect(await statusesFor(desk, desk.acme[role], LABELS)).toEqual(statuses);
});
