import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ArticleViews } from '../../src/articles/article-views.js';
import { eventsOf, traces } from '../support/collection.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ok } from '../support/rpc.js';
import { send } from '../support/send.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());
beforeEach(async () => {
  await desk.db.query('delete from articles');
  await desk.db.query('delete from article_categories');
});

const admin = () => desk.as(desk.acme.admin);
const SPANISH = { es: { title: 'Impresoras', content: '<p>Manzanas rojas</p>' } };

async function make(fields: object = {}) {
  const article = { title: 'Printers', content: '<p>Red apples</p><script>alert(1)</script>', ...fields };
  const { status, body } = await admin().post('/articles', { article });
  expect(status).toBe(201);
  return body.article;
}
const titlesOf = async (query: string) => {
  const { body } = await admin().get(`/articles${query}`);
  return body.articles.map(({ title }: { title: string }) => title);
};

describe('articles', () => {
  it('are written, changed and deleted, seen by the RPC too, and the log tells of it', async () => {
    const events = await eventsOf(desk, async () => {
      const made = await make({ categories: ['c1'], translations: SPANISH });
      expect(made).toMatchObject({ title: 'Printers', categories: ['c1'], language: null, languages: ['es'], link: '' });
      expect(made.content).toEqual({ text: 'Red apples', html: '<p>Red apples</p>' });
      const { body } = await admin().put(`/articles/${made.id}`, {
        article: { title: 'Plotters', link: 'https://a.example.com' },
      });
      expect(body.article).toMatchObject({ code: made.code, title: 'Plotters', content: made.content, languages: ['es'] });
      expect(await ok(desk, 'get-articles', { id: made.code })).toMatchObject({
        title: 'Plotters',
        link: 'https://a.example.com',
      });
      expect((await admin().delete(`/articles/${made.id}`)).status).toBe(204);
      expect((await admin().get(`/articles/${made.id}`)).status).toBe(404);
    });
    expect(events.map(({ type }) => type)).toEqual(['article.created', 'article.updated', 'article.deleted']);
  });

  it('are shown in the language that is asked for, else as they were written', async () => {
    const { id } = await make({ translations: SPANISH });
    const show = async (language: string) => (await admin().get(`/articles/${id}?language=${language}`)).body.article;
    expect(await show('ES')).toMatchObject({ title: 'Impresoras', language: 'es', content: { text: 'Manzanas rojas' } });
    expect(await show('it')).toMatchObject({ title: 'Printers', language: null });
    await admin().put(`/articles/${id}`, { article: { translations: { it: { title: 'Stampanti', content: 'Mele' } } } });
    expect([await show('it'), await show('es')]).toMatchObject([{ title: 'Stampanti' }, { title: 'Printers' }]);
  });

  it('are found by words of the language, by category, page by page', async () => {
    await make({ translations: SPANISH, categories: ['c1'] });
    await make({ title: 'Bread', content: 'White flour', categories: ['c2'] });
    expect(await titlesOf('')).toEqual(['Printers', 'Bread']);
    expect(await titlesOf('?q=apples')).toEqual(['Printers']);
    expect(await titlesOf('?q=manzanas')).toEqual([]);
    expect(await titlesOf('?q=manzanas&language=es')).toEqual(['Impresoras']);
    expect(await titlesOf('?category=c2')).toEqual(['Bread']);
    const { body } = await admin().get('/articles?per_page=1&page=2');
    expect(body).toMatchObject({ total: 2, total_pages: 2, articles: [{ title: 'Bread', excerpt: 'White flour' }] });
  });

  it.each([
    ['no title', { title: ' ' }],
    ['a link that runs', { link: 'javascript:alert(1)' }],
    ['a category that is no id', { categories: ['a b'] }],
    ['a language that is none', { translations: { 'no such': { title: 'x' } } }],
    ['a translation without a title', { translations: { es: { content: 'x' } } }],
  ])('refuse %s, and then nothing has changed', async (_, fields) => {
    const { id } = await make();
    const before = await traces(desk, { table: 'article_texts' });
    const article = { title: 'New', content: 'x', ...fields };
    expect((await admin().post('/articles', { article })).status).toBe(400);
    if (!('title' in fields)) expect((await admin().put(`/articles/${id}`, { article })).status).toBe(400);
    expect(await traces(desk, { table: 'article_texts' })).toEqual(before);
  });

  it('are rated, and it is counted how often others than staff read them', async () => {
    const { id } = await make();
    const customer = desk.as(desk.acme.customer);
    for (const score of ['good', 'bad', 'good'])
      expect((await customer.post(`/articles/${id}/rating`, { rating: { score } })).status).toBe(201);
    expect((await customer.get(`/articles/${id}`)).body.article.ratings).toEqual({ good: 2, bad: 1 });
    await customer.get(`/articles/${id}`);
    await admin().get(`/articles/${id}`);
    await desk.app.get(ArticleViews).flush();
    await customer.get(`/articles/${id}`);
    await desk.app.get(ArticleViews).flush();
    expect(await desk.db.query('select article_id, views from article_views')).toEqual([{ article_id: id, views: 3 }]);
  });
});

describe('the setting articles_public', () => {
  it('lets anybody read, and change nothing; an unchanged article need not be sent again', async () => {
    const { id } = await make();
    const nobody = desk.as();
    const paths = ['/articles', `/articles/${id}`, '/article_categories'];
    const statuses = async () => Promise.all(paths.map(async (path) => (await nobody.get(path)).status));
    expect(await statuses()).toEqual([403, 403, 403]);
    await admin().put('/settings', { settings: { articles_public: true } });
    expect(await statuses()).toEqual([200, 200, 200]);
    const { headers } = await nobody.get(`/articles/${id}`);
    const again = await send(desk.url, { path: `/articles/${id}`, headers: { 'if-none-match': headers['etag'] ?? '' } });
    expect(again.status).toBe(304);
    expect((await nobody.delete(`/articles/${id}`)).status).toBe(403);
    await admin().put('/settings', { settings: { articles_public: false } });
    expect(await statuses()).toEqual([403, 403, 403]);
  });
});

describe('categories of articles', () => {
  it('are made, moved and deleted with what articles say of them, and no other company sees them', async () => {
    const first = await admin().post('/article_categories', { article_category: { title: 'One' } });
    const { id, code } = first.body.article_category;
    await admin().post('/article_categories', { article_category: { title: 'Two' } });
    const article = await make({ categories: [code] });
    await admin().put(`/article_categories/${id}`, { article_category: { position: 9 } });
    const { body } = await admin().get('/article_categories');
    expect(body.article_categories.map(({ title }: { title: string }) => title)).toEqual(['Two', 'One']);
    const them = desk.as(desk.globex.admin);
    for (const path of [`/article_categories/${id}`, `/articles/${article.id}`]) {
      const answers = [await them.get(path), await them.put(path, { title: 'Theirs' }), await them.delete(path)];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    }
    expect((await admin().delete(`/article_categories/${id}`)).status).toBe(204);
    expect((await admin().get(`/articles/${article.id}`)).body.article.categories).toEqual([]);
  });
});
