import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { OutboundHttp } from '../../src/platform/outbound-http/outbound-http.js';
import { closedPort, listen, listenHttp, listenRaw } from '../support/listener.js';
import { at, client, closeAll, kept } from '../support/outbound.js';
import { until } from '../support/until.js';

afterEach(closeAll);

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
