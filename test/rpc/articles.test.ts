import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsOf } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ok, rpc } from '../support/rpc.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const article = (id: string, more: object = {}) => ({ id, title: `Title ${id}`, content: `<p>Body of ${id}</p>`, ...more });
const shown = (id: string, more: object = {}) => ({
  ...{ id, title: `Title ${id}`, content: `Body of ${id}`, link: '', categories: [] },
  ...more,
});
const save = (articles: unknown, more: object = {}, by = desk.acme.admin) =>
  ok(desk, 'save-articles', { articles, ...more }, { by });
const get = (args: Record<string, unknown> = {}) => ok(desk, 'get-articles', args);

beforeEach(async () => {
  const link = 'https://desk.example.com/b';
  await save(
    { articles: [article('aaa', { categories: ['cat1'] }), article('bbb', { link, categories: ['cat1', 'cat2'] })] },
    { translations: { es: [{ id: 'aaa', title: 'Título', content: 'Manzanas rojas' }] } },
  );
  await ok(desk, 'save-articles-categories', {
    categories: [
      { id: 'cat1', title: 'One' },
      { id: 'cat2', title: 'Two' },
    ],
  });
});

const A = shown('aaa', { categories: ['cat1'] });
const B = shown('bbb', { categories: ['cat1', 'cat2'], link: 'https://desk.example.com/b' });
const SPANISH = { ...A, title: 'Título', content: 'Manzanas rojas' };
const CATEGORIES = [
  { id: 'cat1', title: 'One' },
  { id: 'cat2', title: 'Two' },
];

describe('get-articles', () => {
  it('lists them in their order, some of them, those of a category, and one by its id', async () => {
    expect(await get()).toEqual([A, B]);
    expect(await get({ count: 1 })).toEqual([A]);
    expect(await get({ categories: 'cat2' })).toEqual([B]);
    expect(await get({ categories: true })).toEqual([[A, B], CATEGORIES]);
    expect(await get({ id: 'bbb' })).toEqual(B);
    expect(await get({ id: 'zzz' })).toBe(false);
    expect(await ok(desk, 'get-articles-categories')).toEqual(CATEGORIES);
  });

  it('answers in a language, or in the first one where there is no translation', async () => {
    expect(await get({ articles_language: 'es' })).toEqual([SPANISH, B]);
    expect(await get({ articles_language: 'it' })).toEqual([A, B]);
    expect(await get({ articles_language: 'all' })).toEqual([[A, B], { es: [SPANISH] }]);
  });

  it('shortens what is long unless all is asked for, which is clean html', async () => {
    await save([article('long', { content: `<p>${'word '.repeat(100)}</p><script>alert(1)</script>` })]);
    const [{ content: short }] = (await get()) as [{ content: string }];
    expect([short.length, short.endsWith(' ...')]).toEqual([104, true]);
    const [{ content: whole }] = (await get({ full: true })) as [{ content: string }];
    expect(whole).toMatch(/^<p>(word ){100}<\/p>$/);
  });
});

describe('save-articles', () => {
  it('forgets those that are not sent, keeps ratings and translations of the others, and makes ids', async () => {
    await ok(desk, 'article-ratings', { article_id: 'aaa', rating: 1 });
    const events = await eventsOf(desk, () => save([article('aaa', { title: 'New' }), { title: 'No id', content: 'x' }]));
    expect(events).toMatchObject([{ type: 'articles.replaced', data: { ids: ['aaa', expect.stringMatching(/^\w{8}$/)] } }]);
    const list = (await get({ articles_language: 'es' })) as { title: string }[];
    expect(list.map(({ title }) => title)).toEqual(['Título', 'No id']);
    expect(await ok(desk, 'article-ratings', { article_id: 'aaa' })).toContain('1');
  });

  it.each([
    ['no title', [{ id: 'x', content: 'y' }]],
    ['two of one id', [article('x'), article('x')]],
    ['an id that is none', [article('x y')]],
    ['a link that runs', [article('x', { link: 'javascript:alert(1)' })]],
    ['words instead of articles', ['one', 'two']],
  ])('refuses %s and then nothing has changed', async (_, articles) => {
    const { body } = await rpc(desk, 'save-articles', { articles: JSON.stringify(articles) });
    expect(body).toMatchObject({ success: false, response: 'invalid-arguments' });
    expect(await get()).toEqual([A, B]);
  });

  it('is of one company only', async () => {
    await save([article('aaa', { title: 'Theirs' })], {}, desk.globex.admin);
    await ok(desk, 'save-articles-categories', { categories: [{ id: 'cat1', title: 'Theirs' }] }, { by: desk.globex.admin });
    expect(await get({ categories: true })).toEqual([[A, B], CATEGORIES]);
    expect(await ok(desk, 'search-articles', { search: 'Theirs' })).toEqual([]);
    const { body } = await rpc(desk, 'article-ratings', { article_id: 'bbb', rating: 1 }, { by: desk.globex.admin });
    expect(body).toEqual({ success: false, response: 'article-not-found' });
  });
});

describe('search-articles', () => {
  it('finds words of title and content, also in the language that is asked for', async () => {
    expect(await ok(desk, 'search-articles', { search: 'body bbb' })).toEqual([B]);
    expect(await ok(desk, 'search-articles', { search: 'title' })).toEqual([A, B]);
    expect(await ok(desk, 'search-articles', { search: 'manzanas' })).toEqual([]);
    expect(await ok(desk, 'search-articles', { search: 'manzanas', articles_language: 'es' })).toEqual([SPANISH]);
    expect(await ok(desk, 'search-articles', { search: 'manzanas', articles_language: 'all' })).toEqual([A]);
  });
});

describe('article-ratings', () => {
  it('adds ratings, and reads them as JSON in a text', async () => {
    await save([article('rated')]);
    for (const rating of [1, 0, 1]) expect(await ok(desk, 'article-ratings', { article_id: 'rated', rating })).toBe(true);
    expect(await ok(desk, 'article-ratings', { article_id: 'rated' })).toBe('[1,-1,1]');
  });
});
