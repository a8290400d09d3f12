import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, make, statusesFor, TEAMS, traces, unique, type Collection } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterEach(() => desk.db.query('delete from web_hooks'));
afterAll(() => desk.stop());

const URL = 'https://example.com/desk-events';
const HOOKS: Collection = {
  path: '/web_hooks',
  table: 'web_hooks',
  key: 'web_hook',
  input: () => ({ url: `https://example.com/${unique('hook').replace(' ', '-')}` }),
};
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

const admin = () => desk.as(desk.acme.admin);
const create = (fields: object) => admin().post('/web_hooks', { web_hook: fields });
const label = () => make(desk, { path: '/labels', table: 'labels', key: 'label', input: () => ({ name: unique('label') }) });

/** Everything that the database and the log say of webhooks, as text. */
async function written(): Promise<string> {
  const rows = await desk.db.query(
    `select (select json_agg(w) from web_hooks w) as hooks, (select json_agg(e.data) from events e where e.type like 'web_hook.%') as events`,
  );
  return JSON.stringify(rows);
}

describe('adding a webhook', () => {
  it('needs an address alone: it is told of all events then, in the format of our own', async () => {
    const events = await eventsOf(desk, async () => {
      const { status, body } = await create({ url: URL });
      expect(status).toBe(201);
      const { secret, ...hook } = body.web_hook;
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(hook).toEqual({
        id: expect.any(Number),
        url: URL,
        events: ['*'],
        format: 'standard',
        spelling: 'gb-talk',
        enabled: true,
        disabled_because: null,
        team_ids: null,
        label_ids: null,
        header_names: [],
        failing_since: null,
        consecutive_failures: 0,
        paused_until: null,
        old_secret_until: null,
        created_at: TIME,
        updated_at: TIME,
      });
      expect((await admin().get(`/web_hooks/${hook.id}`)).body).toEqual({ web_hook: hook });
      expect((await admin().get('/web_hooks')).body).toMatchObject({ total: 1, web_hooks: [hook] });
    });
    const view = (await admin().get('/web_hooks')).body.web_hooks[0];
    expect(events).toMatchObject([
      { type: 'web_hook.created', actor: { id: desk.acme.admin.id, role: 'admin' }, data: { web_hook: view } },
    ]);
  });

  it('takes everything that may be said of it', async () => {
    const [team, word] = [await make(desk, TEAMS), await label()];
    const { status, body } = await create({
      target_url: URL,
      events: 'new-*, message-sent,new-*',
      format: 'Support_Board',
      spelling: 'support-board',
      secret: 'a-secret-of-our-own',
      headers: { 'X-Desk-Key': 'b7e1c2', 'x-count': 17, Authorization: 'Bearer mine' },
      enabled: 'false',
      team_ids: [team.id, team.id],
      label_ids: `${word.id}`,
    });
    expect(status).toBe(201);
    expect(body.web_hook).toMatchObject({
      url: URL,
      events: ['new-*', 'message-sent'],
      format: 'support_board',
      spelling: 'support-board',
      secret: 'a-secret-of-our-own',
      header_names: ['X-Desk-Key', 'x-count', 'Authorization'],
      enabled: false,
      disabled_because: null,
      team_ids: [team.id],
      label_ids: [word.id],
    });
  });

  it('shows neither the secret nor the value of a header ever again, and writes them down for nobody to read', async () => {
    const { body } = await create({ url: URL, secret: 'hush-hush-hush-hush', headers: { 'X-Key': 'psst-psst' } });
    const { id } = body.web_hook;
    await admin().put(`/web_hooks/${id}`, { web_hook: { enabled: false } });
    const paths = ['/web_hooks', `/web_hooks/${id}`, '/events?limit=1000'];
    const seen = await Promise.all(paths.map(async (path) => (await admin().get(path)).text));
    for (const text of [...seen, await written()]) expect(text).not.toMatch(/hush|psst/);
    expect(await written()).not.toContain(Buffer.from('hush-hush-hush-hush').toString('hex'));
    expect(await written()).not.toContain(Buffer.from('psst-psst').toString('hex'));
  });

  it('makes another secret for each', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => create({ url: URL })));
    expect(new Set(made.map(({ body }) => body.web_hook.secret)).size).toBe(5);
  });
});

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`X-${n}`, '1']));
const OURS = 'headers must not hold %s, which is set by the desk';

