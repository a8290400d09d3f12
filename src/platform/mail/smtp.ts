import { createTransport } from 'nodemailer';
import type { MailOutcome } from './mail-outcome.js';
import type { Envelope } from './mailer.js';

const CONNECTIONS = 5;
const MAILS_PER_CONNECTION = 100;
const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
const SEND_MS = 90_000;
const LONGEST_ANSWER = 500;

/** What nodemailer tells of a mail that was not taken. */
interface SmtpError {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
  permanent?: boolean;
}

/** Speaks SMTP with one server, over connections that are kept for a while. */
export class SmtpServer {
  private readonly transport;

  /** TLS is as the URL says: `smtps:` from the first byte, `smtp:` when the server offers it, `?requireTLS=true` or not at all. */
  constructor(url: string) {
    this.transport = createTransport({
      url,
      pool: true,
      maxConnections: CONNECTIONS,
      maxMessages: MAILS_PER_CONNECTION,
      // The server may have taken a mail whose connection broke: when it is sent again is decided elsewhere.
      maxRequeues: 0,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      dnsTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    // Every mail hears of its own fault; without a listener a broken idle connection would end the process.
    this.transport.on('error', () => undefined);
  }

  async send(envelope: Envelope, raw: Buffer, signal?: AbortSignal): Promise<MailOutcome> {
    const late = AbortSignal.timeout(SEND_MS);
    const ends = signal ? AbortSignal.any([signal, late]) : late;
    try {
      const { response } = await this.transport.sendMail({
        envelope: { from: envelope.from, to: [envelope.to] },
        raw,
        signal: ends,
      });
      return { kind: 'accepted', answer: short(response) };
    } catch (error) {
      if (signal?.aborted) return { kind: 'interrupted', answer: null };
      return outcomeOf(error as SmtpError);
    }
  }

  close(): void {
    this.transport.close();
  }
}

/** Only what is said about this mail can end it: a server that cannot be reached, or refuses our login, is a matter of time. */
function outcomeOf({ code = 'unknown', command, response, responseCode, permanent }: SmtpError): MailOutcome {
  const answer = response === undefined ? null : short(response);
  const isOfTheMail = command === 'MAIL FROM' || command === 'RCPT TO' || command === 'DATA';
  const isTooLarge = code === 'EMESSAGE' && responseCode === undefined;
  const error =
    answer === null ? `The mail server did not take the mail (${code})` : `The mail server answered ${responseCode ?? code}`;
  return { kind: isTooLarge || (isOfTheMail && permanent) ? 'rejected' : 'deferred', answer, error };
}

function short(response: string): string {
  return Array.from(response.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim())
    .slice(0, LONGEST_ANSWER)
    .join('');
}
