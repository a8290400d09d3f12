import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import type { AddressInfo } from 'node:net';
import { buildApp, connect } from '../../src/app.js';
import { MailTokens } from '../../src/emails/outbound/mail-tokens.js';
import { buildLogger } from '../../src/platform/logging/logger.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ask } from '../support/send.js';
import { until } from '../support/until.js';

let desk: TestDesk;
let url: string;
let stop: () => Promise<void>;
let log = '';

beforeAll(async () => {
  desk = await startDesk();
  const destination = new PassThrough().on('data', (chunk: Buffer) => (log += chunk.toString()));
  const logger = buildLogger('trace', destination);
  const app = await buildApp(desk.env, logger, await connect(desk.env, logger, 2));
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  stop = () => app.close();
});
afterAll(async () => {
  await stop();
  await desk.stop();
});

/** Calls and answers the status, once the log has a line about the request. */
async function call(method: string, path: string): Promise<number> {
  const before = log.length;
  const { status } = await ask(url, { method, path });
  await until(() => log.slice(before).includes('"msg":"request"'), 'the line about the request');
  return status;
}

describe('the log of requests', () => {
  it('tells no secret, wherever in the address it stands', async () => {
    const { id: companyId, agent } = desk.acme;
    const tokens = desk.app.get(MailTokens, { strict: false });
    const token = tokens.makeUnsubscribeToken({ companyId, userId: agent.id, kind: 'assignment' });
    const statuses = [
      await call('POST', `/unsubscribe/${token}`),
      await call('GET', `/unsubscribe/${token}`),
      await call('POST', `/UNSUBSCRIBE/${token}/more?x=${token}`),
      await call('GET', `/uploads/${token}`),
      await call('GET', `/settings_exports/${token}`),
      await call('GET', `/tickets?auth_token=${agent.token}`),
    ];
    expect(statuses).toEqual([204, 200, 404, 404, 404, 200]);
    expect(log).toContain('/unsubscribe/[redacted]');
    expect(log).toContain('"path":"/tickets"');
    for (const secret of [token, agent.token]) expect(log).not.toContain(secret);
  });
});
