import { pipeline } from 'node:stream';
import { constants, createBrotliCompress, createDeflate, createGzip, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { OutboundRequest } from '../../src/platform/outbound-http/outbound-http.js';
import { listenHttp, listenRaw } from '../support/listener.js';
import { at, client, closeAll, kept } from '../support/outbound.js';
import { until } from '../support/until.js';

afterEach(closeAll);

describe('a body', () => {
  const patiently = { beyond: 'refuse' } as const;

  it('of the allowed length is whole, and one byte more is not', async () => {
    const receiver = await kept(listenHttp((res, { path }) => res.end('x'.repeat(Number(path.slice(1))))));
    const http = client();
    expect(await http.send({ url: at(receiver, '/100'), maxBytes: 100, ...patiently })).toMatchObject({ isCut: false });
    const cut = await http.send({ url: at(receiver, '/101'), maxBytes: 100 });
    expect(cut).toMatchObject({ status: 200, body: Buffer.from('x'.repeat(100)), isCut: true });
    const refused = http.send({ url: at(receiver, '/101'), maxBytes: 100, ...patiently });
    await expect(refused).rejects.toMatchObject({ kind: 'failed', message: 'The answer is longer than 100 bytes' });
    expect((await http.send({ url: at(receiver, '/20000') })).body).toHaveLength(16 * 1024);
  });

  it('without end is cut, and its connection closed', async () => {
    const receiver = await kept(
      listenHttp((res) => {
        const pour = () => {
          while (res.write('x'.repeat(65_536)));
        };
        res.on('drain', pour);
        pour();
      }),
    );
    expect(await client().send({ url: at(receiver), maxBytes: 1000 })).toMatchObject({
      isCut: true,
      body: Buffer.alloc(1000, 'x'),
    });
    await until(() => receiver.open.size === 0, 'the end of the connection');
  });

  it.each([
    ['gzip', createGzip],
    ['x-gzip', createGzip],
    ['deflate', createDeflate],
    ['br', () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ])('that is compressed with %s unasked is unpacked, and only so far as it is kept', async (encoding, compressor) => {
    const receiver = await kept(
      listenHttp((res, { path }) => {
        res.writeHead(200, { 'Content-Encoding': encoding.toUpperCase() });
        pipeline(path === '/small' ? ['hello'] : zeros(), compressor(), res, () => undefined);
      }),
    );
    const http = client();
    const { headers, ...small } = await http.send({ url: at(receiver, '/small'), ...patiently });
    expect(small).toEqual({ status: 200, body: Buffer.from('hello'), isCut: false });
    expect(headers).not.toHaveProperty('content-encoding');
    const endless: OutboundRequest = { url: at(receiver, '/endless'), maxBytes: 20_000, timeoutMs: 600_000 };
    // How much has come after a second is the machine's business.
    const { status, isCut, body } = await http.send(endless);
    expect([status, isCut, body.equals(Buffer.alloc(body.length)), body.length <= 20_000]).toEqual([200, true, true, true]);
    const message = 'The answer is longer than 20000 bytes';
    await expect(http.send({ ...endless, ...patiently })).rejects.toMatchObject({ kind: 'failed', message });
    await until(() => receiver.open.size <= 1, 'the end of the two connections that were cut');
  });

  it('in an encoding that we do not know stays as it is', async () => {
    const bytes = gzipSync(gzipSync('hello'));
    const receiver = await kept(listenHttp((res) => res.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(bytes)));
    const answer = await client().send({ url: at(receiver) });
    expect(answer).toMatchObject({ body: bytes, isCut: false, headers: { 'content-encoding': 'gzip, gzip' } });
  });

  it('that is not what its encoding says does not hide the status', async () => {
    const receiver = await kept(listenHttp((res) => res.writeHead(502, { 'content-encoding': 'gzip' }).end('<html>no gzip')));
    expect(await client().send({ url: at(receiver) })).toMatchObject({ status: 502, isCut: true });
    await expect(client().send({ url: at(receiver), ...patiently })).rejects.toMatchObject({ kind: 'failed' });
  });

  it('that breaks off leaves the status and what had come', async () => {
    const receiver = await kept(
      listenRaw((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'))),
    );
    expect(await client().send({ url: at(receiver) })).toMatchObject({ status: 200, body: Buffer.from('half'), isCut: true });
    await expect(client().send({ url: at(receiver), ...patiently })).rejects.toMatchObject({ kind: 'failed' });
  });

  it('that drips leaves the status and what had come, long before the wall clock', async () => {
    const receiver = await kept(listenHttp(drip));
    const answer = await client().send({ url: at(receiver), timeoutMs: 600_000 });
    expect(answer).toMatchObject({ status: 200, isCut: true });
    expect(answer.body.toString()).toMatch(/^(drip )+$/);
    await until(() => receiver.open.size === 0, 'the end of the connection');
  });

  it('that drips is no answer for those who want it whole', async () => {
    const receiver = await kept(listenHttp(drip));
    const sent = client().send({ url: at(receiver), timeoutMs: 300, ...patiently });
    await expect(sent).rejects.toMatchObject({ kind: 'timeout', message: 'There was no answer within 0.3 seconds' });
    await until(() => receiver.open.size === 0, 'the end of the connection');
  });
});

function* zeros(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536);
}

function drip(res: NodeJS.WritableStream): void {
  const timer = setInterval(() => res.write('drip '), 20);
  res.write('drip ');
  res.on('close', () => clearInterval(timer));
}
