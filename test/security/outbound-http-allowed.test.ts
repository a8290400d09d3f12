import { describe, expect, it } from '@jest/globals';
import { readEnv } from '../../src/config/env.js';
import { lookUpBySystem } from '../../src/platform/outbound-http/guarded-connector.js';
import { OutboundHttp } from '../../src/platform/outbound-http/outbound-http.js';

describe('WEBHOOK_ALLOWED_CIDRS', () => {
  it('is empty unless set, and a list of ranges', () => {
    expect(readEnv({}).WEBHOOK_ALLOWED_CIDRS).toEqual([]);
    const ranges = ['10.20.0.0/16', '192.168.7.7/32', 'fd00::/8', '0.0.0.0/0'];
    expect(readEnv({ WEBHOOK_ALLOWED_CIDRS: ranges.join(' , ') }).WEBHOOK_ALLOWED_CIDRS).toEqual(ranges);
  });

  it.each([
    '10.0.0.1',
    '10/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '0x0a.0.0.0/8',
    'fd00::/129',
    'fe80::%lo/64',
    'all',
    '10.0.0.0/8 fd00::/8',
  ])('stops the start with %j', (range) => {
    expect(() => readEnv({ WEBHOOK_ALLOWED_CIDRS: `10.20.0.0/16,${range}` })).toThrow(
      /WEBHOOK_ALLOWED_CIDRS\.1: must be a CIDR range/,
    );
  });

  it('opens nothing to the second form of an IPv4 address and to links, however wide it is', () => {
    const http = new OutboundHttp({ WEBHOOK_ALLOWED_CIDRS: ['0.0.0.0/0', '::/0'] }, lookUpBySystem);
    for (const host of ['10.0.0.1', '[fd00::1]', '[::1]'])
      expect([host, http.refusalOf(`http://${host}:1/`)]).toEqual([host, null]);
    expect(http.refusalOf('http://[::ffff:10.0.0.1]/')).toContain('is not public');
  });
});
