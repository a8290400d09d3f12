import { readFileSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { constants, createBrotliCompress, createDeflate, createGzip, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '../../src/platform/errors/app-errors.js';
import { OutboundHttp, type OutboundRequest } from '../../src/platform/outbound-http/outbound-http.js';
import { closedPort, listen, listenHttp, listenRaw, type Listener } from '../support/listener.js';
import { until } from '../support/until.js';

const opened: Pick<Listener, 'close'>[] = [];
async function kept<T extends Listener>(listener: Promise<T>): Promise<T> {
  const it = await listener;
  opened.push(it);
  return it;
}

/** Names lead to this machine, which is allowed. */
function client(): OutboundHttp {
  const http = new OutboundHttp({ WEBHOOK_ALLOWED_CIDRS: ['127.0.0.1/32'] }, (host) =>
    host === 'unknown.test'
      ? Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))
      : Promise.resolve(host === 'empty.test' ? [] : ['127.0.0.1']),
  );
  opened.unshift({ close: () => http.onApplicationShutdown() });
  return http;
}

const at = ({ port }: { port: number }, path = '/') => `http://127.0.0.1:${port}${path}`;

afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
});

describe('a request', () => {
  it('arrives with its method, headers and body, and its answer comes back', async () => {
    const receiver = await kept(
      listenHttp((res) => res.writeHead(201, { 'X-Shop': 'Acme', 'set-cookie': ['a=1', 'b=2'] }).end('{"ok":true}')),
    );
    const request: OutboundRequest = {
      url: at(receiver, '/hook?x=1#top'),
      method: 'PUT',
      headers: { 'X-Signature': 's' },
      body: 'Grüße',
    };
    const answer = await client().send(request);
    expect(answer).toMatchObject({ status: 201, headers: { 'x-shop': 'Acme', 'set-cookie': 'a=1, b=2' }, isCut: false });
    expect(answer.body.toString()).toBe('{"ok":true}');
    expect(receiver.received).toMatchObject([{ method: 'PUT', path: '/hook?x=1', body: 'Grüße' }]);
    expect(receiver.received[0]?.headers).toMatchObject({
      'x-signature': 's',
      'user-agent': 'Polydesk',
      'accept-encoding': 'identity',
    });
  });

  it('may carry bytes, and another user agent', async () => {
    const receiver = await kept(listenHttp());
    await client().send({ url: at(receiver), method: 'POST', headers: { 'User-Agent': 'x/1' }, body: Buffer.from('bytes') });
    expect(receiver.received).toMatchObject([{ method: 'POST', body: 'bytes', headers: { 'user-agent': 'x/1' } }]);
  });

  it.each([
    ['a line break in a value', { 'X-A': 'a\r\nHost: inner' }],
    ['a line feed in a value', { 'X-A': 'a\nb' }],
    ['a zero in a value', { 'X-A': 'a\0b' }],
    ['a letter that is not Latin', { 'X-A': 'жук' }],
    ['a line break in a name', { 'X-A\r\nX-B': 'a' }],
    ['an empty name', { '': 'a' }],
    ['another host', { hOsT: 'inner' }],
    ['a length of its own', { 'Content-Length': '5' }],
    ['another framing', { 'Transfer-Encoding': 'chunked' }],
    ['a wish to switch protocols', { Upgrade: 'websocket' }],
  ])('is refused with %s in its headers, which nobody gets to see', async (_, headers) => {
    const receiver = await kept(listenHttp());
    const failure: unknown = await client()
      .send({ url: at(receiver), method: 'POST', headers, body: 'hello' })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'refused' });
    expect(receiver.connections).toBe(0);
  });

  it('says nothing of a secret header that cannot be sent', async () => {
    const sent = client().send({ url: 'http://127.0.0.1/', headers: { Authorization: 'Bearer s3cret\n' } });
    await expect(sent).rejects.toMatchObject({ message: expect.not.stringContaining('s3cret') });
  });

  it('asks no proxy, whatever the environment says', async () => {
    const [receiver, proxy] = await Promise.all([kept(listenHttp()), kept(listenHttp())]);
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'NODE_USE_ENV_PROXY'];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : at(proxy);
    try {
      await client().send({ url: `http://receiver.test:${receiver.port}/` });
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
    expect([receiver.connections, proxy.connections]).toEqual([1, 0]);
  });

  it('uses a connection again', async () => {
    const receiver = await kept(listenHttp());
    const http = client();
    for (let round = 0; round < 5; round++) {
      expect(await http.send({ url: at(receiver) })).toMatchObject({ status: 200 });
    }
    expect(receiver.received).toHaveLength(5);
    expect(receiver.connections).toBe(1);
  });

  it('opens no more than twenty connections to one place, and waits for a free one', async () => {
    const waiting: (() => void)[] = [];
    const receiver = await kept(listenHttp((res) => void waiting.push(() => res.end())));
    const http = client();
    const answers = Promise.all(Array.from({ length: 30 }, () => http.send({ url: at(receiver) })));
    await until(() => waiting.length >= 20, 'twenty requests');
    await until(() => {
      waiting.splice(0).forEach((answer) => answer());
      return receiver.received.length === 30;
    }, 'all requests');
    waiting.splice(0).forEach((answer) => answer());
    expect((await answers).map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 200));
    expect(receiver.connections).toBeLessThanOrEqual(20);
  });
});

