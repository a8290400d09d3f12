import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { ENV, type Env } from '../../config/env.js';
import { Database } from '../../platform/database/database.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { ImapServers } from './imap-servers.js';
import { wantedMailboxes, type WatchedMailbox } from './imap-state.js';
import { ImapWatch } from './imap-watch.js';
import { InboundMailbag } from './inbound-mailbag.js';
import { MailboxLocks } from './mailbox-locks.js';

const LOOK_MS = 2_000;

/**
 * Watches the mailboxes of all forwarding addresses whose mail is fetched, in the processes with the role mail. Each mailbox is watched by one
 * of them, which holds a lock for it; when that process is gone another takes it over.
 */
@Injectable()
export class ImapPoller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly watches = new Map<string, ImapWatch>();
  private readonly locks: MailboxLocks;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
    private readonly servers: ImapServers,
    private readonly mailbag: InboundMailbag,
  ) {
    this.locks = new MailboxLocks(env.DATABASE_URL, () => this.stopAll());
  }

  onApplicationBootstrap(): void {
    if (!this.env.ROLES.includes('mail')) return;
    const look = () => {
      this.looking = this.look()
        .catch((error: unknown) => {
          this.logger.warn({ err: error }, 'the mailboxes could not be looked after');
        })
        .then(() => {
          if (this.timer !== undefined) this.timer = setTimeout(look, LOOK_MS);
        });
    };
    this.timer = setTimeout(look, 0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.looking;
    await this.stopAll();
    await this.locks.close();
  }

  private async look(): Promise<void> {
    const wanted = new Map((await wantedMailboxes(this.db)).map((mailbox) => [keyOf(mailbox), mailbox]));
    for (const [key, watch] of this.watches) {
      if (wanted.get(key)?.settingsVersion !== watch.mailbox.settingsVersion) await this.stop(key, watch);
    }
    for (const [key, { isAsked }] of wanted) if (isAsked) this.watches.get(key)?.look();
    const unwatched = [...wanted.values()].filter((mailbox) => !this.watches.has(keyOf(mailbox)));
    const taken = new Set(await this.locks.take(unwatched.map(({ forwardingAddressId }) => forwardingAddressId)));
    for (const mailbox of unwatched) if (taken.has(mailbox.forwardingAddressId)) this.begin(mailbox);
  }

  private begin(mailbox: WatchedMailbox): void {
    const { logger, db, servers, mailbag } = this;
    this.watches.set(keyOf(mailbox), new ImapWatch({ logger, db, servers, mailbag }, mailbox));
  }

  private async stop(key: string, watch: ImapWatch): Promise<void> {
    this.watches.delete(key);
    await watch.stop();
    await this.locks.release(watch.mailbox.forwardingAddressId);
  }

  /** Also when the locks are lost, and with them the right to watch. */
  private async stopAll(): Promise<void> {
    const all = [...this.watches.values()];
    this.watches.clear();
    await Promise.all(all.map((watch) => watch.stop()));
  }
}

const keyOf = ({ companyId, forwardingAddressId }: WatchedMailbox) => `${companyId} ${forwardingAddressId}`;
