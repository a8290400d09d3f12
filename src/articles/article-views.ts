import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../platform/database/database.js';
import { LOGGER } from '../platform/logging/logger.js';

const FLUSH_MS = 5_000;

// In one order, so that two processes wait for each other at most. An article that is gone meanwhile is passed over.
const ADD = `insert into article_views as v (company_id, article_id, day, views)
  select a.company_id, a.id, (now() at time zone 'utc')::date, g.views
  from unnest($1::bigint[], $2::bigint[], $3::integer[]) as g (company_id, article_id, views)
  join articles a on a.company_id = g.company_id and a.id = g.article_id
  order by a.company_id, a.id
  on conflict (company_id, article_id, day) do update set views = v.views + excluded.views`;

interface Count {
  companyId: number;
  articleId: number;
  views: number;
}

/**
 * Counts how often articles are read: in memory, and every few seconds in the database, so that readers never wait for each other. A process that
 * is killed loses what it has counted since.
 */
@Injectable()
export class ArticleViews implements OnApplicationBootstrap, OnApplicationShutdown {
  private counts = new Map<string, Count>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flushOrLog(), FLUSH_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flushOrLog();
  }

  /** One more reader. */
  note(companyId: number, articleId: number): void {
    const key = `${companyId} ${articleId}`;
    const count = this.counts.get(key) ?? { companyId, articleId, views: 0 };
    this.counts.set(key, { ...count, views: count.views + 1 });
  }

  /** Writes down what has been counted. */
  async flush(): Promise<void> {
    const counts = [...this.counts.values()];
    this.counts = new Map();
    if (counts.length === 0) return;
    const columns = [
      counts.map(({ companyId }) => companyId),
      counts.map(({ articleId }) => articleId),
      counts.map(({ views }) => views),
    ];
    await this.db.query(ADD, columns);
  }

  private async flushOrLog(): Promise<void> {
    await this.flush().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'views of articles were not counted');
    });
  }
}
