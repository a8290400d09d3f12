import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SilentProxy {
  port: number;
  /** From now on nothing passes on the connections that are open, and nobody is told; new ones work. */
  silence(): void;
  close(): Promise<void>;
}

/** Stands between a client and a server, and can do what a network does that has dropped a connection in silence. */
export async function startSilentProxy(targetPort: number): Promise<SilentProxy> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const silence = () => {
    for (const socket of open) {
      socket.unpipe();
      socket.removeAllListeners('data');
      socket.pause();
    }
  };
  const close = async () => {
    open.forEach((socket) => socket.destroy());
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, silence, close };
}
