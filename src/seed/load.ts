import type { Client } from 'pg';
import { BATCH_COLUMNS, BatchWriter, CHILD_TABLES, planBatch, type Batch, type FirstIds } from './batch.js';
import type { Cast } from './cast.js';
import { copyInto, inTransaction } from './copy.js';
import type { SeedFiles } from './files.js';
import { drawIds } from './ids.js';
import type { SeedOptions } from './options.js';

/** Large enough for a commit to cost nothing, small enough to be held in memory. */
const BATCH_TICKETS = 1000;

export interface Load {
  cast: Cast;
  options: SeedOptions;
  files: SeedFiles;
  /** Draws ids, and nothing else. */
  drawer: Client;
  /** Each writes batches of its own: while the server works on some, the rows of another are made. */
  writers: Client[];
  onBatch: (tickets: number, messages: number) => void;
}

/** Writes all tickets, batch by batch in transactions; when one fails, those before it stay and are whole. */
export async function loadTickets(load: Load): Promise<void> {
  const lanes = new Lanes(load);
  const outcomes = await Promise.allSettled(load.writers.map((client) => lanes.run(client)));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
}

class Lanes {
  private started = 0;
  private hasFailed = false;
  private drawn: Promise<FirstIds> = Promise.resolve({ ticket: 0, message: 0 });

  constructor(private readonly load: Load) {}

  async run(client: Client): Promise<void> {
    try {
      for (let batch = this.next(); batch; batch = this.next()) await this.write(client, batch, await this.draw(batch));
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
  }

  private next(): Batch | undefined {
    const { options } = this.load;
    const firstTicket = this.started * BATCH_TICKETS;
    if (this.hasFailed || firstTicket >= options.tickets) return undefined;
    return planBatch(options, this.started++, firstTicket, Math.min(BATCH_TICKETS, options.tickets - firstTicket));
  }

  // One after the other and in the order of the batches: later tickets get higher ids.
  private draw({ shapes, messages }: Batch): Promise<FirstIds> {
    const { drawer } = this.load;
    this.drawn = this.drawn.then(async () => ({
      ticket: await drawIds(drawer, 'tickets', shapes.length),
      message: await drawIds(drawer, 'messages', messages),
    }));
    return this.drawn;
  }

  private async write(client: Client, batch: Batch, first: FirstIds): Promise<void> {
    const { cast, options, files, onBatch } = this.load;
    const writer = new BatchWriter(cast, options, batch, first);
    await inTransaction(client, async () => {
      await copyInto(client, 'tickets', BATCH_COLUMNS.tickets, writer.tickets());
      for (const table of CHILD_TABLES) await copyInto(client, table, BATCH_COLUMNS[table], writer.take(table));
    });
    await files.attach(client, writer.openings);
    onBatch(batch.shapes.length, batch.messages);
  }
}
