import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { ENV, type Env } from '../../config/env.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { InboundAddresses } from './inbound-addresses.js';
import { InboundMailbag } from './inbound-mailbag.js';
import { MOST_INBOUND_BYTES, wholeOf } from './raw-mail.js';

const MOST_CLIENTS = 250;
const MOST_CLIENTS_OF_ADDRESS = 50;
const MOST_RECIPIENTS = 100;
const SILENCE_MS = 60_000;
const MAIL_MS = 10 * 60_000;
// With the queues, which close at the same time, it must fit into the 10 s of a stop.
const CLOSE_MS = 3_000;

/**
 * Receives mail by SMTP in the processes with the role mail. Nobody logs in: whoever knows the address of a forwarding address may write
 * to it, and to nobody else. What it has said 250 to is on the disk.
 */
@Injectable()
export class SmtpReceiver implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private server: SMTPServer | undefined;
  private listeningPort = 0;

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly addresses: InboundAddresses,
    private readonly mailbag: InboundMailbag,
  ) {}

  /** The port on which it listens; 0 while it does not. */
  get port(): number {
    return this.listeningPort;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.env.ROLES.includes('mail')) return;
    this.server = new SMTPServer({ ...(await this.encryption()), ...this.rules() });
    // Also while it begins to listen: without a listener its errors would end the process.
    this.server.on('error', (error) => {
      this.logger.debug({ err: error }, 'an SMTP connection failed');
    });
    const listening = this.server.listen(this.env.INBOUND_SMTP_PORT, this.env.HOST);
    await once(listening, 'listening').catch((cause: unknown) => {
      // Then the desk does not start.
      throw new Error(`INBOUND_SMTP_PORT: mail cannot be received: ${(cause as Error).message}`, { cause });
    });
    this.listeningPort = (listening.address() as AddressInfo).port;
    this.logger.info({ port: this.listeningPort, domain: this.env.INBOUND_MAIL_DOMAIN }, 'receives mail');
  }

  /** What is being received is given a moment; what was not acknowledged is sent again by whoever has it. */
  async beforeApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
    this.server = undefined;
  }

  private rules(): SMTPServerOptions {
    return {
      name: this.env.INBOUND_MAIL_DOMAIN,
      logger: false,
      authOptional: true,
      disableReverseLookup: true,
      size: MOST_INBOUND_BYTES,
      rejectOversized: true,
      maxClients: MOST_CLIENTS,
      maxRecipients: MOST_RECIPIENTS,
      socketTimeout: SILENCE_MS,
      closeTimeout: CLOSE_MS,
      onConnect: (session, done) => done(this.refusalOf(session)),
      onRcptTo: ({ address }, _session, done) => {
        this.judge(address).then(done, () => done(temporary()));
      },
      onData: (stream, session, done) => {
        this.take(stream, session).then(
          (answer) => done(null, answer),
          (error: unknown) => done(this.toldOf(error)),
        );
      },
    };
  }

  /** STARTTLS is offered only with a key of the operator's. */
  private async encryption(): Promise<SMTPServerOptions> {
    const { INBOUND_SMTP_KEY_FILE: key, INBOUND_SMTP_CERT_FILE: cert } = this.env;
    if (key === undefined || cert === undefined) return { disabledCommands: ['AUTH', 'STARTTLS'] };
    return { disabledCommands: ['AUTH'], key: await readFile(key), cert: await readFile(cert) };
  }

  private refusalOf({ remoteAddress }: SMTPServerSession): Error | null {
    const others = [...(this.server?.connections ?? [])].filter(({ session }) => session.remoteAddress === remoteAddress);
    return others.length > MOST_CLIENTS_OF_ADDRESS ? refusal(421, 'Too many connections from your address') : null;
  }

  private async judge(address: string): Promise<Error | null> {
    return (await this.addresses.isKnown(address)) ? null : refusal(550, 'There is no such mailbox here');
  }

  private async take(stream: Readable, session: SMTPServerSession): Promise<string> {
    const { envelope, remoteAddress } = session;
    const deadline = setTimeout(() => this.hangUp(session), MAIL_MS);
    const content = wholeOf(stream);
    try {
      const recipients = await this.addresses.byCompany(envelope.rcptTo.map(({ address }) => address));
      // They were known a moment ago.
      if (recipients.length === 0) throw refusal(550, 'There is no such mailbox here any more');
      const mailFrom = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
      const known = { door: 'smtp', mailFrom, remoteAddress } as const;
      const ids = await this.mailbag.keep(
        recipients.map((recipient) => ({ ...recipient, ...known })),
        content,
      );
      return `Taken as ${ids.join(', ')}`;
    } catch (error) {
      // The client says all that it has to say before it is told.
      stream.unpipe();
      stream.resume();
      throw error;
    } finally {
      clearTimeout(deadline);
    }
  }

  private toldOf(error: unknown): Error {
    if (error instanceof Error && 'responseCode' in error) return error;
    this.logger.warn({ err: error }, 'a mail could not be taken');
    return temporary();
  }

  private hangUp({ id }: SMTPServerSession): void {
    for (const connection of this.server?.connections ?? []) if (connection.id === id) connection.close();
  }
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

const temporary = () => refusal(451, 'Not now: please try again later');