describe('a webhook is refused, and nothing is left of it, with', () => {
  it.each<[what: string, fields: object, text: string]>([
    ['no address', { events: '*' }, "url can't be blank"],
    ['no web address', { url: 'mailto:a@example.com' }, 'url must be a URL that begins with http:// or https://'],
    ['a password in the address', { url: 'https://a:b@example.com' }, 'url must not hold a user name or a password'],
    ['an event that there is not', { url: URL, events: 'ticket.cretaed' }, 'events "ticket.cretaed" is not an event'],
    ['a pattern that means none', { url: URL, events: ['ticket.created', 'x*'] }, 'events "x*" matches no event'],
    [
      'an event of another format',
      { url: URL, events: 'ticket.created', format: 'support_board' },
      'events "ticket.created" is not an event',
    ],
    ['no events', { url: URL, events: [] }, 'events must name at least one'],
    ['a pattern without end', { url: URL, events: '*'.repeat(201) }, 'events must have at most 200 characters each'],
    ['too many events', { url: URL, events: Array(101).fill('*') }, 'events must have at most 100 items'],
    ['an unknown format', { url: URL, format: 'xml' }, 'format must be one of standard, supportbee, support_board'],
    ['an unknown spelling', { url: URL, spelling: 'own' }, 'spelling must be one of gb-talk, support-board'],
    ['a secret too short', { url: URL, secret: 'x'.repeat(15) }, 'secret must be 16 to 200 visible ASCII characters'],
    [
      'a secret with blanks',
      { url: URL, secret: 'open sesame open sesame' },
      'secret must be 16 to 200 visible ASCII characters',
    ],
    ['headers that are a text', { url: URL, headers: 'X-A: 1' }, 'headers must be an object of names and texts'],
    ['headers that are a list', { url: URL, headers: ['X-A'] }, 'headers must be an object of names and texts'],
    ['a header that is an object', { url: URL, headers: { 'X-A': {} } }, 'headers must be an object of names and texts'],
    ['a header that is nothing', { url: URL, headers: { 'X-A': null } }, 'headers must be an object of names and texts'],
    ['too many headers', { url: URL, headers: many(21) }, 'headers must not be more than 20'],
    [
      'the name of no header',
      { url: URL, headers: { 'X A': '1' } },
      'headers must have names of 1 to 100 letters, digits and hyphens',
    ],
    ['a header twice', { url: URL, headers: { 'X-A': '1', 'x-a': '2' } }, 'headers must not hold x-a twice'],
    [
      'a header that ends the line',
      { url: URL, headers: { 'X-A': 'a\r\nHost: b' } },
      'headers must have no control characters, and only such of Latin-1, in X-A',
    ],
    [
      'a header that cannot be sent',
      { url: URL, headers: { 'X-A': '✓' } },
      'headers must have no control characters, and only such of Latin-1, in X-A',
    ],
    ['a header too long', { url: URL, headers: { 'X-A': 'x'.repeat(1001) } }, 'headers must have at most 1000 characters in X-A'],
    ...['Host', 'content-TYPE', 'Content-Length', 'Transfer-Encoding', 'Connection', 'TE', 'Expect', 'User-Agent'].map(
      (name): [string, object, string] => [
        `the header ${name}`,
        { url: URL, headers: { [name]: '1' } },
        OURS.replace('%s', name),
      ],
    ),
    ...['webhook-id', 'X-Polydesk-Event', 'X-Sb-Signature', 'Accept-Encoding', 'Content-Encoding'].map(
      (name): [string, object, string] => [
        `the header ${name}`,
        { url: URL, headers: { [name]: '1' } },
        OURS.replace('%s', name),
      ],
    ),
    ['teams that are not there', { url: URL, team_ids: [999_999_999] }, 'team_ids must be teams of this company'],
    ['labels that are not there', { url: URL, label_ids: [999_999_999] }, 'label_ids must be labels of this company'],
    ['a switch that is neither on nor off', { url: URL, enabled: 'x' }, 'enabled must be true or false'],
  ])('%s', async (_, fields, text) => {
    const before = await traces(desk, HOOKS);
    const { status, body } = await create(fields);
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
    expect(await traces(desk, HOOKS)).toEqual(before);
  });

  it.each([
    'http://127.0.0.1/x',
    'http://localhost.localdomain:22/',
    'http://[::1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://0x7f.1/',
  ])('an address that must not be called: %s', async (url) => {
    const { status, body } = await create({ url });
    expect([status, body.error]).toEqual([400, expect.stringMatching(/^Validation failed: url must not lead to /)]);
  });

  it('a team or a label of another company, or one that was deleted', async () => {
    const team = await desk.as(desk.globex.admin).post('/teams', { team: { name: unique('Theirs') } });
    const word = await desk.as(desk.globex.admin).post('/labels', { label: { name: unique('theirs') } });
    const gone = await make(desk, TEAMS);
    await admin().delete(`/teams/${gone.id}`);
    const before = await traces(desk, HOOKS);
    const fields = [{ team_ids: [team.body.team.id] }, { label_ids: [word.body.label.id] }, { team_ids: [gone.id] }];
    for (const limits of fields) expect((await create({ url: URL, ...limits })).status).toBe(400);
    expect(await traces(desk, HOOKS)).toEqual(before);
  });
});

