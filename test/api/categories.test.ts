import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, make, statusesFor, traces, unique, type Collection } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { openTicket } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const CATEGORIES: Collection = {
  path: '/categories',
  table: 'categories',
  key: 'category',
  input: () => ({ name: unique('Category') }),
};
const admin = () => desk.as(desk.acme.admin);
const create = (category: object) => admin().post('/categories', { category });

describe('making a category', () => {
  it('answers it and records it', async () => {
    const events = await eventsOf(desk, async () => {
      const { status, body } = await create({ name: ' Billing ', position: '4' });
      expect(status).toBe(201);
      expect(body).toEqual({ category: { id: expect.any(Number), name: 'Billing', position: 4 } });
      expect((await admin().get(`/categories/${body.category.id}`)).body).toEqual(body);
    });
    expect(events).toMatchObject([
      { type: 'category.created', actor: { id: desk.acme.admin.id }, data: { category: { name: 'Billing' } } },
    ]);
  });

  it('puts it behind the others unless told otherwise', async () => {
    const first = await make(desk, CATEGORIES, { position: 40 });
    expect((await make(desk, CATEGORIES)).position).toBe(Number(first.position) + 1);
  });

  it.each([
    ['no name', { name: ' ' }, "name can't be blank"],
    ['a name that is taken, whatever its case', { name: 'TAKEN' }, 'name has already been taken'],
    ['a place that is no number', { name: 'x', position: 'top' }, 'position must be a number'],
    ['a place beyond all', { name: 'x', position: 1e9 }, 'position must be at most 1000000'],
  ])('refuses %s and leaves nothing', async (_, input, text) => {
    await create({ name: 'taken' });
    const before = await traces(desk, CATEGORIES);
    const { status, body } = await create(input);
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
    expect(await traces(desk, CATEGORIES)).toEqual(before);
  });
});

describe('listing categories', () => {
  it('shows those of the company by position', async () => {
    const globex = desk.as(desk.globex.admin);
    for (const [name, position] of Object.entries({ last: 9, first: 0, middle: 5 }))
      await globex.post('/categories', { category: { name, position } });
    const { body } = await globex.get('/categories');
    expect(body.categories.map(({ name }: { name: string }) => name)).toEqual(['first', 'middle', 'last']);
    expect((await globex.get('/categories?per_page=2')).body).toMatchObject({ total: 3, total_pages: 2 });
  });
});

describe('changing a category', () => {
  it('leaves what is not given', async () => {
    const category = await make(desk, CATEGORIES);
    const name = unique('Renamed');
    const put = async (fields: object) => (await admin().put(`/categories/${category.id}`, { category: fields })).body.category;
    const events = await eventsOf(desk, async () => {
      expect(await put({ name, position: '' })).toEqual({ ...category, name });
      expect(await put({ position: 0 })).toEqual({ ...category, name, position: 0 });
    });
    expect(events.map(({ type, data }) => [type, data['category'].position])).toEqual([
      ['category.updated', category.position],
      ['category.updated', 0],
    ]);
  });

  it('refuses a taken name and changes nothing', async () => {
    const [category, other] = [await make(desk, CATEGORIES), await make(desk, CATEGORIES)];
    const before = await traces(desk, CATEGORIES);
    const { status } = await admin().put(`/categories/${category.id}`, { category: { name: other.name.toUpperCase() } });
    expect(status).toBe(400);
    expect(await traces(desk, CATEGORIES)).toEqual(before);
  });
});

it('a deleted category leaves its tickets, in no category but still in their company', async () => {
  const category = await make(desk, CATEGORIES);
  const { id } = await openTicket(desk);
  await desk.db.query('update tickets set category_id = $2 where id = $1', [id, category.id]);
  const events = await eventsOf(desk, async () => {
    expect((await admin().delete(`/categories/${category.id}`)).status).toBe(204);
    expect((await admin().delete(`/categories/${category.id}`)).status).toBe(404);
  });
  expect(events).toMatchObject([{ type: 'category.deleted', data: { category } }]);
  expect(await desk.db.query('select company_id, category_id from tickets where id = $1', [id])).toEqual([
    { company_id: desk.acme.id, category_id: null },
  ]);
});

it('a category of another company is not there', async () => {
  expect(await statusesFor(desk, desk.globex.admin, CATEGORIES)).toEqual([200, 404, 201, 404, 404]);
});

it.each([
  ['admin', [200, 200, 201, 200, 204]],
  ['agent', [200, 200, 403, 403, 403]],
  ['collaborator', [200, 200, 403, 403, 403]],
  ['customer', [403, 403, 403, 403, 403]],
] as const)('categories are read by staff and written by admins: %s', async (role, statuses) => {
  expect(await statusesFor(desk, desk.acme[role], CATEGORIES)).toEqual(statuses);
});
