import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { freePort } from './desk-process.js';

/** A mail as the server has got it. */
export interface ReceivedMail {
  /** Empty for nobody. */
  from: string;
  to: string[];
  raw: string;
  mail: ParsedMail;
}

/** What the server says to a recipient: nothing to take it, or an answer such as `450 4.2.1 Not now`. */
export type Verdict = (recipient: string) => string | null | Promise<string | null>;

/** A real SMTP server, and all mail that it has taken. */
export interface MailServer {
  url: string;
  mails: ReceivedMail[];
  /** How many recipients were named to it, taken or not. */
  asked: string[];
  /** Done with each mail that it has, before it says so. */
  beforeAnswer: () => Promise<void>;
  close(): Promise<void>;
}

export async function startMailServer(verdict: Verdict = () => null, port?: number): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const asked: string[] = [];
  const hooks = { beforeAnswer: () => Promise.resolve() };
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    // A desk keeps its connections, and nobody waits for it.
    closeTimeout: 100,
    onRcptTo({ address }, _session, done) {
      asked.push(address);
      Promise.resolve(verdict(address)).then((answer) => done(answer === null ? null : refusal(answer)), done);
    },
    onData(stream, { envelope }, done) {
      buffer(stream)
        .then(async (raw) => {
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
          const to = envelope.rcptTo.map(({ address }) => address);
          mails.push({ from, to, raw: raw.toString('utf8'), mail: await simpleParser(raw) });
          await hooks.beforeAnswer();
          done(null, `2.0.0 Taken as number ${mails.length}`);
        })
        .catch(done);
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(port ?? (await freePort()), '127.0.0.1');
  if (!listening.listening) await once(listening, 'listening');
  const { port: chosen } = listening.address() as AddressInfo;
  return Object.assign(hooks, {
    url: `smtp://127.0.0.1:${chosen}`,
    mails,
    asked,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

function refusal(answer: string): Error {
  const [, code = '550', text = 'No'] = /^(\d{3}) (.*)$/.exec(answer) ?? [];
  return Object.assign(new Error(text), { responseCode: Number(code) });
}
