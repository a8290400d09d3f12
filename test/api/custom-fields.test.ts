import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, make, statusesFor, traces, unique, type Collection } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { openTicket } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const FIELDS: Collection = {
  path: '/custom_fields',
  table: 'custom_fields',
  key: 'custom_field',
  input: () => ({ name: unique('Field') }),
};
const admin = () => desk.as(desk.acme.admin);
const create = (fields: object) => admin().post('/custom_fields', { custom_field: fields });

describe('making a custom field', () => {
  it('answers it and records it', async () => {
    const events = await eventsOf(desk, async () => {
      const { status, body } = await create({ name: ' Order Number ', type: 'text', required: true, position: 7 });
      expect(status).toBe(201);
      expect(body).toEqual({
        custom_field: {
          id: expect.any(Number),
          name: 'Order Number',
          type: 'text',
          required: true,
          possible_values: [],
          position: 7,
        },
      });
      expect((await admin().get(`/custom_fields/${body.custom_field.id}`)).body).toEqual(body);
    });
    expect(events).toMatchObject([
      { type: 'custom_field.created', actor: { id: desk.acme.admin.id }, data: { custom_field: { name: 'Order Number' } } },
    ]);
  });

  it.each(['text', 'textarea', 'number', 'date', 'checkbox', 'TextArea'])('knows the type %s', async (type) => {
    const { status, body } = await create({ name: unique('Typed'), type });
    expect([status, body.custom_field.type]).toEqual([201, type.toLowerCase()]);
  });

  it('lets choose from values, each once and in the given order', async () => {
    const { body } = await create({
      name: unique('Size'),
      type: 'select',
      possible_values: ['Small', ' Large, or so ', '', 'Small'],
    });
    expect(body.custom_field).toMatchObject({ type: 'select', possible_values: ['Small', 'Large, or so'] });
    const byComma = await create({ name: unique('Size'), type: 'select', possible_values: 'a, b' });
    expect(byComma.body.custom_field.possible_values).toEqual(['a', 'b']);
  });

  it('is an optional text behind the others unless told otherwise', async () => {
    const [first, second] = [await make(desk, FIELDS), await make(desk, FIELDS, { type: '', required: '', position: '' })];
    expect(second).toMatchObject({ type: 'text', required: false, position: Number(first.position) + 1 });
  });

  it.each([
    ['no name', { name: '' }, "name can't be blank"],
    ['a name that is taken, whatever its case', { name: 'TAKEN' }, 'name has already been taken'],
    ['an unknown type', { name: 'x', type: 'colour' }, 'type must be one of text, textarea, number, date, select, checkbox'],
    ['a choice of nothing', { name: 'x', type: 'select' }, "possible_values can't be blank for the type select"],
    [
      'a choice of blanks',
      { name: 'x', type: 'select', possible_values: [' '] },
      "possible_values can't be blank for the type select",
    ],
    [
      'values for a number',
      { name: 'x', type: 'number', possible_values: ['1'] },
      'possible_values are for the type select only',
    ],
    ['values that are no texts', { name: 'x', type: 'select', possible_values: [{}] }, 'possible_values must hold texts'],
    ['a place before all', { name: 'x', position: -1 }, 'position must be at least 0'],
  ])('refuses %s and leaves nothing', async (_, input, text) => {
    await create({ name: 'taken' });
    const before = await traces(desk, FIELDS);
    const { status, body } = await create(input);
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
    expect(await traces(desk, FIELDS)).toEqual(before);
  });
});

describe('listing custom fields', () => {
  it('shows those of the company by position', async () => {
    const globex = desk.as(desk.globex.admin);
    for (const [name, position] of Object.entries({ last: 9, first: 0, middle: 5 }))
      await globex.post('/custom_fields', { custom_field: { name, position } });
    const { body } = await globex.get('/custom_fields');
    expect(body.custom_fields.map(({ name }: { name: string }) => name)).toEqual(['first', 'middle', 'last']);
    expect((await globex.get('/custom_fields?per_page=1&page=3')).body).toMatchObject({
      total: 3,
      total_pages: 3,
      custom_fields: [{ name: 'last' }],
    });
  });
});

describe('changing a custom field', () => {
  const put = (id: number, fields: object) => admin().put(`/custom_fields/${id}`, { custom_field: fields });

  it('leaves what is not given, and forgets the values when it is no choice any more', async () => {
    const field = await make(desk, FIELDS, { type: 'select', possible_values: ['a', 'b'], required: true });
    const name = unique('Renamed');
    const events = await eventsOf(desk, async () => {
      expect((await put(field.id, { name })).body.custom_field).toEqual({ ...field, name });
      expect((await put(field.id, { possible_values: ['c'], required: false })).body.custom_field).toMatchObject({
        possible_values: ['c'],
        required: false,
        type: 'select',
      });
      expect((await put(field.id, { type: 'textarea', position: 3 })).body.custom_field).toEqual({
        ...field,
        name,
        type: 'textarea',
        required: false,
        possible_values: [],
        position: 3,
      });
    });
    expect(events.map(({ type }) => type)).toEqual(['custom_field.updated', 'custom_field.updated', 'custom_field.updated']);
  });

  it('refuses a taken name and values that do not fit the type, and changes nothing', async () => {
    const [field, other] = [await make(desk, FIELDS), await make(desk, FIELDS)];
    const before = await traces(desk, FIELDS);
    for (const change of [{ name: other.name.toUpperCase() }, { type: 'select' }, { possible_values: ['a'] }])
      expect((await put(field.id, change)).status).toBe(400);
    expect(await traces(desk, FIELDS)).toEqual(before);
  });
});

it('a deleted custom field takes its values from tickets, and nothing else', async () => {
  const [field, other] = [await make(desk, FIELDS), await make(desk, FIELDS)];
  const { id } = await openTicket(desk);
  const sql = `insert into ticket_custom_fields (company_id, ticket_id, custom_field_id, value) values ($1, $2, $3, '1'), ($1, $2, $4, '2')`;
  await desk.db.query(sql, [desk.acme.id, id, field.id, other.id]);
  const events = await eventsOf(desk, async () => {
    expect((await admin().delete(`/custom_fields/${field.id}`)).status).toBe(204);
    expect((await admin().delete(`/custom_fields/${field.id}`)).status).toBe(404);
  });
  expect(events).toMatchObject([{ type: 'custom_field.deleted', data: { custom_field: field } }]);
  expect(await desk.db.query('select value from ticket_custom_fields where ticket_id = $1', [id])).toEqual([{ value: '2' }]);
  expect((await admin().get(`/tickets/${id}`)).status).toBe(200);
});

it('a custom field of another company is not there', async () => {
  expect(await statusesFor(desk, desk.globex.admin, FIELDS)).toEqual([200, 404, 201, 404, 404]);
});

it.each([
  ['admin', [200, 200, 201, 200, 204]],
  ['agent', [200, 200, 403, 403, 403]],
  ['collaborator', [200, 200, 403, 403, 403]],
  ['customer', [403, 403, 403, 403, 403]],
] as const)('custom fields are read by staff and written by admins: %s', async (role, statuses) => {
  expect(await statusesFor(desk, desk.acme[role], FIELDS)).toEqual(statuses);
});
