import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ask } from '../support/send.js';
import { until } from '../support/until.js';
import { multipart, storedFiles, traces, uploadFile, type Part } from '../support/uploads.js';

const MEGABYTE = 1024 * 1024;
const MAX_BYTES = 25 * MEGABYTE;

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const authorization = () => ({ authorization: `Bearer ${desk.acme.agent.token}` });

/** Posts a body that was written by hand. */
const post = ({ headers, body }: { headers: Record<string, string>; body: Buffer | string }, chunked = false) =>
  ask(desk.url, { method: 'POST', path: '/attachments', headers: { ...headers, ...authorization() }, body, chunked });

const named = (filename: string, content: Part['content'] = 'x', type = 'text/plain'): Part => ({
  head: `Content-Disposition: form-data; name="files[]"; filename="${filename}"\r\nContent-Type: ${type}`,
  content,
});

const picture = (format: 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' | 'tiff', width = 400, height = 100) =>
  sharp({ create: { width, height, channels: 3, background: '#2f6f9f' } })
    .toFormat(format)
    .toBuffer();

describe('the type of a file', () => {
  it.each([
    ['a page that is declared a picture', '<html><script>x()</script></html>', 'image/png', 'text/plain'],
    ['a page that is declared one', '<html></html>', 'text/html', 'text/plain'],
    ['a page that is declared as XHTML', '<html></html>', 'application/xhtml+xml', 'text/plain'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', 'image/svg+xml', 'text/plain'],
    ['an XML document', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', 'text/xml', 'text/plain'],
    ['a script', 'alert(1)', 'text/javascript', 'text/plain'],
    ['a script that is declared an application', 'alert(1)', 'application/javascript', 'text/plain'],
    ['a table', 'a,b\n1,2\n', 'text/csv', 'text/csv'],
    ['a text in many alphabets', 'Grüße, мир, 世界 🎉', 'text/markdown', 'text/markdown'],
    ['a text with an odd declaration', 'x', 'text/"><b>', 'text/plain'],
    ['a text that is declared bytes', 'hello', 'application/octet-stream', 'text/plain'],
    ['bytes that are declared a text', Buffer.from([0xc3, 0x28]), 'text/plain', 'application/octet-stream'],
    ['a text in UTF-16', Buffer.from('\ufeffhello', 'utf16le'), 'text/plain', 'application/octet-stream'],
    ['bytes that are declared a page', Buffer.from([1, 0, 2, 0]), 'text/html', 'application/octet-stream'],
    ['a text that ends within a character', Buffer.from('für').subarray(0, 2), 'text/plain', 'application/octet-stream'],
    ['an archive that is declared a picture', gzipSync('x'), 'image/jpeg', 'application/gzip'],
    ['a document', '%PDF-1.7\n', 'text/plain', 'application/pdf'],
  ])('%s', async (_case, content, declared, expected) => {
    const { body } = await post(multipart([named('file', content, declared)]));
    expect(body.attachment.content_type).toBe(expected);
  });

  it('is found in the bytes of pictures, whatever is declared', async () => {
    for (const format of ['png', 'jpeg', 'gif', 'webp', 'avif', 'tiff'] as const) {
      const { content_type: type } = await uploadFile(desk, desk.acme.agent, { content: await picture(format) });
      expect(type).toBe(`image/${format}`);
    }
  });

  it('is judged by the whole file: one bad byte at the end makes a text bytes', async () => {
    const content = Buffer.concat([Buffer.from('ä'.repeat(200_000)), Buffer.from([0xff])]);
    const { content_type: type } = await uploadFile(desk, desk.acme.agent, { content });
    expect(type).toBe('application/octet-stream');
    const { content_type: good } = await uploadFile(desk, desk.acme.agent, { content: content.subarray(0, -1) });
    expect(good).toBe('text/plain');
  });
});

describe('the name of a file', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\\\Users\\\\me\\\\evil.exe', 'evil.exe'],
    ['..', 'attachment'],
    ['  ', 'attachment'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['\u2066x\u2069\u200f.txt', 'x.txt'],
    ['x\u2028y.txt', 'xy.txt'],
    ['Grüße 世界 👩‍💻.txt', 'Grüße 世界 👩‍💻.txt'],
    ['100%25.txt', '100%25.txt'],
    ['a\\"b.txt', 'a"b.txt'],
    [`${'n'.repeat(300)}.tar.gz`, `${'n'.repeat(252)}.gz`],
    [`${'👍'.repeat(300)}.txt`, `${'👍'.repeat(251)}.txt`],
  ])('%j becomes %j', async (given, expected) => {
    const { status, body } = await post(multipart([named(given)]));
    expect(status).toBe(201);
    expect(body.attachment.filename).toBe(expected);
    const { status: downloaded, headers } = await desk.as(desk.acme.agent).download(`/attachments/${body.attachment.id}`);
    expect(downloaded).toBe(200);
    expect(headers['content-disposition']).toMatch(/^attachment; filename=[ -~]+$/);
  });

  it.each([
    ['na%C3%AFve%2F..%2Ffile.txt', 'file.txt'],
    ['a%00b%07%0D%0Ac%7F%C2%85.txt', 'abc.txt'],
    ['%E2%80%AEgpj.exe', 'gpj.exe'],
  ])('may come encoded, as %s', async (encoded, expected) => {
    const head = `Content-Disposition: form-data; name="file"; filename="x"; filename*=UTF-8''${encoded}`;
    const { body } = await post(multipart([{ head, content: 'x' }]));
    expect(body.attachment.filename).toBe(expected);
  });
});

describe('a multipart body', () => {
  let before: object;
  beforeEach(async () => {
    before = await traces(desk);
  });

  it('may leave its parts without a field name', async () => {
    const { status, body } = await post(
      multipart([{ head: 'Content-Disposition: form-data; filename="nameless.txt"', content: 'Fire!' }]),
    );
    expect({ status, filename: body.attachment.filename }).toEqual({ status: 201, filename: 'nameless.txt' });
    expect((await desk.as(desk.acme.agent).download(`/attachments/${body.attachment.id}`)).text).toBe('Fire!');
  });

  it('may come in chunks, with other fields among the files, and with a preamble', async () => {
    const field = { head: 'Content-Disposition: form-data; name="utf8"', content: '✓' };
    const { headers, body } = multipart([field, named('a.txt'), field]);
    const { status } = await post({ headers, body: Buffer.concat([Buffer.from('ignore me\r\n'), body]) }, true);
    expect(status).toBe(201);
  });

  it('may hold lines that look like its boundary', async () => {
    const content = '\r\n--a-boundary-of-our-ow\r\n--a-boundary\r\n\r\n--';
    const { body } = await post(multipart([named('tricky.txt', content)]));
    expect((await desk.as(desk.acme.agent).download(`/attachments/${body.attachment.id}`)).text).toBe(content);
  });

  it.each<[string, () => { headers: Record<string, string>; body: Buffer | string }, string]>([
    ['no part', () => multipart([]), 'Validation failed: files must hold a file'],
    [
      'fields only',
      () => multipart([{ head: 'Content-Disposition: form-data; name="files[]"', content: 'x' }]),
      'Validation failed: files must hold a file',
    ],
    [
      'a field in which nothing was chosen',
      () => multipart([named('', '', 'application/octet-stream')]),
      'Validation failed: files must hold a file',
    ],
    [
      'JSON in its place',
      () => ({ headers: { 'content-type': 'application/json' }, body: '{"files": ["x"]}' }),
      'Validation failed: files must be sent as multipart/form-data',
    ],
    ['nothing in its place', () => ({ headers: {}, body: '' }), 'Validation failed: files must be sent as multipart/form-data'],
    [
      'no boundary',
      () => ({ headers: { 'content-type': 'multipart/form-data' }, body: 'x' }),
      'The Content-Type of the body cannot be read',
    ],
    ['nothing in it', () => ({ ...multipart([]), body: '' }), 'The body is not complete multipart/form-data'],
    ['no end', () => multipart([named('a.txt')], ''), 'The body is not complete multipart/form-data'],
    [
      'no end after a large file',
      () => multipart([named('a.txt'), named('b.bin', Buffer.alloc(3 * MEGABYTE, 1))], '\r\n--a-bound'),
      'The body is not complete multipart/form-data',
    ],
    [
      'a part without an end to its head',
      () => multipart([named('a.txt'), { head: 'Content-Disposition: form-data; name', content: '' }], ''),
      'The body is not complete multipart/form-data',
    ],
    [
      'a malformed head',
      () => multipart([named('a.txt'), { head: 'Content\u0001-Disposition: form-data', content: 'x' }]),
      'The body is not complete multipart/form-data',
    ],
    [
      'a head that is too long',
      () => multipart([named('a.txt'), { head: `X: ${'y'.repeat(100_000)}`, content: 'x' }]),
      'The body is not complete multipart/form-data',
    ],
  ])('with %s is refused and leaves nothing', async (_case, body, error) => {
    const answer = await post(body());
    expect(answer).toMatchObject({ status: 400, body: { error } });
    expect(await traces(desk)).toEqual(before);
  });

  it('may have files of 25 MB', async () => {
    const { status } = await post(multipart([named('large.bin', Buffer.alloc(MAX_BYTES, 1))]));
    expect(status).toBe(201);
  });

  it('is refused with 413 for one byte more, however much is still to come', async () => {
    const large = named('large.bin', Buffer.alloc(MAX_BYTES + 1, 1));
    for (const parts of [[large], [named('small.txt'), large, named('more.bin', Buffer.alloc(10 * MEGABYTE, 1))]]) {
      const { status, body } = await post(multipart(parts));
      expect({ status, error: body.error }).toEqual({ status: 413, error: 'A file may have at most 25 MB' });
    }
    expect(await traces(desk)).toEqual(before);
  });

  it('is read to its end when it is refused unread, so that the client hears why', async () => {
    const { headers, body } = multipart([named('large.bin', Buffer.alloc(8 * MEGABYTE, 1))]);
    const wrong = { ...headers, authorization: 'Bearer wrong' };
    const request = { method: 'POST', path: '/attachments', body };
    expect((await ask(desk.url, { ...request, headers: wrong })).status).toBe(401);
    expect((await post({ headers: { 'content-type': 'multipart/form-data' }, body })).status).toBe(400);
    expect((await post({ headers, body: body.subarray(0, 100) })).status).toBe(400);
  });

  it('may have 20 files and no more', async () => {
    const files = Array.from({ length: 20 }, (_, index) => named(`${index}.txt`, String(index)));
    const refused = await post(multipart([...files, named('20.txt')]));
    expect({ status: refused.status, error: refused.body.error }).toEqual({
      status: 413,
      error: 'One call takes at most 20 files',
    });
    expect(await traces(desk)).toEqual(before);
    expect((await post(multipart(files))).body.attachments).toHaveLength(20);
    const fields = Array.from({ length: 300 }, () => ({ head: 'Content-Disposition: form-data; name="x"', content: '' }));
    expect((await post(multipart(fields))).status).toBe(413);
  });

  it('that breaks off with the connection leaves nothing', async () => {
    const { headers, body } = multipart([named('a.txt'), named('b.bin', Buffer.alloc(2 * MEGABYTE, 1))]);
    const { hostname, port } = new URL(desk.url);
    const length = { 'content-length': String(body.length) };
    const req = request({
      hostname,
      port,
      path: '/attachments',
      method: 'POST',
      headers: { ...headers, ...length, ...authorization() },
    });
    req.on('error', () => undefined);
    req.write(body.subarray(0, MEGABYTE));
    await until(async () => (await storedFiles(desk)).some((path) => path.startsWith('.staging')), 'bytes on the disk');
    req.destroy();
    await until(async () => !(await storedFiles(desk)).some((path) => path.startsWith('.staging')), 'removal of the bytes');
    expect(await traces(desk)).toEqual(before);
  });
});

describe('the quota of a company', () => {
  const setQuota = (quota: number) =>
    desk.db.query('update companies set attachment_bytes = 0, attachment_quota = $2 where id = $1', [desk.acme.id, quota]);
  afterAll(() => setQuota(10_737_418_240));

  it('is named to whoever exceeds it, and nothing is kept of his files', async () => {
    await setQuota(100);
    const before = await traces(desk);
    const files = ['a', 'b'].map((name) => ({ filename: name, content: name.repeat(60) }));
    const { status, body } = await desk.as(desk.acme.agent).upload(files);
    expect(status).toBe(400);
    expect(body.error).toBe("Validation failed: files exceed the company's quota of 100 bytes, of which 100 are free");
    expect(await traces(desk)).toEqual(before);
    await uploadFile(desk, desk.acme.agent, { content: 'x'.repeat(100) });
    expect((await desk.as(desk.acme.agent).upload([{ filename: 'a', content: 'x' }])).body.error).toContain(
      'of which 0 are free',
    );
    await uploadFile(desk, desk.globex.agent, { content: 'not theirs' });
  });

  it('holds against many uploads at once', async () => {
    await setQuota(1000);
    const files = await storedFiles(desk);
    const calls = Array.from({ length: 20 }, () =>
      desk.as(desk.acme.customer).upload([{ filename: 'a', content: 'x'.repeat(150) }]),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(6);
    expect(statuses.filter((status) => status === 400)).toHaveLength(14);
    expect(await desk.db.query('select attachment_bytes from companies where id = $1', [desk.acme.id])).toEqual([
      { attachment_bytes: 900 },
    ]);
    expect(await storedFiles(desk)).toHaveLength(files.length + 6);
  });
});

describe('the small version of a picture', () => {
  const thumb = (id: number) => desk.as(desk.acme.agent).download(`/attachments/${id}?version=thumb`);

  it('has at most 200 pixels on a side and is made once, however many ask', async () => {
    for (const format of ['png', 'jpeg', 'gif', 'webp', 'avif', 'tiff'] as const) {
      const file = { filename: `a.${format}`, content: await picture(format) };
      const { id } = await uploadFile(desk, desk.acme.agent, file);
      const answers = await Promise.all(Array.from({ length: 5 }, () => thumb(id)));
      const kept = await thumb(id);
      for (const { status, bytes } of answers)
        expect({ status, same: bytes.equals(kept.bytes) }).toEqual({ status: 200, same: true });
      const kind = format === 'jpeg' ? 'jpeg' : 'png';
      expect(kept.headers).toMatchObject({
        'content-type': `image/${kind}`,
        'content-disposition': `inline; filename=a-thumb.${kind}`,
        'content-length': String(kept.bytes.length),
      });
      expect(await sharp(kept.bytes).metadata()).toMatchObject({ format: kind, width: 200, height: 50 });
      const again = await desk
        .as(desk.acme.agent)
        .download(`/attachments/${id}?version=thumb`, { headers: { 'if-none-match': String(kept.headers['etag']) } });
      expect(again.status).toBe(304);
    }
  });

  it('is never larger than the picture, and stands upright', async () => {
    const upright = await sharp(await picture('jpeg', 40, 10))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { id } = await uploadFile(desk, desk.acme.agent, { content: upright });
    expect(await sharp((await thumb(id)).bytes).metadata()).toMatchObject({ width: 10, height: 40 });
  });

  it('is missing for what is no picture, and for one that cannot be read', async () => {
    const whole = await picture('png');
    const contents = ['text', '<svg xmlns="http://www.w3.org/2000/svg"/>', '%PDF-1.7', whole.subarray(0, whole.length / 2)];
    for (const content of contents) {
      const { id } = await uploadFile(desk, desk.acme.agent, { content });
      for (const answer of [await thumb(id), await thumb(id)])
        expect(answer).toMatchObject({ status: 404, body: { error: `Couldn't find Thumbnail with id=${id}` } });
      expect((await desk.as(desk.acme.agent).download(`/attachments/${id}`)).status).toBe(200);
    }
    const { id } = await uploadFile(desk, desk.acme.agent, { content: whole });
    expect((await desk.as(desk.acme.agent).download(`/attachments/${id}?version=huge`)).status).toBe(400);
  });

  it('is not made of a document that only calls itself a picture', async () => {
    const content = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"/>';
    const { id } = await uploadFile(desk, desk.acme.agent, { content });
    await desk.db.query(`update attachments set content_type = 'image/png; name=x.png' where id = $1`, [id]);
    expect((await thumb(id)).status).toBe(404);
  });

  it('is refused for a picture that claims to be huge, without taking the memory for it', async () => {
    const bomb = await picture('png', 10, 10);
    // Width and height in the first chunk; its checksum is behind them.
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    const { id, content_type: type } = await uploadFile(desk, desk.acme.agent, { content: bomb });
    expect(type).toBe('image/png');
    const before = process.memoryUsage().rss;
    expect((await thumb(id)).status).toBe(404);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE);
  });
});

/** The checksum of PNG chunks. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
