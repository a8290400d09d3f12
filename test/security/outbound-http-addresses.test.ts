import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { lookUpBySystem } from '../../src/platform/outbound-http/guarded-connector.js';
import { OutboundFailure } from '../../src/platform/outbound-http/outbound-failure.js';
import { OutboundHttp } from '../../src/platform/outbound-http/outbound-http.js';
import { listenHttp, type HttpListener } from '../support/listener.js';
import { listenOnWebPort } from '../support/outbound.js';

const PUBLIC = ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'];

/** Names of the tests and what they resolve to; any other is unknown. */
const NAMES: Record<string, string[]> = {
  'loopback.test': ['127.0.0.1'],
  'loopback.test.': ['127.0.0.1'],
  'loopback6.test': ['::1'],
  'private.test': ['10.0.0.7'],
  'metadata.google.internal': ['169.254.169.254'],
  'metadata.test': ['fd00:ec2::254'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'mapped-public.test': ['::ffff:93.184.215.14'],
  'compatible.test': ['::127.0.0.1'],
  'nat64.test': ['64:ff9b::7f00:1'],
  'zone.test': ['fe80::1%lo'],
  'zero.test': ['0.0.0.0'],
  'unspecified6.test': ['::'],
  'nonsense.test': ['not an address'],
  'short.test': ['127.1'],
  'public-then-private.test': [...PUBLIC, '127.0.0.1'],
  'private-then-public.test': ['127.0.0.1', ...PUBLIC],
  'public-and-link-local.test': [...PUBLIC, 'fe80::1'],
};

async function lookUp(host: string): Promise<string[]> {
  if (host.replace(/\.$/, '').endsWith('localhost')) return lookUpBySystem(host);
  const addresses = NAMES[host];
  if (addresses === undefined) throw Object.assign(new Error('unknown name'), { code: 'ENOTFOUND' });
  return addresses;
}

// The port stands for one of the web where our listeners are, so that it is the address which is refused.
const LITERALS = [
  // this machine
  ...['http://127.0.0.1:PORT/', 'https://127.0.0.1:PORT/', 'http://127.0.0.2:PORT/', 'http://127.255.255.254:PORT/'],
  ...['http://0.0.0.0:PORT/', 'http://0.1.2.3:PORT/', 'http://[::1]:PORT/', 'https://[::1]:PORT/', 'http://[::]:PORT/'],
  // other spellings of the same
  ...[
    'http://2130706433:PORT/',
    'http://0x7f000001:PORT/',
    'http://0x7f.0.0.1:PORT/',
    'http://0x7f.1:PORT/',
    'http://127.1:PORT/',
  ],
  ...[
    'http://127.0.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://017700000001:PORT/',
    'http://0177.0x0.0.01:PORT/',
    'http://0:PORT/',
  ],
  ...['http://127.0.0.1.:PORT/', 'http://①②⑦.⓪.⓪.①:PORT/', 'http://１２７.０.０.１:PORT/', 'http://127。0。0。1:PORT/'],
  ...[
    'http://%31%32%37.0.0.1:PORT/',
    'http://127.0.0.1:PORT\\@93.184.215.14/',
    'http:127.0.0.1:PORT/',
    'http:\\\\127.0.0.1:PORT/',
  ],
  ...['  http://127.0.0.1:PORT/  ', 'http://127.0.\n0.1:PORT/', 'HTTP://127.0.0.1:PORT', 'http://127.0.0.1:PORT/#@example.com'],
  ...['http://127.0.0.1:PORT?@example.com/', 'http://[0:0:0:0:0:0:0:1]:PORT/', 'http://[0000::0001]:PORT/'],
  // IPv4 in IPv6
  ...['http://[::ffff:127.0.0.1]:PORT/', 'http://[::ffff:7f00:1]:PORT/', 'http://[0:0:0:0:0:ffff:7f00:0001]:PORT/'],
  ...[
    'http://[::ffff:10.0.0.1]:PORT/',
    'http://[::ffff:93.184.215.14]:PORT/',
    'http://[::127.0.0.1]:PORT/',
    'http://[::7f00:1]:PORT/',
  ],
  ...['http://[::ffff:0:127.0.0.1]:PORT/', 'http://[64:ff9b::127.0.0.1]:PORT/', 'http://[64:ff9b:1::7f00:1]:PORT/'],
  ...[
    'http://[2002:7f00:1::]:PORT/',
    'http://[2002:7f00:1::1]:PORT/',
    'http://[2001:0:7f00:1::]:PORT/',
    'http://[2001::1]:PORT/',
  ],
  // private networks and the links of this machine
  ...['http://10.0.0.1:PORT/', 'http://10.255.255.255:PORT/', 'http://172.16.0.1:PORT/', 'http://172.31.255.255:PORT/'],
  ...['http://192.168.0.1:PORT/', 'http://100.64.0.1:PORT/', 'http://100.127.255.254:PORT/', 'http://169.254.0.1:PORT/'],
  ...['http://[fc00::1]:PORT/', 'http://[fd12:3456::1]:PORT/', 'http://[fe80::1]:PORT/', 'http://[febf::1]:PORT/'],
  ...['http://[fec0::1]:PORT/', 'http://[feff::1]:PORT/'],
  // clouds
  ...['http://169.254.169.254/latest/meta-data/', 'http://2852039166/', 'http://0xa9fea9fe/', 'http://[::ffff:169.254.169.254]/'],
  ...[
    'http://169.254.170.2/',
    'http://100.100.100.200/',
    'http://192.0.0.192/',
    'http://168.63.129.16/',
    'http://[fd00:ec2::254]/',
  ],
  // nobody's
  ...['http://192.0.0.1:PORT/', 'http://192.0.2.1:PORT/', 'http://198.51.100.1:PORT/', 'http://203.0.113.1:PORT/'],
  ...['http://192.88.99.1:PORT/', 'http://198.18.0.1:PORT/', 'http://198.19.255.255:PORT/', 'http://224.0.0.1:PORT/'],
  ...['http://239.255.255.250:PORT/', 'http://240.0.0.1:PORT/', 'http://255.255.255.255:PORT/', 'http://[ff02::1]:PORT/'],
  ...['http://[ff0e::1]:PORT/', 'http://[100::1]:PORT/', 'http://[2001:10::1]:PORT/', 'http://[2001:20::1]:PORT/'],
  ...['http://[2001:2::1]:PORT/', 'http://[2001:db8::1]:PORT/', 'http://[3fff::1]:PORT/', 'http://[4000::1]:PORT/'],
  ...['http://[1fff::1]:PORT/', 'http://[5f00::1]:PORT/', 'http://[8000::1]:PORT/'],
];

const BAD_FORM = [
  ...['ftp://127.0.0.1:PORT/', 'file:///etc/passwd', 'gopher://127.0.0.1:PORT/_', 'ws://127.0.0.1:PORT/', 'javascript:alert(1)'],
  ...[
    'unix:/var/run/docker.sock',
    'data:text/plain,hi',
    '//127.0.0.1:PORT/',
    '127.0.0.1:PORT',
    'localhost',
    '',
    'http://',
    'http:///',
  ],
  ...[
    'http://user@127.0.0.1:PORT/',
    'http://user:secret@example.com/',
    'http://:secret@example.com/',
    'http://example.com@127.0.0.1/',
  ],
  ...[
    'http://[fe80::1%25lo]:PORT/',
    'http://[::1%lo]:PORT/',
    'http://[127.0.0.1]:PORT/',
    'http://256.0.0.1/',
    'http://127.0.0.1:99999/',
  ],
  ...['http://1.2.3.4.5/', 'http://0x7f.0.0.1.1/', 'http://example.com:0/', 'http://example.com:22/', 'http://example.com:25/'],
  ...['http://example.com:5432/', 'https://example.com:6379/', 'http://93.184.215.14:11211/', 'http://[2606:2800:21f::1]:9200/'],
];

const BY_NAME = [...Object.keys(NAMES).map((name) => `http://${name}:PORT/`), 'https://loopback.test:PORT/'];
const LOCALHOSTS = [
  'http://localhost:PORT/',
  'http://LOCALHOST:PORT/',
  'http://localhost.:PORT/',
  'http://lоcalhost.localhost:PORT/',
];

describe('addresses that customers set', () => {
  let here: HttpListener;
  let here6: HttpListener | undefined;
  let guarded: OutboundHttp;

  beforeAll(async () => {
    [here, here6] = await listenOnWebPort();
    guarded = new OutboundHttp({ WEBHOOK_ALLOWED_CIDRS: [] }, lookUp);
  });
  beforeEach(() => {
    for (const receiver of [here, here6]) if (receiver) receiver.connections = 0;
  });
  afterAll(async () => {
    await guarded.onApplicationShutdown();
    await here.close();
    await here6?.close();
  });

  const connections = () => here.connections + (here6?.connections ?? 0);
  const withPort = (url: string) => url.replace('PORT', String(here.port));
  const send = (http: OutboundHttp, url: string) =>
    http.send({ url: withPort(url), method: 'POST', body: '{}', timeoutMs: 5_000 });

  it('are more than eighty in these tests', () => {
    expect(new Set([...LITERALS, ...BAD_FORM, ...BY_NAME, ...LOCALHOSTS]).size).toBeGreaterThan(130);
  });

  it.each(LITERALS)('refuses %j for its address, and says so before anything is sent', async (url) => {
    expect(guarded.refusalOf(withPort(url))).toMatch(/^must not lead to the address [0-9a-f.:]+, which is not public$/);
    await expect(send(guarded, url)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('is not public'),
    });
    expect(connections()).toBe(0);
  });

  it.each(BAD_FORM)('refuses %j for its form', async (url) => {
    expect(guarded.refusalOf(withPort(url))).toMatch(/^must (be a URL|not hold a user name|not lead to the port)/);
    await expect(send(guarded, url)).rejects.toMatchObject({ kind: 'refused' });
    expect(connections()).toBe(0);
  });

  it.each(BY_NAME)('refuses %j for what the name resolves to, and does not tell it', async (url) => {
    expect(guarded.refusalOf(withPort(url))).toBeNull();
    const { hostname } = new URL(withPort(url));
    const message = `The name ${hostname} leads to an address, which is not public`;
    await expect(send(guarded, url)).rejects.toMatchObject({ kind: 'refused', message });
    expect(connections()).toBe(0);
  });

  it.each(LOCALHOSTS)('does not let %j through', async (url) => {
    await expect(send(guarded, url)).rejects.toBeInstanceOf(OutboundFailure);
    expect(connections()).toBe(0);
  });

  it('passes what is public', () => {
    const urls = [
      'http://93.184.215.14/',
      'https://[2606:2800:21f::1]:8443/x?y',
      'https://example.com',
      'http://bücher.example:8080/',
    ];
    for (const url of urls) expect([url, guarded.refusalOf(url)]).toEqual([url, null]);
  });

  it('are reached once the operator has opened them, by address and by name', async () => {
    const opened = new OutboundHttp({ WEBHOOK_ALLOWED_CIDRS: ['127.0.0.0/8'] }, lookUp);
    for (const url of ['http://127.0.0.1:PORT/a', 'http://loopback.test:PORT/b', 'http://0x7f.1:PORT/c'])
      expect(await send(opened, url)).toMatchObject({ status: 200 });
    expect(here.connections).toBeGreaterThan(0);
    expect(here.received.map(({ path }) => path)).toEqual(['/a', '/b', '/c']);
    await opened.onApplicationShutdown();
  });

  it('stay shut in another form, in another family, and beyond the range', async () => {
    const opened = new OutboundHttp({ WEBHOOK_ALLOWED_CIDRS: ['127.0.0.1/32', '10.0.0.0/8'] }, lookUp);
    const shut = [
      'http://[::ffff:127.0.0.1]:PORT/',
      'http://mapped.test:PORT/',
      'http://[::127.0.0.1]:PORT/',
      'http://[::1]:PORT/',
    ];
    for (const url of [
      ...shut,
      'http://loopback6.test:PORT/',
      'http://127.0.0.2:PORT/',
      'http://11.0.0.1:1/',
      'http://zone.test:PORT/',
    ])
      await expect(send(opened, url)).rejects.toMatchObject({ kind: 'refused' });
    expect(connections()).toBe(0);
    await opened.onApplicationShutdown();
  });

  it('open an address for any port, and no port for other addresses', async () => {
    const other = await listenHttp();
    const opened = new OutboundHttp({ WEBHOOK_ALLOWED_CIDRS: ['127.0.0.1/32'] }, (host) =>
      Promise.resolve(host === 'inner.test' ? ['127.0.0.1'] : PUBLIC),
    );
    expect(await opened.send({ url: `http://inner.test:${other.port}/` })).toMatchObject({ status: 200 });
    const url = `http://outer.test:${other.port}/`;
    await expect(opened.send({ url })).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('the port') });
    await opened.onApplicationShutdown();
    await other.close();
  });
});
