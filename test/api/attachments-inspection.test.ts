import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { startDesk, type TestDesk } from '../support/desk.js';
import { filePart as named, multipart, pictureOf, postFiles, uploadFile, type RawBody } from '../support/uploads.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const post = (body: RawBody) => postFiles(desk, desk.acme.agent, body);

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
      const { content_type: type } = await uploadFile(desk, desk.acme.agent, { content: await pictureOf(format) });
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