describe('a status', () => {
  it.each([301, 302, 303, 307, 308])('of %i is the answer: its location is not visited', async (status) => {
    const elsewhere = await kept(listenHttp());
    const receiver = await kept(listenHttp((res) => res.writeHead(status, { location: at(elsewhere) }).end()));
    const answer = await client().send({ url: at(receiver), method: 'POST', body: 'x' });
    expect(answer).toMatchObject({ status, headers: { location: at(elsewhere) } });
    expect(elsewhere.connections).toBe(0);
  });

  it.each([400, 404, 410, 429, 500, 503])('of %i is an answer like any other', async (status) => {
    const receiver = await kept(listenHttp((res) => res.writeHead(status).end('no')));
    expect(await client().send({ url: at(receiver) })).toMatchObject({ status, body: Buffer.from('no'), isCut: false });
  });
});

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

describe('the failure', () => {
  const failed = (message: unknown) => ({ kind: 'failed', message });

  it('of a port where nobody listens', async () => {
    const sent = client().send({ url: `http://127.0.0.1:${await closedPort()}/` });
    await expect(sent).rejects.toMatchObject(failed('The connection was refused'));
  });

  it.each(['unknown.test', 'empty.test'])('of a name that nobody knows: %s', async (name) => {
    await expect(client().send({ url: `http://${name}/` })).rejects.toMatchObject(
      failed(`The name ${name} could not be resolved`),
    );
  });

  it('of a head that never comes, though every line of it makes hope', async () => {
    const tarPit = await kept(
      listenRaw((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => socket.write('X-Wait: a little\r\n'), 50);
        socket.on('close', () => clearInterval(timer));
      }),
    );
    const sent = client().send({ url: at(tarPit), timeoutMs: 1_000 });
    await expect(sent).rejects.toMatchObject({ kind: 'timeout', message: 'There was no answer within 1 second' });
    await until(() => tarPit.open.size === 0, 'the end of the connection');
  });

  it('of a listener that never says anything, for each that asks, though more ask than there are connections', async () => {
    const silent = await kept(listenRaw(() => undefined));
    const http = client();
    const sent = await Promise.allSettled(Array.from({ length: 30 }, () => http.send({ url: at(silent), timeoutMs: 300 })));
    for (const outcome of sent) expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'timeout' } });
    await until(() => silent.open.size === 0, 'the end of the connections');
    expect(silent.connections).toBeLessThanOrEqual(30);
  });

  it('of a resolver that does not answer', async () => {
    const http = new OutboundHttp({ WEBHOOK_ALLOWED_CIDRS: [] }, () => new Promise(() => undefined));
    await expect(http.send({ url: 'http://slow.test/', timeoutMs: 100 })).rejects.toMatchObject({ kind: 'timeout' });
    await http.onApplicationShutdown();
  });

  it.each([
    ['a connection that is closed without a word', '', 'The connection was closed before an answer had come'],
    ['what is not HTTP', '220 mail.test ESMTP\r\n', 'The answer is not HTTP'],
    ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}`, 'The head of the answer is too large'],
  ])('of %s', async (_, words, message) => {
    const receiver = await kept(listenRaw((socket) => socket.once('data', () => socket.end(words))));
    await expect(client().send({ url: at(receiver) })).rejects.toMatchObject(failed(message));
    await until(() => receiver.open.size === 0, 'the end of the connection');
  });

  it('of TLS where none is spoken', async () => {
    const receiver = await kept(listenHttp());
    const sent = client().send({ url: at(receiver).replace('http:', 'https:') });
    await expect(sent).rejects.toMatchObject(failed(expect.stringMatching(/secure connection|closed before/)));
    expect(receiver.received).toEqual([]);
  });

  it('of a certificate that nobody vouches for, whose server is told the name and nothing else', async () => {
    const names: unknown[] = [];
    const heard: Buffer[] = [];
    const [key, cert] = ['key', 'cert'].map((file) =>
      readFileSync(new URL(`../fixtures/receiver-tls/${file}.pem`, import.meta.url)),
    );
    const SNICallback = (name: string, decide: (error: null) => void) => {
      names.push(name);
      decide(null);
    };
    const server = createTlsServer({ key, cert, SNICallback }, (socket) =>
      socket.on('data', (chunk: Buffer) => heard.push(chunk)),
    );
    server.on('tlsClientError', () => undefined);
    const { port } = await kept(listen(server, '127.0.0.1', 0));
    for (const host of ['receiver.test', 'receiver.test.']) {
      const sent = client().send({ url: `https://${host}:${port}/`, headers: { authorization: 'secret' } });
      await expect(sent).rejects.toMatchObject(failed(expect.stringMatching(/^The certificate is not valid: /)));
    }
    await until(() => names.length === 2, 'both names');
    expect(names).toEqual(['receiver.test', 'receiver.test']);
    expect(heard).toEqual([]);
  });
});

