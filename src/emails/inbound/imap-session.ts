import { ImapFlow, type FetchMessageObject } from 'imapflow';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import type { Database } from '../../platform/database/database.js';
import { CUT_MAIL_BYTES, cutMail } from './cut-mail.js';
import { advance, beginReading, noteChecked, type WatchedMailbox } from './imap-state.js';
import type { InboundMailbag } from './inbound-mailbag.js';
import { MOST_INBOUND_BYTES } from './raw-mail.js';

const CONNECT_MS = 20_000;
const SILENCE_MS = 120_000;
/** Servers forget to tell of new mail at times. */
const LOOK_MS = 60_000;
/** The clock of the server may go after ours. */
const CLOCK_SKEW_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

/** One connection to the mailbox of a forwarding address. */
export class ImapSession {
  private readonly client: ImapFlow;
  private readonly ended: Promise<void>;
  private hasNews = true;
  /** Of what had to be left. */
  private remark: string | null = null;
  private wake: () => void = () => undefined;

  /** `address` is dialled; the certificate must be that of the mailbox's server. */
  constructor(
    private readonly db: Database,
    private readonly mailbag: InboundMailbag,
    private readonly mailbox: WatchedMailbox,
    { address, password }: { address: string; password: string },
  ) {
    const { host, port, security, login } = mailbox;
    this.client = new ImapFlow({
      ...{ host: address, port, secure: security === 'tls' },
      // Undefined would mean: if the server offers it.
      doSTARTTLS: security === 'tls' ? undefined : security === 'starttls',
      servername: isIP(host) > 0 ? undefined : host,
      auth: { user: login, pass: password },
      tls: { rejectUnauthorized: true },
      logger: false,
      disableAutoIdle: true,
      maxLiteralSize: MOST_INBOUND_BYTES,
      ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    });
    this.client.on('exists', () => this.tell());
    this.ended = new Promise((resolve) => this.client.once('close', resolve));
    // Every command hears of its own fault; without a listener a broken connection would end the process.
    this.client.on('error', () => undefined);
    void this.ended.then(() => this.tell());
  }

  /** Fetches what there is and what comes, until the connection ends or is closed. Throws what the server and the database throw. */
  async run(): Promise<void> {
    try {
      await this.client.connect();
      // Read only: mail stays as it is, also unread.
      const { uidValidity } = await this.client.mailboxOpen(this.mailbox.folder, { readOnly: true });
      let lastUid = await beginReading(this.db, this.mailbox, uidValidity);
      while (this.client.usable) {
        this.hasNews = false;
        lastUid = await this.fetchBehind(lastUid, uidValidity);
        await noteChecked(this.db, this.mailbox, this.remark);
        await this.news();
      }
    } finally {
      this.close();
    }
  }

  look(): void {
    this.tell();
  }

  close(): void {
    this.client.close();
  }

  private async fetchBehind(lastUid: number, uidValidity: bigint): Promise<number> {
    const numbers = await this.numbersBehind(lastUid);
    for (const uid of numbers) await this.fetchOne(uid, uidValidity);
    return numbers.at(-1) ?? lastUid;
  }

  private async numbersBehind(lastUid: number): Promise<number[]> {
    const { beginsAt } = this.mailbox;
    // Servers count in days, each in his own zone.
    const since = beginsAt && { since: new Date(beginsAt.getTime() - DAY_MS) };
    const found = await this.client.search({ uid: `${lastUid + 1}:*`, ...since }, { uid: true });
    // A range names its last mail even when that is before its beginning.
    return (found || []).filter((uid) => uid > lastUid).sort((a, b) => a - b);
  }

  private async fetchOne(uid: number, uidValidity: bigint): Promise<void> {
    const told = await this.client.fetchOne(String(uid), { size: true, internalDate: true }, { uid: true });
    // It may have been deleted meanwhile.
    if (!told || this.isBefore(told)) return;
    const isTooLarge = (told.size ?? 0) > MOST_INBOUND_BYTES;
    const source = isTooLarge ? { start: 0, maxLength: CUT_MAIL_BYTES } : true;
    const mail = await this.client.fetchOne(String(uid), { source }, { uid: true });
    if (!mail || !mail.source) return;
    await this.keep(isTooLarge ? this.cut(mail.source, told) : mail.source, uid, uidValidity);
  }

  private cut(beginning: Buffer, { size = 0, uid }: FetchMessageObject): Buffer {
    this.remark = `A mail of ${size} bytes is too large: only its beginning was fetched (UID ${uid})`;
    return cutMail(
      beginning,
      `[This mail has ${size} bytes, more than the ${MOST_INBOUND_BYTES} that are taken: what is missing here is left in the mailbox (UID ${uid}).]`,
    );
  }

  private async keep(source: Buffer, uid: number, uidValidity: bigint): Promise<void> {
    const { companyId, forwardingAddressId } = this.mailbox;
    const envelope = { companyId, forwardingAddressId, door: 'imap', mailFrom: null, rcptTo: [], remoteAddress: null } as const;
    await this.mailbag.keep([{ ...envelope, rcptTo: [] }], Readable.from([source]), (em) =>
      advance(em, this.mailbox, uidValidity, uid),
    );
  }

  private isBefore({ internalDate }: FetchMessageObject): boolean {
    const { beginsAt } = this.mailbox;
    if (beginsAt === null || internalDate === undefined) return false;
    return new Date(internalDate).getTime() < beginsAt.getTime() - CLOCK_SKEW_MS;
  }

  private async news(): Promise<void> {
    if (this.hasNews) return;
    // It ends with the next command; servers that cannot tell are asked again.
    this.client.idle().catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, LOOK_MS);
    });
    clearTimeout(timer);
  }

  private tell(): void {
    this.hasNews = true;
    this.wake();
  }
}
