import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboundHttp } from '../../src/platform/outbound-http/outbound-http.js';
import { listenHttp, type HttpListener } from '../support/listener.js';
import { listenOnWebPort } from '../support/outbound.js';

/**
 * No test may dial a public address, so 127.0.0.1 stands for one by being allowed; what is forbidden is the other loopback address.
 */
describe('a resolver that changes its mind', () => {
  const answers: string[][] = [];
  let asked = 0;
  let good: HttpListener;
  let http: OutboundHttp;

  beforeAll(async () => {
    good = await listenHttp();
    http = new OutboundHttp({ WEBHOOK_ALLOWED_CIDRS: ['127.0.0.1/32'] }, () => {
      asked++;
      return Promise.resolve(answers.shift() ?? []);
    });
  });
  beforeEach(() => {
    answers.length = 0;
    asked = 0;
    good.received.length = 0;
  });
  afterAll(async () => {
    await http.onApplicationShutdown();
    await good.close();
  });

  it('is asked once for a connection, and what was checked is what is dialled', async () => {
    answers.push(['127.0.0.1'], ['127.0.0.2'], ['::1']);
    expect(await http.send({ url: `http://once.test:${good.port}/` })).toMatchObject({ status: 200 });
    expect(asked).toBe(1);
    expect(good.received).toHaveLength(1);
  });

  it('is checked again for the next connection, however well the last one went', async () => {
    answers.push(['127.0.0.1'], ['127.0.0.2']);
    const url = `http://twice.test:${good.port}/`;
    expect(await http.send({ url })).toMatchObject({ status: 200 });
    // Its connection is kept, and leads to the address that was checked.
    expect(await http.send({ url })).toMatchObject({ status: 200 });
    expect(asked).toBe(1);
    const ended = [...good.open].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of good.open) socket.end();
    await Promise.all(ended);
    await expect(http.send({ url })).rejects.toMatchObject({ kind: 'refused' });
    expect(asked).toBe(2);
  });

  it('wins nothing by being public when the webhook is set', async () => {
    const [here, here6] = await listenOnWebPort();
    const guarded = new OutboundHttp({ WEBHOOK_ALLOWED_CIDRS: [] }, () => Promise.resolve(['127.0.0.1', '::1']));
    const url = `http://rebind.test:${here.port}/`;
    expect(guarded.refusalOf(url)).toBeNull();
    await expect(guarded.send({ url })).rejects.toMatchObject({ kind: 'refused' });
    expect(here.connections + (here6?.connections ?? 0)).toBe(0);
    await guarded.onApplicationShutdown();
    await here.close();
    await here6?.close();
  });

  it('does not excuse a URL that must not be, though its connection is open', async () => {
    answers.push(['127.0.0.1']);
    const host = `kept.test:${good.port}`;
    await http.send({ url: `http://${host}/` });
    await expect(http.send({ url: `http://user:secret@${host}/` })).rejects.toMatchObject({ kind: 'refused' });
    expect(good.received).toHaveLength(1);
  });
});
