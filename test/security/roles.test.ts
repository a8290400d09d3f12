import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLES, type Role } from '../../src/access/actor.js';
import { fingerprint } from '../support/canaries.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { routes } from '../support/document.js';
import { plain, prepare } from '../support/forms.js';
import { Objects } from '../support/objects.js';
import { ask } from '../support/send.js';

let desk: TestDesk;
let objects: Record<Role, Objects>;

beforeAll(async () => {
  desk = await startDesk();
  const { acme } = desk;
  const of = (role: Role) => new Objects(desk, acme, acme[role]);
  objects = { admin: of('admin'), agent: of('agent'), collaborator: of('collaborator'), customer: of('customer') };
  // The last use of a token is noted once a minute, which is a change.
  await desk.db.query(`update api_tokens set last_used_at = '2100-01-01'`);
});
afterAll(() => desk.stop());

const cells = routes
  .filter(({ token }) => token === 'needed')
  .flatMap((route) =>
    ROLES.map((role) => ({ route, title: route.title, role, may: route['x-allowed-roles']?.includes(role) ?? false })),
  );

describe('the roles of the document', () => {
  it('are told for every route that needs a token', () => {
    expect(cells.length).toBeGreaterThan(80);
    expect(cells.filter(({ route }) => !route['x-allowed-roles']).map(({ title }) => title)).toEqual([]);
    expect(cells.some(({ may }) => may)).toBe(true);
    expect(cells.some(({ may }) => !may)).toBe(true);
  });

  it.each(cells.filter(({ may }) => may))('let $role call $title', async ({ route, role }) => {
    const answer = await ask(desk.url, plain(await prepare(route, objects[role], 'needed'), desk.acme[role].token));
    expect([answer.status, Math.floor(answer.status / 100)]).toEqual([answer.status, 2]);
  });

  it.each(cells.filter(({ may }) => !may))('refuse $role at $title', async ({ route, role }) => {
    const call = await prepare(route, objects.admin, 'needed');
    const before = await fingerprint(desk);
    const answer = await ask(desk.url, plain(call, desk.acme[role].token));
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({ error: `This is not for the role ${role}` });
    expect(await fingerprint(desk)).toEqual(before);
  });
});
