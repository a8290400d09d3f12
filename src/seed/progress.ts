import cliProgress from 'cli-progress';

export interface Loaded {
  tickets: number;
  messages: number;
  seconds: number;
}

const LINE_EACH = 0.1;

/** How far the run is: a bar at a terminal, a line for each tenth anywhere else. */
export class Progress {
  private readonly started = performance.now();
  private readonly bar: cliProgress.SingleBar | null;
  private tickets = 0;
  private messages = 0;
  private nextLine = LINE_EACH;

  constructor(private readonly total: number) {
    const format = '{bar} {percentage} % | {value} of {total} tickets | {rate} tickets/s | {eta_formatted} left';
    this.bar =
      process.stdout.isTTY && total > 0 ? new cliProgress.SingleBar({ format }, cliProgress.Presets.shades_classic) : null;
    this.bar?.start(total, 0, { rate: 0 });
  }

  add(tickets: number, messages: number): void {
    this.tickets += tickets;
    this.messages += messages;
    if (this.bar) {
      this.bar.update(this.tickets, { rate: rateOf(this.loaded()) });
      return;
    }
    const share = this.tickets / this.total;
    if (share < this.nextLine) return;
    console.log(`${this.tickets} of ${this.total} tickets (${Math.floor(share * 100)} %), ${rateOf(this.loaded())} tickets/s`);
    this.nextLine = Math.floor(share / LINE_EACH + 1) * LINE_EACH;
  }

  loaded(): Loaded {
    return { tickets: this.tickets, messages: this.messages, seconds: (performance.now() - this.started) / 1000 };
  }

  /** Leaves the terminal as it was; to be called also when the run fails. */
  stop(): void {
    this.bar?.stop();
  }
}

/** Tickets a second. */
export function rateOf({ tickets, seconds }: Loaded): number {
  return seconds === 0 ? 0 : Math.round(tickets / seconds);
}
