import type { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { Injectable } from '@nestjs/common';
import { Queue } from 'bullmq';
import { Router, type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { QUEUE_NAMES, type QueueName } from '../platform/queue/catalogue.js';
import { Queues } from '../platform/queue/queues.js';

const PATH = '/queues';

const UI = {
  boardTitle: 'Polydesk queues',
  miscLinks: [
    { text: 'API', url: '/docs' },
    { text: 'Sign out', url: `${PATH}/session` },
  ],
  hideDocsLink: true,
};

// The desk takes `.json` off every address; the texts of the board are files that bear it.
const TEXTS = /^(\/queues\/static\/locales\/[^?]+)/;

interface OpenBoard {
  router: RequestHandler;
  adapterOf: (queue: Queue) => BullMQAdapter;
  replaceQueues: (queues: BullMQAdapter[]) => void;
}

/** Bull-board over the desk's queues, whatever these are kept in. Who may see it is not its business. */
@Injectable()
export class QueueBoard {
  private opening: Promise<OpenBoard> | undefined;
  private readonly shown = new Map<QueueName, Queue>();

  constructor(private readonly queues: Queues) {}

  /** Answers a request for a page, a file or a call of the board; what it does not know goes to `next`. */
  async show(req: Request, res: Response, next: NextFunction): Promise<void> {
    const board = await (this.opening ??= openBoard());
    this.keepUp(board);
    req.url = req.url.replace(TEXTS, '$1.json');
    board.router(req, res, next);
  }

  // A queue whose store did not answer has been opened anew meanwhile.
  private keepUp({ adapterOf, replaceQueues }: OpenBoard): void {
    const open = QUEUE_NAMES.map((name) => ({ name, queue: this.bullQueue(name) }));
    if (open.every(({ name, queue }) => this.shown.get(name) === queue)) return;
    replaceQueues(open.map(({ queue }) => adapterOf(queue)));
    open.forEach(({ name, queue }) => this.shown.set(name, queue));
  }

  private bullQueue(name: QueueName): Queue {
    const queue = this.queues.queue(name);
    if (!isOfBullMq(queue)) throw new Error(`${name} is not a queue of BullMQ`);
    return queue;
  }
}

/** It is loaded when it is wanted first: most processes never show it. */
async function openBoard(): Promise<OpenBoard> {
  const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/express'),
  ]);
  const server = new ExpressAdapter().setBasePath(PATH);
  const { replaceQueues } = createBullBoard({ queues: [], serverAdapter: server, options: { uiConfig: UI } });
  const app = server.getRouter() as Express;
  app.disable('x-powered-by');
  return { router: Router().use(PATH, app), adapterOf: (queue) => new BullMQAdapter(queue), replaceQueues };
}

// Those on Postgres are of a subclass, which the board takes as well.
function isOfBullMq(queue: object): queue is Queue {
  return queue instanceof Queue;
}
