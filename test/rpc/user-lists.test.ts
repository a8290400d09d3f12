import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ok, rpc } from '../support/rpc.js';
import { ask } from '../support/send.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

async function writtenLines(by = desk.acme.admin): Promise<string[]> {
  const url = await ok(desk, 'csv-users', {}, { by });
  expect(url).toMatch(/^http:\/\/\w+\.desk\.test\/uploads\/users-[\w-]{32}\.csv$/);
  const { status, headers, text } = await ask(desk.url, { method: 'GET', path: new URL(url).pathname });
  expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
    ...[200, 'text/csv; charset=utf-8', 'attachment; filename=users.csv'],
  ]);
  return text.split('\r\n').slice(0, -1);
}

describe('the list of all people', () => {
  it('tells what everybody has, and every detail that anybody has', async () => {
    const { id: companyId, customer } = desk.acme;
    const extra = { phone: ['+39 1', 'Phone'], city: ['Rome, "the" city', 'City'] };
    const lead = await ok(desk, 'add-user', { first_name: '=1+1', last_name: 'Doe', user_type: 'lead', extra });
    const visitor = await ok(desk, 'add-user');
    await desk.db.query(
      `insert into users (company_id, kind, role, first_name) values ($1, 'customer_group', 'customer', 'Club')`,
      [companyId],
    );
    const [head, ...lines] = await writtenLines();
    expect(head).toBe('id,first_name,last_name,email,profile_image,user_type,creation_time,last_activity,city,phone');
    const ofId = (id: number) => lines.find((line) => line.startsWith(`${id},`));
    expect(ofId(lead)).toMatch(/^\d+,'=1\+1,Doe,,,lead,\d{4}-\d\d-\d\dT[\d:]+Z,\d{4}[^,]+Z,"Rome, ""the"" city",'\+39 1$/);
    expect(ofId(visitor)).toMatch(/^\d+,,,,,visitor,[^,]+,[^,]+,,$/);
    expect(ofId(customer.id)).toContain(`,${customer.email},,user,`);
    const types = lines.map((line) => line.split(',')[5]);
    expect(types).toEqual(['admin', 'agent', 'agent', 'user', 'lead', 'visitor']);
  });

  it('holds everybody once however many they are, and nobody of another company', async () => {
    await desk.db.query(
      `insert into users (company_id, email) select $1, 'crowd.' || n || '@globex.test' from generate_series(1, 1203) n`,
      [desk.globex.id],
    );
    const theirs = await writtenLines(desk.globex.admin);
    expect(new Set(theirs).size).toBe(theirs.length);
    const [{ count } = { count: 0 }] = await desk.db.query<{ count: number }>(
      `select count(*) from users where company_id = $1 and kind not in ('bot', 'customer_group')`,
      [desk.globex.id],
    );
    expect(theirs).toHaveLength(count + 1);
    expect(theirs.join()).not.toContain('acme');
  });

  it('is written for admins only', async () => {
    const { body } = await rpc(desk, 'csv-users', {}, { by: desk.acme.agent });
    expect(body).toMatchObject({ success: false, response: 'not-admin' });
  });
});
