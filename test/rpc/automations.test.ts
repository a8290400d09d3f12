import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { judge, type Visit } from '../../src/automations/conditions.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { documented, ok, rpc } from '../support/rpc.js';

let desk: TestDesk;
let cookie: string;

beforeAll(async () => {
  desk = await startDesk();
  const { id } = desk.acme.customer;
  await ok(desk, 'current-url', { user_id: id, url: 'https://shop.example.com/' });
  const online = (await ok(desk, 'get-online-users')) as { id: string; token: string }[];
  const { token } = online.find((one) => one.id === String(id)) ?? {};
  const [, value] = (await ok(desk, 'login', { user_id: id, user_token: token })) as [unknown, string];
  cookie = `sb-login=${value}`;
});
afterAll(() => desk.stop());

const printed = documented.find(({ name }) => name === 'automations-get')?.response.example as [Record<string, object[]>, object];
const save = (automations: object, translations?: object) =>
  ok(desk, 'automations-save', {
    automations: JSON.stringify(automations),
    translations: translations && JSON.stringify(translations),
  });
const asVisitor = (name: string, args: Record<string, unknown> = {}) => ok(desk, name, args, { headers: { cookie } });

const POPUP = { id: 'pop', conditions: [['user_type', 'is-user']], name: 'Pop', message: 'Look' };
const HELLO = { id: 'hello', conditions: [], name: 'Hello', message: 'Hello there' };
const LATER = { id: 'later', conditions: [['browsing_time', '5']], name: 'Later', message: 'Still there?' };

describe('automations-get', () => {
  it('gives back what was saved as it is printed, and translations that are not sent stay', async () => {
    const [automations] = printed;
    const all = { ...automations, messages: [{ id: 'y6hNE', name: 'Message', message: 'Words' }] };
    await save(all, { fr: { messages: [{ id: 'y6hNE', name: 'XXXX', message: 'XXXX' }] } });
    await save(all);
    const [saved, translations] = (await ok(desk, 'automations-get')) as [Record<string, object[]>, object];
    const conditioned = Object.entries(all).map(
      ([kind, list]) => [kind, list.map((one) => ({ conditions: [], ...one }))] as const,
    );
    expect(saved).toEqual(Object.fromEntries(conditioned));
    expect(translations).toEqual({ fr: { messages: [{ id: 'y6hNE', name: 'XXXX', message: 'XXXX' }] } });
    expect(await ok(desk, 'automations-get', {}, { by: desk.globex.admin })).toEqual([
      { emails: [], sms: [], messages: [], popups: [], design: [] },
      {},
    ]);
  });

  it.each([
    ['a kind that is none', { faxes: [HELLO] }],
    ['two of one id', { messages: [HELLO], popups: [HELLO] }],
    ['a condition that is none', { messages: [{ ...HELLO, conditions: [['moon', 'is-full']] }] }],
  ])('shows what was there before after %s', async (_, automations) => {
    const before = await ok(desk, 'automations-get');
    const { body } = await rpc(desk, 'automations-save', { automations: JSON.stringify(automations) });
    expect(body).toMatchObject({ success: false, response: 'invalid-arguments' });
    expect(await ok(desk, 'automations-get')).toEqual(before);
  });
});

describe('who is at the desk', () => {
  beforeEach(async () => {
    await desk.db.query('delete from automations');
    await save({ messages: [HELLO, LATER], popups: [POPUP] }, { es: { popups: [{ id: 'pop', message: 'Mira' }] } });
  });
  const spoken = () =>
    desk.db.query<{ text: string }>(`select text from messages where kind = 'reply' and text <> '' order by id`);

  it('is told what may run now, once, and is shown the rest', async () => {
    const before = (await spoken()).length;
    const offered = (await asVisitor('automations-run-all')) as { id: string; type: string }[];
    expect(offered).toEqual([
      { ...LATER, type: 'messages' },
      { ...POPUP, type: 'popups' },
    ]);
    await asVisitor('automations-run-all');
    expect((await spoken()).slice(before)).toEqual([{ text: 'Hello there' }]);
    expect(await asVisitor('automations-validate', { automation: HELLO })).toBe(false);
    expect(await asVisitor('automations-run', { automation: HELLO })).toBe(false);
  });

  it('is told the rest when the page has found that it may be, and a popup counts as shown', async () => {
    expect(await asVisitor('automations-validate', { automation: LATER })).toEqual({
      conditions: [['browsing_time', '5']],
      repeat_id: '',
    });
    expect(await asVisitor('automations-run', { automation: LATER, validate: true })).toBe(false);
    expect(await asVisitor('automations-run', { automation: LATER })).toBe(true);
    expect(await asVisitor('automations-run', { automation: POPUP, validate: true })).toBe(true);
    expect(await asVisitor('automations-run-all')).toEqual([]);
  });

  it('is nobody in particular without a login, of whom only the time is known', async () => {
    const before = (await spoken()).length;
    const offered = (await ok(desk, 'automations-run-all')) as { id: string }[];
    expect(offered.map(({ id }) => id)).toEqual(['hello', 'later', 'pop']);
    expect(await ok(desk, 'automations-validate', { automation: POPUP })).toEqual({
      conditions: POPUP.conditions,
      repeat_id: '',
    });
    const past = { conditions: [['datetime', 'is-exactly', '13/04/2021']] };
    expect(await ok(desk, 'automations-validate', { automation: past })).toBe(false);
    expect(await spoken()).toHaveLength(before);
  });

  it('cannot be sent what another company says', async () => {
    const { body } = await rpc(desk, 'automations-run', { automation: HELLO }, { by: desk.globex.admin });
    expect(body).toEqual({ success: false, response: 'automation-not-found' });
  });
});

