import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lookUpBySystem } from '../../src/platform/outbound-http/guarded-connector.js';
import { OutboundHttp } from '../../src/platform/outbound-http/outbound-http.js';
import { startDesk } from '../support/desk.js';
import { listenHttp, type HttpListener } from '../support/listener.js';
import { until } from '../support/until.js';

describe('the desk', () => {
  let receiver: HttpListener;
  beforeAll(async () => {
    receiver = await listenHttp();
  });
  afterAll(() => receiver.close());

  it.each([
    ['calls', '127.0.0.1/32', 1],
    ['does not call', '', 0],
  ])('%s this machine with WEBHOOK_ALLOWED_CIDRS=%s', async (_, ranges, connections) => {
    receiver.connections = 0;
    const desk = await startDesk({ WEBHOOK_ALLOWED_CIDRS: ranges });
    const sent = desk.app.get(OutboundHttp).send({ url: `http://127.0.0.1:${receiver.port}/` });
    if (connections === 1) expect(await sent).toMatchObject({ status: 200 });
    else await expect(sent).rejects.toMatchObject({ kind: 'refused' });
    await desk.stop();
    expect(receiver.connections).toBe(connections);
    await until(() => receiver.open.size === 0, 'the end of the connection');
  });

  it('asks the resolver of the system', async () => {
    expect(await lookUpBySystem('localhost')).toEqual(expect.arrayContaining([expect.stringMatching(/^(127\.0\.0\.1|::1)$/)]));
    await expect(lookUpBySystem('nobody.invalid.')).rejects.toThrow();
  });
});
