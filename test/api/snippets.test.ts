import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventsOf, make, statusesFor, traces, type Collection } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const SNIPPETS: Collection = {
  path: '/snippets',
  table: 'snippets',
  key: 'snippet',
  input: () => ({ name: 'Facebook Link', content: { text: 'Find us there.' }, tags: 'facebook, link' }),
};
const agent = () => desk.as(desk.acme.agent);
const create = (snippet: object) => agent().post('/snippets', { snippet });

describe('saving a snippet', () => {
  it('answers it and records who saved it', async () => {
    const events = await eventsOf(desk, async () => {
      const { status, body } = await create({
        name: 'Facebook Link',
        content: { html: '<p>Find us <b>there</b>.</p>' },
        tags: 'facebook, link',
      });
      expect(status).toBe(201);
      expect(body).toEqual({
        snippet: {
          id: expect.any(Number),
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          name: 'Facebook Link',
          tags: 'facebook, link',
          content: { text: 'Find us there.', html: '<p>Find us <b>there</b>.</p>' },
        },
      });
      expect((await agent().get(`/snippets/${body.snippet.id}`)).body).toEqual(body);
    });
    expect(events).toMatchObject([
      { type: 'snippet.created', actor: { id: desk.acme.agent.id }, data: { snippet: { name: 'Facebook Link' } } },
    ]);
  });

  it('makes the html of a text, and takes the older names of the content', async () => {
    const { body } = await create({ name: 'Old', content_attributes: { body: 'a < b\nc' } });
    expect(body.snippet).toMatchObject({ tags: '', content: { text: 'a < b\nc', html: 'a &lt; b<br>\nc' } });
    const both = await create({ name: 'Old', content_attributes: { body: 'plain', body_html: '<i>rich</i>' } });
    expect(both.body.snippet.content).toEqual({ text: 'plain', html: '<i>rich</i>' });
  });

  it('takes out of the html what could run', async () => {
    const html = '<p onclick="steal()">Hello<script>alert(1)</script><a href="javascript:x">here</a></p>';
    const { body } = await create({ name: 'Bad', content: { html } });
    expect(body.snippet.content).toEqual({
      text: 'Hellohere',
      html: '<p>Hello<a rel="noopener noreferrer nofollow">here</a></p>',
    });
  });

  it('writes its tags in one way, each once', async () => {
    const { body } = await create({ name: 'Tags', content: { text: 'x' }, tags: ' a,b ,, A  ,c d' });
    expect(body.snippet.tags).toBe('A, b, c d');
  });

  it('does not ask for a name of its own', async () => {
    expect((await create(SNIPPETS.input())).status).toBe(201);
    expect((await create(SNIPPETS.input())).status).toBe(201);
  });

  it.each([
    ['no name', { name: '', content: { text: 'x' } }, "name can't be blank"],
    ['no content', { name: 'x' }, "content can't be blank"],
    ['an empty content', { name: 'x', content: { text: '', html: ' ' } }, "content can't be blank"],
    ['a content that is no object', { name: 'x', content: 'text' }, 'content must be an object'],
    ['too many tags', { name: 'x', content: { text: 'x' }, tags: 'x'.repeat(1001) }, 'tags must have at most 1000 characters'],
  ])('refuses %s and leaves nothing', async (_, snippet, text) => {
    const before = await traces(desk, SNIPPETS);
    const { status, body } = await create(snippet);
    expect([status, body.error]).toEqual([400, `Validation failed: ${text}`]);
    expect(await traces(desk, SNIPPETS)).toEqual(before);
  });
});

