import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

export interface DnsServer {
  /** As `address:port`. */
  address: string;
  /** What has been asked, as `TXT name`. */
  asked: string[];
  stop(): Promise<void>;
}

const TXT = 16;
const TYPES = new Map([
  [1, 'A'],
  [15, 'MX'],
  [TXT, 'TXT'],
  [28, 'AAAA'],
]);

/** A name server on the loopback that knows these texts, and says of everything else that it does not exist. */
export async function startDnsServer(texts: Record<string, string>): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query: Buffer, { port, address }: RemoteInfo) => {
    const { name, type, end } = questionOf(query);
    asked.push(`${TYPES.get(type) ?? type} ${name}`);
    socket.send(answerTo(query, end, type === TXT ? texts[name] : undefined), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const stop = async () => {
    socket.close();
    await once(socket, 'close');
  };
  return { address: `127.0.0.1:${socket.address().port}`, asked, stop };
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answerTo(query: Buffer, end: number, text: string | undefined): Buffer {
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  // An answer, with recursion; name error where nothing is known.
  head.writeUInt16BE(text === undefined ? 0x8183 : 0x8180, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(text === undefined ? 0 : 1, 6);
  const question = query.subarray(12, end);
  if (text === undefined) return Buffer.concat([head, question]);
  const strings = (text.match(/.{1,250}/g) ?? []).map((part) => Buffer.concat([Buffer.from([part.length]), Buffer.from(part)]));
  const content = Buffer.concat(strings);
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(TXT, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(60, 6);
  record.writeUInt16BE(content.length, 10);
  return Buffer.concat([head, question, record, content]);
}
