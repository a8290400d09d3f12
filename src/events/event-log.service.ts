import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { Database } from '../platform/database/database.js';
import { cursorOf, isPresent, readFeed, type FeedPage } from '../platform/events/feed.js';
import { JsonText } from '../platform/http/json-text.js';
import { selectionOf, type EventFilter } from './event-selection.js';

export interface EventSlice {
  /** A cursor, or a word for the present; undefined means the beginning. */
  after?: string;
  limit: number;
}

/** What has happened, as far as the actor may know of it. */
@Injectable()
export class EventLog {
  constructor(private readonly db: Database) {}

  /** One page, oldest first; of the present only its cursor. Throws `Invalid` for a foreign cursor and for types that there are none of. */
  async page(actor: Actor, filter: EventFilter, { after, limit }: EventSlice): Promise<JsonText> {
    const selection = selectionOf(actor, filter);
    const cursor = await cursorOf(this.db, actor.companyId, after);
    if (isPresent(after)) return presentFeed({ events: [], cursor, hasMore: false });
    return presentFeed(await readFeed(this.db, selection, cursor, limit));
  }
}

function presentFeed({ events, cursor, hasMore }: FeedPage): JsonText {
  const views = events.map(({ view }) => view).join(',');
  return new JsonText(`{"events":[${views}],"cursor":${JSON.stringify(cursor)},"has_more":${hasMore}}`);
}
