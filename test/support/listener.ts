import { createServer as createHttpServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A listener on this machine that counts who knocks. */
export interface Listener {
  port: number;
  /** How many connections there have been. */
  connections: number;
  /** Those that are open now. */
  open: Set<Socket>;
  close: () => Promise<void>;
}

/** A listener that speaks HTTP and remembers what it was sent. */
export interface HttpListener extends Listener {
  received: Received[];
}

/** Answers each request with `answer`; by then what was sent can be seen in `received`. */
export async function listenHttp(
  answer: (res: ServerResponse, request: Received) => void = (res) => res.end('thanks'),
  { host = '127.0.0.1', port = 0 } = {},
): Promise<HttpListener> {
  const received: Received[] = [];
  const onRequest: RequestListener = (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const request = {
        method: req.method ?? '',
        path: req.url ?? '',
        headers: req.headers,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(request);
      answer(res, request);
    });
  };
  return Object.assign(await listen(createHttpServer(onRequest), host, port), { received });
}

/** Below HTTP: `talk` is given each connection. */
export async function listenRaw(talk: (socket: Socket) => void): Promise<Listener> {
  const server = createServer((socket) => {
    // Of a connection that nobody reads, nobody sees the end.
    socket.resume();
    talk(socket);
  });
  return listen(server);
}

/** A port of this machine where nobody listens. */
export async function closedPort(): Promise<number> {
  const { port, close } = await listenRaw(() => undefined);
  await close();
  return port;
}

export async function listen(server: Server, host = '127.0.0.1', port = 0): Promise<Listener> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const open = new Set<Socket>();
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  const listener: Listener = { port: (server.address() as AddressInfo).port, connections: 0, open, close };
  server.on('connection', (socket: Socket) => {
    listener.connections++;
    open.add(socket);
    // Clients that turn away in the middle are what many tests are about.
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
  });
  return listener;
}
