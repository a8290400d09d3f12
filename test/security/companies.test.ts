import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLES } from '../../src/access/actor.js';
import { CANARY, fingerprint } from '../support/canaries.js';
import { OtherCompany, told, unasked } from '../support/cross-company.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { routes } from '../support/document.js';
import { plain, prepare } from '../support/forms.js';
import { send } from '../support/send.js';

let desk: TestDesk;
let other: OtherCompany;

beforeAll(async () => {
  desk = await startDesk();
  other = new OtherCompany(desk);
  expect(await other.fill()).toEqual([]);
}, 60_000);
afterAll(() => desk.stop());

/**
 * Reads that tell no word of anybody: figures, what a rule does, what somebody wants to be told of, and searches that may find nothing, as
 * may who asks for those who are there at the moment.
 */
const WORDLESS = /^\/(reports|consequences)\/|^\/reports$|\/(search|notification_settings|presence|typing)$|\}\/queue$/;

const reading = routes.filter(({ method, token }) => method === 'get' && token !== 'none');

describe.each(reading)('$title', (route) => {
  it('tells nothing of the other company beside its own', async () => {
    const call = await prepare(route, other.ours);
    for (const role of ROLES) {
      const { headers, text } = await send(desk.url, plain(call, desk.globex[role].token));
      expect(text).not.toMatch(CANARY);
      expect(JSON.stringify(headers)).not.toMatch(CANARY);
    }
  });

  it('tells the other company itself what must not be seen from here', async () => {
    const { status, text } = await send(desk.url, other.theirCall(route));
    expect(status).toBe(200);
    // A stream tells what happens from now on.
    if (!WORDLESS.test(route.path) && !route['x-streams']) expect(text).toMatch(CANARY);
  });
});

// Reading comes first: then nobody here has been told an address of theirs, which a question below may name.
const inOrder = [...routes].sort((a, b) => Number(a.method !== 'get') - Number(b.method !== 'get'));

describe.each(inOrder)('$title', (route) => {
  it('answers about what is of another company as about what does not exist, and changes nothing there', async () => {
    const call = await prepare(route, other.ours, 'needed');
    const cases = ROLES.flatMap((role) => other.cases(call, role).map((one) => ({ ...one, where: `${role}: ${one.where}` })));
    const there = await fingerprint(desk, desk.acme);
    const everywhere = await fingerprint(desk);
    const outcomes = await Promise.all(
      cases.map(async ({ where, about, aboutNothing, pair }) => {
        const [answer, nothing] = [await send(desk.url, about), await send(desk.url, aboutNothing)];
        return { where, answer, nothing, pair };
      }),
    );

    expect(outcomes.map(({ where, answer, pair }) => ({ where, ...told(answer, pair.theirs) }))).toEqual(
      outcomes.map(({ where, nothing, pair }) => ({ where, ...told(nothing, pair.nobodys) })),
    );
    expect(outcomes.filter(({ answer, pair }) => CANARY.test(unasked(answer, pair.theirs))).map(({ where }) => where)).toEqual(
      [],
    );
    expect(await fingerprint(desk, desk.acme)).toEqual(there);
    // What was refused changed nothing at home either.
    if (outcomes.every(({ answer, nothing }) => answer.status >= 400 && nothing.status >= 400))
      expect(await fingerprint(desk)).toEqual(everywhere);
  });
});

describe('the comparison', () => {
  it('notices a row of the company that changes, and one that is new', async () => {
    const before = await fingerprint(desk, desk.acme);
    await desk.db.query(`update labels set color = '#123456' where company_id = $1`, [desk.acme.id]);
    const changed = await fingerprint(desk, desk.acme);
    expect(Object.keys(changed).filter((table) => changed[table] !== before[table])).toEqual(['labels']);
    await desk.db.query(`insert into teams (company_id, name) values ($1, 'new')`, [desk.acme.id]);
    const grown = await fingerprint(desk, desk.acme);
    expect(Object.keys(grown).filter((table) => grown[table] !== changed[table])).toEqual(['teams']);
  });
});
