import { afterEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '../../src/platform/errors/app-errors.js';
import { OutboundHttp, type OutboundRequest } from '../../src/platform/outbound-http/outbound-http.js';
import { listenHttp, listenRaw } from '../support/listener.js';
import { at, client, closeAll, kept } from '../support/outbound.js';
import { until } from '../support/until.js';

afterEach(closeAll);

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

  it('has a connection of its own where each is closed after one answer', async () => {
    const receiver = await kept(listenHttp((res) => res.writeHead(200, { connection: 'close' }).end('bye')));
    const http = client();
    for (let round = 0; round < 3; round++) expect(await http.send({ url: at(receiver) })).toMatchObject({ status: 200 });
    expect(receiver.connections).toBe(3);
    await until(() => receiver.open.size === 0, 'the end of the connections');
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
