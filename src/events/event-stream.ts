import type { Response } from 'express';
import { once } from 'node:events';
import type { FeedEvent, FeedPage } from '../platform/events/feed.js';
import type { FollowedHead } from './log-head.js';

/** Where the events of a stream come from. */
export interface StreamSource {
  head: FollowedHead;
  /** The page behind a cursor; null when whoever reads may not read any more. */
  read(after: string): Promise<FeedPage | null>;
  mayGoOn(): Promise<boolean>;
}

const RETRY_MS = 2_000;
const HEARTBEAT_MS = 15_000;
/** A client that does not take the rest within this time does without it. */
const FAREWELL_MS = 1_000;

const HEAD = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // Asks nginx to pass on each event at once.
  'X-Accel-Buffering': 'no',
  // Nothing follows on this connection, which is so free to close at the end.
  Connection: 'close',
};

/** Says how the answer will be told, without telling anything. */
export function beginStream(res: Response): void {
  res.status(200).set(HEAD);
}

/**
 * The log told to one client as it grows, as Server-Sent Events. Between events the client is told from time to time how far the log has
 * been looked at, so that it need not begin far behind when it comes back.
 */
export class EventStream {
  private readonly over = new AbortController();
  /** The cursor that the client knows. */
  private told: string;

  constructor(
    private readonly res: Response,
    private readonly source: StreamSource,
    private position: string,
  ) {
    this.told = position;
  }

  /** Returns when the client has gone, when he may not read any more, or when `end` was called. Throws when reading fails. */
  async run(): Promise<void> {
    const { res, over, source } = this;
    res.once('close', () => over.abort()).on('error', () => over.abort());
    const beating = setInterval(() => void this.beat(), HEARTBEAT_MS).unref();
    try {
      beginStream(res);
      await this.write(`retry: ${RETRY_MS}\nid: ${this.position}\n\n`);
      await this.tell();
    } catch (error) {
      if (!over.signal.aborted) throw error;
    } finally {
      clearInterval(beating);
      source.head.stop();
      this.end();
    }
  }

  end(): void {
    this.over.abort();
    if (this.res.destroyed || this.res.writableEnded) return;
    this.res.end();
    const cut = setTimeout(() => this.res.destroy(), FAREWELL_MS).unref();
    this.res.once('close', () => clearTimeout(cut));
  }

  private async tell(): Promise<void> {
    const { source } = this;
    for (;;) {
      const known = source.head.current();
      const page = await source.read(this.position);
      if (page === null) return;
      for (const event of page.events) await this.tellOne(event);
      this.position = page.cursor;
      if (!page.hasMore) await source.head.moved(known, this.over.signal);
    }
  }

  private async tellOne({ cursor, type, view }: FeedEvent): Promise<void> {
    this.position = this.told = cursor;
    await this.write(`id: ${cursor}\nevent: ${type}\ndata: ${view}\n\n`);
  }

  private async write(text: string): Promise<void> {
    const { signal } = this.over;
    signal.throwIfAborted();
    if (!this.res.write(text)) await once(this.res, 'drain', { signal });
  }

  private async beat(): Promise<void> {
    // Whether he may go on that cannot be found out: he may not.
    if (!(await this.source.mayGoOn().catch(() => false))) this.end();
    if (this.over.signal.aborted || this.res.writableNeedDrain) return;
    // An id without data is no event to the client; it only takes note of it.
    this.res.write(this.position === this.told ? ':\n\n' : `:\nid: ${this.position}\n\n`);
    this.told = this.position;
  }
}