describe('listing snippets', () => {
  const globex = () => desk.as(desk.globex.agent);
  const names = async (query: string) =>
    (await globex().get(`/snippets${query}`)).body.snippets.map(({ name }: { name: string }) => name);

  beforeAll(async () => {
    for (const [name, text, tags] of [
      ['Refund', 'We send the money back.', 'Billing, money'],
      ['Greeting', 'Hello there, 100% welcome', ''],
      ['Invoice', 'Here is your invoice.', 'billing'],
    ])
      await globex().post('/snippets', { snippet: { name, content: { text }, tags } });
  });

  it('shows those of the company, oldest first, page by page', async () => {
    expect(await names('')).toEqual(['Refund', 'Greeting', 'Invoice']);
    expect((await globex().get('/snippets?per_page=2&page=2')).body).toMatchObject({
      total: 3,
      current_page: 2,
      per_page: 2,
      total_pages: 2,
      snippets: [{ name: 'Invoice', content: { text: 'Here is your invoice.', html: 'Here is your invoice.' } }],
    });
    expect((await globex().get('/snippets?page=9')).body).toMatchObject({ total: 3, snippets: [] });
  });

  it.each([
    ['tag=BILLING', ['Refund', 'Invoice']],
    ['tag=money', ['Refund']],
    ['tag=mon', []],
    ['tag=', ['Refund', 'Greeting', 'Invoice']],
    ['q=invoice', ['Invoice']],
    ['q=MONEY', ['Refund']],
    ['q=billing', ['Refund', 'Invoice']],
    ['q=100%25', ['Greeting']],
    ['q=%25', ['Greeting']],
    ['q=e&tag=billing', ['Refund', 'Invoice']],
    ['q=hello&tag=billing', []],
  ])('finds by %s', async (query, wanted) => {
    expect(await names(`?${query}`)).toEqual(wanted);
    expect((await globex().get(`/snippets?${query}`)).body.total).toBe(wanted.length);
  });

  it('cleans html that was stored under older rules', async () => {
    const { id } = await make(desk, SNIPPETS);
    await desk.db.query(`update snippets set html = '<img src=x onerror=alert(1)>hi', html_policy = 0 where id = $1`, [id]);
    expect((await agent().get(`/snippets/${id}`)).body.snippet.content.html).toBe('<img src="x" />hi');
    expect((await agent().get('/snippets')).text).not.toContain('onerror');
  });
});

describe.each(['/snippets', '/snippet'])('PUT %s/{id}', (path) => {
  it('changes what is given and leaves the rest', async () => {
    const snippet = await make(desk, SNIPPETS);
    const put = async (fields: object) => (await agent().put(`${path}/${snippet.id}`, { snippet: fields })).body.snippet;
    const events = await eventsOf(desk, async () => {
      expect(await put({ name: 'New', tags: '', content: { text: '', html: '' } })).toEqual({ ...snippet, name: 'New' });
      expect(await put({ content: { html: '<b>new</b>' } })).toMatchObject({
        name: 'New',
        tags: 'facebook, link',
        content: { text: 'new', html: '<b>new</b>' },
      });
      expect(await put({ content_attributes: { body: 'newer' }, tags: null })).toMatchObject({
        tags: '',
        content: { text: 'newer', html: 'newer' },
      });
    });
    expect(events.map(({ type, data }) => [type, data['snippet'].content.text])).toEqual([
      ['snippet.updated', 'Find us there.'],
      ['snippet.updated', 'new'],
      ['snippet.updated', 'newer'],
    ]);
  });

  it('is 200, refuses bad input with 400 and changes nothing then, and knows no foreign one', async () => {
    const { id } = await make(desk, SNIPPETS);
    expect((await agent().put(`${path}/${id}`, { snippet: SNIPPETS.input() })).status).toBe(200);
    const before = await traces(desk, SNIPPETS);
    expect((await agent().put(`${path}/${id}`, { snippet: { name: 'x'.repeat(256) } })).status).toBe(400);
    expect((await agent().put(`${path}/${id}`, { snippet: { content: 'x' } })).status).toBe(400);
    for (const client of [desk.as(desk.globex.agent), desk.as(desk.acme.collaborator), desk.as(desk.acme.customer)])
      expect([403, 404]).toContain((await client.put(`${path}/${id}`, { snippet: { name: 'x' } })).status);
    expect((await agent().put(`${path}/999999`, { snippet: { name: 'x' } })).body.error).toBe(
      `Couldn't find Snippet with id=999999`,
    );
    expect(await traces(desk, SNIPPETS)).toEqual(before);
  });
});

describe('deleting a snippet', () => {
  it('is 204 without a body, once', async () => {
    const snippet = await make(desk, SNIPPETS);
    const events = await eventsOf(desk, async () => {
      const { status, text } = await agent().delete(`/snippets/${snippet.id}`);
      expect([status, text]).toEqual([204, '']);
      expect((await agent().delete(`/snippets/${snippet.id}`)).status).toBe(404);
    });
    expect(events).toMatchObject([{ type: 'snippet.deleted', data: { snippet } }]);
    expect((await agent().get(`/snippets/${snippet.id}`)).status).toBe(404);
  });
});

it('a snippet of another company is not there', async () => {
  expect(await statusesFor(desk, desk.globex.admin, SNIPPETS)).toEqual([200, 404, 201, 404, 404]);
});

it.each([
  ['admin', [200, 200, 201, 200, 204]],
  ['agent', [200, 200, 201, 200, 204]],
  ['collaborator', [200, 200, 403, 403, 403]],
  ['customer', [403, 403, 403, 403, 403]],
] as const)('snippets are read by staff and written by agents: %s', async (role, statuses) => {
  expect(await statusesFor(desk, desk.acme[role], SNIPPETS)).toEqual(statuses);
});
