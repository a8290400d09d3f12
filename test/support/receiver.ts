import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that has come to a receiver, whatever it answered. */
export interface Hit {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Receiver {
  url: string;
  /** In the order in which they came. */
  hits: Hit[];
  close(): Promise<void>;
}

/** What a receiver does with a request that has been read; 200 unless given. */
export type Behaviour = (hit: Hit, res: ServerResponse) => void;

/** An endpoint of somebody else's: a real HTTP server on the loopback address. */
export async function startReceiver(behave: Behaviour = (_hit, res) => res.end('{"ok":true}')): Promise<Receiver> {
  const hits: Hit[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const hit = { path: req.url ?? '', headers: req.headers, body: Buffer.concat(chunks).toString() };
      hits.push(hit);
      behave(hit, res);
    });
    req.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hits, close };
}
