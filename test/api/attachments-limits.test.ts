import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ask } from '../support/send.js';
import { until } from '../support/until.js';
import { filePart as named, multipart, postFiles, storedFiles, traces, uploadFile, type RawBody } from '../support/uploads.js';

const MEGABYTE = 1024 * 1024;
const MAX_BYTES = 25 * MEGABYTE;

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const post = (body: RawBody, chunked = false) => postFiles(desk, desk.acme.agent, body, chunked);

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

  it.each<[string, () => RawBody, string]>([
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
      headers: { ...headers, ...length, authorization: `Bearer ${desk.acme.agent.token}` },
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
