import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import { until } from './until.js';

interface Mailbox {
  uidvalidity: number;
  messages: { flags: string[] }[];
}

interface Hoodiecrow {
  server: Server;
  listen(port: number, host: string): void;
  getMailbox(path: string): Mailbox;
  appendMessage(mailbox: string, flags: string[], internalDate: string | undefined, raw: string): void;
  close(done?: () => void): void;
}

const hoodiecrow = createRequire(import.meta.url)('hoodiecrow-imap') as (options: object) => Hoodiecrow;

export const IMAP_LOGIN = 'helpdesk';
export const IMAP_PASSWORD = 'a password of these tests';

/** A real IMAP server with one login, whose name is no address. */
export interface ImapServer {
  port: number;
  inbox: Mailbox;
  /** How many are connected. */
  connections(): Promise<number>;
  /** Puts a mail into the inbox, as a mail server does. */
  append(raw: string, internalDate?: string): void;
  /** Cuts all connections, as a restart does. */
  cut(): void;
  close(): Promise<void>;
}

export async function startImapServer(options: object = {}): Promise<ImapServer> {
  const imap = hoodiecrow({
    plugins: ['ID', 'IDLE', 'LITERALPLUS', 'UIDPLUS'],
    users: { [IMAP_LOGIN]: { password: IMAP_PASSWORD } },
    storage: { INBOX: { messages: [] } },
    ...options,
  });
  const sockets = new Set<{ destroy(): void }>();
  imap.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  imap.server.on('tlsClientError', () => undefined);
  imap.listen(0, '127.0.0.1');
  if (!imap.server.listening) await once(imap.server, 'listening');
  const { port } = imap.server.address() as AddressInfo;
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    port,
    inbox: imap.getMailbox('INBOX'),
    connections: () => Promise.resolve(sockets.size),
    append: (raw, internalDate) => imap.appendMessage('INBOX', [], internalDate, raw),
    cut,
    close: async () => {
      imap.close();
      cut();
      await until(() => sockets.size === 0, 'the end of the IMAP server');
    },
  };
}