const VISIT: Visit = {
  ...{ now: new Date('2021-04-12T10:00:00Z'), userType: 'lead', page: 'https://www.Shop.example.com/a/', referrer: null },
  ...{ madeAt: new Date('2021-04-01'), seenAt: new Date('2021-04-12'), languages: ['es-MX'], countries: ['Mexico', 'MX'] },
  ...{ cities: [], browsers: ['Chrome 120'], systems: ['Mac OS'] },
};
const met = (...conditions: string[][]) => {
  const judged = judge(conditions, VISIT);
  return judged === null ? 'no' : judged.left.length > 0 ? 'perhaps' : `yes ${judged.window}`.trim();
};

describe('a condition', () => {
  it.each([
    [['datetime', 'is-between', '10/04/2021 - 13/04/2021'], 'yes'],
    [['datetime', 'is-between', '10/04/2021 - 11/04/2021'], 'no'],
    [['datetime', 'is-between', '10/04/2021 - 12/04/2021'], 'yes'],
    [['datetime', 'is-exactly', '12/04/2021'], 'yes'],
    [['datetime', 'is-exactly', '12/04/2021 09:30'], 'yes'],
    [['datetime', 'is-exactly', '2021-04-12 08:00'], 'no'],
    [['include_urls', 'contains', 'other, shop.example.com'], 'yes'],
    [['include_urls', 'is-exactly', 'http://shop.example.com/a'], 'yes'],
    [['include_urls', 'is-not', 'shop.example.com/a'], 'no'],
    [['include_urls', 'does-not-contain', 'b.example.com'], 'yes'],
    [['exclude_urls', 'contains', 'shop.example.com'], 'no'],
    [['exclude_urls', 'is-exactly', 'shop.example.com'], 'yes'],
    [['referring', 'contains', 'search'], 'perhaps'],
    [['user_type', 'is-lead'], 'yes'],
    [['user_type', 'is-user'], 'no'],
    [['user_type', 'is-not-visitor'], 'yes'],
    [['returning_visitor', 'returning-visitor'], 'yes'],
    [['returning_visitor', 'first-time-visitor'], 'no'],
    [['languages', 'es'], 'yes'],
    [['languages', 'is-not-included', 'en,fr'], 'yes'],
    [['languages', 'en'], 'no'],
    [['countries', 'is-included', 'mx'], 'yes'],
    [['cities', 'Rome'], 'perhaps'],
    [['cities', 'is-set'], 'no'],
    [['browsers', 'chrome'], 'yes'],
    [['os', 'is-not-included', 'mac'], 'no'],
    [['scroll_position', '200'], 'perhaps'],
    [['custom_variable', 'plan=gold'], 'perhaps'],
  ])('%j is met: %s', (condition, expected) => {
    expect(met(condition)).toBe(expected);
  });

  it.each([
    ['every-day', '11/04/2021 09:00 - 11/04/2021 11:00', 'yes 2021-04-12T09:00'],
    ['every-day', '11/04/2021 11:00 - 11/04/2021 12:00', 'no'],
    ['every-week', '05/04/2021 - 05/04/2021', 'yes 2021-04-12T00:00'],
    ['every-week', '06/04/2021 - 06/04/2021', 'no'],
    ['every-month', '12/01/2021 - 12/01/2021', 'yes 2021-04-12T00:00'],
    ['every-month', '31/01/2021 - 12/02/2021', 'yes 2021-03-31T00:00'],
    ['every-year', '12/04/2019 - 12/04/2019', 'yes 2021-04-12T00:00'],
    ['every-year', '13/04/2019 - 13/04/2019', 'no'],
    ['every-day', '13/04/2021 - 13/04/2021', 'no'],
  ])('comes again %s, as in %s: %s', (repeat, time, expected) => {
    expect(met(['datetime', 'is-between', time], ['repeat', repeat])).toBe(expected);
  });

  it('that only repeats is of a day, week, month or year', () => {
    expect(['every-day', 'every-week', 'every-month', 'every-year'].map((repeat) => met(['repeat', repeat]))).toEqual([
      ...['yes 2021-04-12T00:00', 'yes 2021-04-12T00:00', 'yes 2021-04-01T00:00', 'yes 2021-01-01T00:00'],
    ]);
  });
});