describe('a company', () => {
  it('has at most a hundred webhooks, whoever adds them at the same time', async () => {
    const sql = `insert into web_hooks (company_id, url, secret) select $1, 'https://example.com', '' from generate_series(1, 98)`;
    await desk.db.query(sql, [desk.acme.id]);
    const statuses = (await Promise.all(Array.from({ length: 5 }, () => create({ url: URL })))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 201, 409, 409, 409]);
    const { status, body } = await create({ url: URL });
    expect([status, body]).toEqual([409, { error: 'A company has at most 100 webhooks' }]);
    expect((await admin().get('/web_hooks?per_page=10')).body).toMatchObject({ total: 100, total_pages: 10 });
    expect((await desk.as(desk.globex.admin).post('/web_hooks', { web_hook: { url: URL } })).status).toBe(201);
  });

  it('knows nothing of the webhooks of another', async () => {
    expect(await statusesFor(desk, desk.globex.admin, HOOKS)).toEqual([200, 404, 201, 404, 404]);
    const { id } = await make(desk, HOOKS);
    const before = await desk.db.query('select * from web_hooks where id = $1', [id]);
    const stranger = desk.as(desk.globex.admin);
    expect((await stranger.post(`/web_hooks/${id}/secret`)).body).toEqual({ error: `Couldn't find WebHook with id=${id}` });
    expect((await stranger.get('/web_hooks')).body.web_hooks.map((hook: { id: number }) => hook.id)).not.toContain(id);
    expect(await desk.db.query('select * from web_hooks where id = $1', [id])).toEqual(before);
  });
});

it.each([
  ['admin', [200, 200, 201, 200, 204]],
  ['agent', [403, 403, 403, 403, 403]],
  ['collaborator', [403, 403, 403, 403, 403]],
  ['customer', [403, 403, 403, 403, 403]],
] as const)('webhooks are for admins: %s', async (role, statuses) => {
  expect(await statusesFor(desk, desk.acme[role], HOOKS)).toEqual(statuses);
});
