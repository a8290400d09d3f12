/** A small fast generator of numbers that look random and depend on nothing but its seed (sfc32). */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(...seed: (string | number)[]) {
    const [a, b, c] = hash(seed.join('/'));
    [this.a, this.b, this.c] = [a, b, c];
    // The first numbers still resemble the seed.
    for (let round = 0; round < 12; round++) this.next();
  }

  /** At least 0, below 1. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** True once in a while: with the given share of all calls. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<Item>(items: readonly Item[]): Item {
    return itemAt(items, this.below(items.length));
  }

  /** The first items come much more often than the last ones, about as words do by rank. */
  pickByRank<Item>(items: readonly Item[]): Item {
    return itemAt(items, this.rank(items.length));
  }

  /** A rank from 0 to `count - 1`, the share of each about one over its rank (Zipf). */
  rank(count: number): number {
    return Math.min(count - 1, Math.floor((count + 1) ** this.next()) - 1);
  }

  /** A waiting time of the given mean: mostly shorter, sometimes much longer. */
  wait(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
}

function itemAt<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new RangeError(`there is no item ${index} of ${items.length}`);
  return item;
}

/** FNV-1a with three different beginnings. */
function hash(text: string): [number, number, number] {
  const state: [number, number, number] = [0x811c9dc5, 0x01000193, 0x9e3779b9];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    state[0] = Math.imul(state[0] ^ code, 0x01000193);
    state[1] = Math.imul(state[1] ^ (code + 7), 0x85ebca6b);
    state[2] = Math.imul(state[2] ^ (code + 31), 0xc2b2ae35);
  }
  return state;
}