describe('a stop', () => {
  it('lets an exchange end that is under way, and begins no other', async () => {
    let answer: () => void = () => undefined;
    const receiver = await kept(listenHttp((res) => (answer = () => res.end('at last'))));
    const http = client();
    const sent = http.send({ url: at(receiver) });
    await until(() => receiver.received.length === 1, 'the request');
    const stopped = http.onApplicationShutdown();
    await expect(http.send({ url: at(receiver) })).rejects.toBeInstanceOf(Unavailable);
    answer();
    expect((await sent).body.toString()).toBe('at last');
    await stopped;
    await until(() => receiver.open.size === 0, 'the end of the connection');
    expect(receiver.received).toHaveLength(1);
  });

  it('gives up what does not end, without blaming the other side', async () => {
    const silent = await kept(listenRaw(() => undefined));
    const http = client();
    const sent = expect(http.send({ url: at(silent), timeoutMs: 600_000 })).rejects.toBeInstanceOf(Unavailable);
    const unresolved = new OutboundHttp({ WEBHOOK_ALLOWED_CIDRS: [] }, () => new Promise(() => undefined));
    const asked = expect(unresolved.send({ url: 'http://slow.test/' })).rejects.toBeInstanceOf(Unavailable);
    await until(() => silent.open.size === 1, 'the connection');
    await Promise.all([http.onApplicationShutdown(), unresolved.onApplicationShutdown(), sent, asked]);
    await until(() => silent.open.size === 0, 'the end of the connection');
  });

  it('of one exchange alone is the caller’s signal', async () => {
    const silent = await kept(listenRaw(() => undefined));
    const stopping = new AbortController();
    const http = client();
    const sent = http.send({ url: at(silent), signal: stopping.signal });
    await until(() => silent.open.size === 1, 'the connection');
    stopping.abort();
    await expect(sent).rejects.toBeInstanceOf(Unavailable);
    await until(() => silent.open.size === 0, 'the end of the connection');
    await expect(http.send({ url: at(silent), signal: stopping.signal })).rejects.toBeInstanceOf(Unavailable);
    expect(silent.connections).toBe(1);
  });
});
