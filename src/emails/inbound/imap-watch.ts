import { AuthenticationFailure } from 'imapflow';
import { setTimeout as wait } from 'node:timers/promises';
import { types } from 'node:util';
import type { Logger } from 'pino';
import type { Database } from '../../platform/database/database.js';
import { OutboundFailure } from '../../platform/outbound-http/outbound-failure.js';
import type { ImapServers } from './imap-servers.js';
import { ImapSession } from './imap-session.js';
import { MailboxTaken, noteTrouble, type WatchedMailbox } from './imap-state.js';
import type { InboundMailbag } from './inbound-mailbag.js';

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
/** A connection that has lasted so long was a good one. */
const LASTING_MS = 60_000;

export interface WatchTools {
  logger: Logger;
  db: Database;
  servers: ImapServers;
  mailbag: InboundMailbag;
}

/** Watches one mailbox until it is stopped, over one connection after the other. */
export class ImapWatch {
  private readonly stopping = new AbortController();
  private hurry = new AbortController();
  private session: ImapSession | undefined;
  private readonly running: Promise<void>;

  constructor(
    private readonly tools: WatchTools,
    readonly mailbox: WatchedMailbox,
  ) {
    this.running = this.run();
  }

  /** Has it looked at now; one that waits before it connects again waits no more. */
  look(): void {
    this.session?.look();
    this.hurry.abort();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.session?.close();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const begun = performance.now();
      await this.connectOnce();
      if (performance.now() - begun > LASTING_MS) pause = FIRST_PAUSE_MS;
      this.hurry = new AbortController();
      await wait(pause, undefined, { signal: AbortSignal.any([signal, this.hurry.signal]) }).catch(() => undefined);
    }
  }

  private async connectOnce(): Promise<void> {
    const { db, servers, mailbag } = this.tools;
    const { companyId, host, port, security, password } = this.mailbox;
    try {
      const address = await servers.addressOf(host, port, security);
      const secret = { address, password: servers.openPassword(companyId, password) };
      if (this.stopping.signal.aborted) return;
      this.session = new ImapSession(db, mailbag, this.mailbox, secret);
      await this.session.run();
    } catch (error) {
      if (!this.stopping.signal.aborted) await this.tell(error);
    } finally {
      this.session = undefined;
    }
  }

  private async tell(error: unknown): Promise<void> {
    // Soon the watch is stopped, or it may go on from where the other one was.
    if (error instanceof MailboxTaken) return;
    const { companyId: company, forwardingAddressId: address } = this.mailbox;
    this.tools.logger.warn({ reason: wordsFor(error), code: codeOf(error), company, address }, 'a mailbox could not be read');
    await noteTrouble(this.tools.db, this.mailbox, wordsFor(error)).catch(() => undefined);
  }
}

// What servers say may hold the login, so that it is kept to ourselves.
function wordsFor(error: unknown): string {
  if (error instanceof OutboundFailure) return error.message;
  if (error instanceof AuthenticationFailure || flagOf(error, 'authenticationFailed')) return 'The server refuses the login';
  const code = codeOf(error);
  if (/CERT|SIGNATURE|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(code)) return 'The certificate of the server is not valid';
  if (flagOf(error, 'responseStatus')) return 'The server refuses to open the mailbox';
  return code === '' ? 'The mailbox could not be read' : `The mailbox could not be read (${code})`;
}

function codeOf(error: unknown): string {
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function flagOf(error: unknown, name: string): boolean {
  return types.isNativeError(error) && Boolean(Reflect.get(error, name));
}
