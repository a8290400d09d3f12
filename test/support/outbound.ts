import { lookup } from 'node:dns/promises';
import { OutboundHttp } from '../../src/platform/outbound-http/outbound-http.js';
import { listenHttp, type HttpListener, type Listener } from './listener.js';

const opened: Pick<Listener, 'close'>[] = [];
/** Closes it with {@link closeAll}. */
export async function kept<T extends Listener>(listener: Promise<T>): Promise<T> {
  const it = await listener;
  opened.push(it);
  return it;
}

/** A client that may call 127.0.0.1, where all names lead but the two that are not known. */
export function client(): OutboundHttp {
  const http = new OutboundHttp({ WEBHOOK_ALLOWED_CIDRS: ['127.0.0.1/32'] }, (host) =>
    host === 'unknown.test'
      ? Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))
      : Promise.resolve(host === 'empty.test' ? [] : ['127.0.0.1']),
  );
  opened.unshift({ close: () => http.onApplicationShutdown() });
  return http;
}

export const at = ({ port }: { port: number }, path = '/') => `http://127.0.0.1:${port}${path}`;

export async function closeAll(): Promise<void> {
  for (const { close } of opened.splice(0)) await close();
}

/** Listens on both loopback addresses at one port of the list, whichever is free; where there is no IPv6, on one. */
export async function listenOnWebPort(): Promise<[HttpListener, HttpListener | undefined]> {
  const hasIPv6 = await lookup('::1')
    .then(() => listenHttp(undefined, { host: '::1' }).then((probe) => probe.close().then(() => true)))
    .catch(() => false);
  for (const port of [8088, 8008, 9443, 8888, 8081, 8443, 8000, 8080]) {
    const here = await listenHttp(undefined, { port }).catch(() => undefined);
    if (here === undefined) continue;
    const here6 = hasIPv6 ? await listenHttp(undefined, { host: '::1', port }).catch(() => undefined) : undefined;
    if (here6 !== undefined || !hasIPv6) return [here, here6];
    await here.close();
  }
  throw new Error('every port of the web is taken on this machine');
}
