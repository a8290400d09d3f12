import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { callScript } from '../support/php.js';

let desk: TestDesk;
const ids: Record<string, number> = {};

const FIELDS = [
  { name: 'Order Number', required: true },
  { name: 'Pieces', type: 'number' },
  { name: 'Bought', type: 'date' },
  { name: 'Size', type: 'select', possible_values: ['Small', 'Large'] },
  { name: 'Terms', type: 'checkbox' },
];

beforeAll(async () => {
  desk = await startDesk();
  for (const field of FIELDS) {
    const { body } = await desk.as(desk.acme.admin).post('/custom_fields', { custom_field: field });
    ids[field.name] = body.custom_field.id;
  }
});
afterAll(() => desk.stop());

const id = (name: string) => String(ids[name]);
const email = 'fields@example.com';
const create = (customFields: unknown, more: object = {}) =>
  callScript(desk, {
    ...{ script: 'tickets_create', type: 'application/json', by: desk.acme.admin },
    body: JSON.stringify({ subject: 'x', message: 'x', user_email: email, custom_fields: customFields, ...more }),
  });
const valuesOf = async (ticketId: number) => {
  const query = `ticket_id=${ticketId}&user_email=${email}`;
  return (await callScript(desk, { script: 'ticket_view', query, by: desk.acme.admin })).body.custom_fields;
};

describe('custom fields of tickets_create.php', () => {
  it('are shown by ticket_view.php, also those without a value', async () => {
    const { body } = await create({ [id('Order Number')]: '12345', [id('Pieces')]: 2, 999999: 'nobody knows it' });
    expect(await valuesOf(body.ticket_id)).toEqual({
      [id('Order Number')]: { name: 'Order Number', type: 'text', required: true, value: '12345' },
      [id('Pieces')]: { name: 'Pieces', type: 'number', required: false, value: '2' },
      [id('Bought')]: { name: 'Bought', type: 'date', required: false, value: null },
      [id('Size')]: { name: 'Size', type: 'select', required: false, value: null },
      [id('Terms')]: { name: 'Terms', type: 'checkbox', required: false, value: null },
    });
  });

  const field = () => `custom_fields%5B${id('Order Number')}%5D`;
  it.each([
    ['JSON text in a form', () => `custom_fields=${encodeURIComponent(JSON.stringify({ [id('Order Number')]: 'A&B' }))}`],
    ['brackets of a form', () => `${field()}=A%26B`],
    ['brackets that are not escaped', () => `${decodeURIComponent(field())}=A%26B`],
  ])('may be %s', async (_, write) => {
    const body = `subject=x&message=x&user_email=${email}&${write()}`;
    const answer = await callScript(desk, { script: 'tickets_create', body, by: desk.acme.admin });
    expect(answer.body).toMatchObject({ success: true });
    expect((await valuesOf(answer.body.ticket_id))[id('Order Number')]).toMatchObject({ value: 'A&B' });
  });

  it('may be JSON text in JSON', async () => {
    const { body } = await create(JSON.stringify({ [id('Order Number')]: '7' }));
    expect((await valuesOf(body.ticket_id))[id('Order Number')]).toMatchObject({ value: '7' });
  });

  it.each([undefined, null, '', {}, [], '[]', '{}', { 999999: 'x' }])('that are required must be there: %j', async (given) => {
    const answer = await create(given);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...{ success: false, error: 'Missing required custom fields' },
      custom_field_errors: { [id('Order Number')]: 'This field is required.' },
    });
  });

  it.each([
    ['Pieces', 'two', 'This field must be a number.'],
    ['Bought', '2024-02-30', 'This field must be a date.'],
    ['Size', 'Huge', 'This field must be one of Small, Large.'],
    ['Terms', 'perhaps', 'This field must be ticked or not.'],
  ])('must fit their type: %s = %s', async (name, value, text) => {
    const { body } = await create({ [id('Order Number')]: '1', [id(name)]: value });
    expect(body).toEqual({ success: false, error: 'Invalid custom fields', custom_field_errors: { [id(name)]: text } });
  });

  it.each([
    ['Pieces', '-2.5'],
    ['Bought', '2024-02-29'],
    ['Size', 'Large'],
    ['Terms', 'on'],
  ])('are taken when they do: %s = %s', async (name, value) => {
    const { body } = await create({ [id('Order Number')]: '1', [id(name)]: value });
    expect((await valuesOf(body.ticket_id))[id(name)]).toMatchObject({ value });
  });

  it('that are refused leave neither a ticket nor a customer behind', async () => {
    const counts = () =>
      desk.db.query(`select (select count(*) from tickets) as tickets, (select count(*) from users) as users,
      (select count(*) from events) as events, (select count(*) from user_details) as details`);
    const before = await counts();
    const answer = await create({}, { user_email: 'rolled.back@example.com', company: 'Nowhere' });
    expect(answer.body).toMatchObject({ success: false });
    expect(await counts()).toEqual(before);
  });

  it('are not asked for by REST', async () => {
    const { status } = await desk.as().post('/tickets', { ticket: { requester_email: email, content: { text: 'x' } } });
    expect(status).toBe(201);
  });
});

describe('what a form offers', () => {
  it('is told without a token, of the company of the host name', async () => {
    await desk.as(desk.acme.admin).post('/categories', { category: { name: 'Billing' } });
    await desk.as(desk.acme.admin).post('/categories', { category: { name: 'Abuse', position: 0 } });
    await desk.as(desk.globex.admin).post('/categories', { category: { name: 'Theirs' } });
    const at = (script: string, host: string, method: 'GET' | 'POST' = 'GET') =>
      callScript(desk, { script, method, headers: { host } }).then(({ body }) => body);
    const ours = {
      success: true,
      categories: [
        { id: expect.any(Number), name: 'Abuse' },
        { id: expect.any(Number), name: 'Billing' },
      ],
    };
    expect(await at('ticket_categories', 'acme.desk.test')).toEqual(ours);
    expect(await at('/support/api/ticket_categories.php', 'acme.desk.test', 'POST')).toEqual(ours);
    const theirs = { success: true, categories: [{ id: expect.any(Number), name: 'Theirs' }] };
    expect(await at('ticket_categories', 'globex.desk.test')).toEqual(theirs);
    expect(await at('ticket_custom_fields', 'globex.desk.test')).toEqual({ success: true, fields: [] });
    const { fields } = await at('ticket_custom_fields', 'acme.desk.test', 'POST');
    expect(fields).toHaveLength(FIELDS.length);
    expect(fields[3]).toEqual({
      id: ids['Size'],
      name: 'Size',
      type: 'select',
      required: false,
      possible_values: ['Small', 'Large'],
    });
  });

  it('is that of the token when one is shown', async () => {
    const { body } = await callScript(desk, { script: 'ticket_custom_fields', by: desk.globex.admin });
    expect(body).toEqual({ success: true, fields: [] });
  });
});
