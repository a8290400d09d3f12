import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Actor } from '../access/actor.js';
import { Credentials } from '../access/credentials.js';
import { Database } from '../platform/database/database.js';
import { TooMany, Unavailable } from '../platform/errors/app-errors.js';
import { cursorOf, readFeed } from '../platform/events/feed.js';
import { LOGGER } from '../platform/logging/logger.js';
import { selectionOf, type EventFilter } from './event-selection.js';
import { beginStream, EventStream } from './event-stream.js';
import { LogHead } from './log-head.js';
import { Places } from './places.js';

export const MOST_OF_TOKEN = 10;
const MOST_OF_PROCESS = 1_000;
const TRY_AGAIN_SECONDS = 5;
/** As few as this are in memory for each stream. */
const PAGE = 100;
/** However many streams there are, most connections to the database are left to requests. */
const MOST_READING = 4;

/** The streams of events that are open in this process. */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  private readonly open = new Map<EventStream, number>();
  private readonly reading = new Places(MOST_READING);
  private isClosed = false;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
    private readonly credentials: Credentials,
    private readonly logHead: LogHead,
  ) {}

  /**
   * Answers with a stream that begins behind the `Last-Event-ID` of the request, else behind `after`, else at the present. Every event
   * comes once and in order; it ends when the token is not what it was any more. Throws `Invalid`, `TooMany`, `Unavailable`.
   */
  async begin(actor: Actor, filter: EventFilter, after: string | undefined, req: Request, res: Response): Promise<void> {
    const selection = selectionOf(actor, filter);
    const position = await cursorOf(this.db, actor.companyId, lastEventId(req) ?? after ?? 'now');
    this.refuseBeyondLimits(actor);
    if (res.destroyed) return;
    if (req.method === 'HEAD') {
      beginStream(res);
      res.end();
      return;
    }
    const mayGoOn = () => this.holdsStill(actor, req);
    const read = (from: string) =>
      this.reading.within(async () => ((await mayGoOn()) ? readFeed(this.db, selection, from, PAGE) : null));
    this.run(actor, new EventStream(res, { head: this.logHead.follow(actor.companyId), read, mayGoOn }, position));
  }

  /** A stop is not kept waiting: clients go on elsewhere, behind the last event that they have. */
  onModuleDestroy(): void {
    this.isClosed = true;
    for (const stream of this.open.keys()) stream.end();
  }

  private run({ tokenId }: Actor, stream: EventStream): void {
    this.open.set(stream, tokenId);
    stream
      .run()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'a stream of events was broken off'))
      .finally(() => this.open.delete(stream));
  }

  private refuseBeyondLimits({ tokenId }: Actor): void {
    if (this.isClosed) throw new Unavailable('The desk is being stopped');
    const ofToken = [...this.open.values()].filter((id) => id === tokenId).length;
    if (ofToken >= MOST_OF_TOKEN)
      throw new TooMany(`A token may have at most ${MOST_OF_TOKEN} streams of events open`, TRY_AGAIN_SECONDS);
    if (this.open.size >= MOST_OF_PROCESS) throw new TooMany('Too many streams of events are open', TRY_AGAIN_SECONDS);
  }

  /** Whether the token is still good, and its holder may see the same as at the beginning. */
  private async holdsStill(actor: Actor, { headers }: Request): Promise<boolean> {
    const token = (headers.authorization ?? '').replace(/^bearer /i, '');
    const now = await this.credentials.actorOf(token, headers.host);
    return now !== null && rightsOf(now) === rightsOf(actor);
  }
}

function rightsOf({ tokenId, role, scopes, seesAllTeams }: Actor): string {
  return JSON.stringify([tokenId, role, scopes, seesAllTeams]);
}

function lastEventId({ headers }: Request): string | undefined {
  const given = headers['last-event-id'];
  return typeof given === 'string' && given.trim() !== '' ? given.trim() : undefined;
}
