/** Lets only so many work at the same time; the others wait, first come, first served. */
export class Places {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async within<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      // A place that somebody waits for is handed over and never free.
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}
