import type { RateCounter, RatePolicy, WindowState } from './rate-counter.js';

export interface Verdict extends WindowState {
  isAllowed: boolean;
}

interface Lease {
  permits: number;
  /** As many permits as the last block brought. */
  block: number;
  /** What the shared window had left then. */
  remaining: number;
  window: number;
  endsAt: number;
  refill?: Promise<void>;
}

/** A block is at most this part of the quota, and of what is left of it. */
const QUOTA_SHARE = 20;
const REST_SHARE = 8;
const FIRST_SHARE = 100;

/**
 * A limit for every request, without a question to the shared counter on each: this process takes permits from it in blocks and spends
 * them by itself. A permit that it holds is counted in the shared window already, and is void when that window ends (by a clock that
 * started before the counter was asked), so all processes together never spend more than the quota. The price: what one process holds
 * and does not need is lost to the others until the window ends. So blocks are small at first, a fraction of the rest later, and single
 * permits at the end. The next block is fetched while half of the last one is still there; a request waits only for the first of a
 * window, or in a flood.
 */
export class LeasedPermits {
  private readonly leases = new Map<string, Lease>();
  private prunedAt = 0;

  constructor(
    private readonly counter: RateCounter,
    readonly policy: RatePolicy,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Spends one permit; answers at once whenever this process holds one, or knows that there is none. */
  take(subject: string): Verdict | Promise<Verdict> {
    return this.decide(subject) ?? this.takeAfterRefill(subject);
  }

  /** Null when only the shared counter can tell. */
  private decide(subject: string): Verdict | null {
    const lease = this.leases.get(subject);
    if (lease === undefined) return null;
    const resetMs = lease.endsAt - this.clock();
    if (resetMs <= 0) return null;
    if (lease.permits === 0) return lease.remaining === 0 ? { isAllowed: false, remaining: 0, resetMs } : null;
    lease.permits--;
    // Whoever waits for a permit next reports the failure of a refill that nobody waits for now.
    if (lease.permits * 2 <= lease.block && lease.remaining > 0) this.refill(subject).catch(() => undefined);
    return { isAllowed: true, remaining: lease.permits + lease.remaining, resetMs };
  }

  // Of many that wait for one block some may find it spent: each block has a permit for somebody, or tells that there is none.
  private async takeAfterRefill(subject: string): Promise<Verdict> {
    for (;;) {
      await this.refill(subject);
      const verdict = this.decide(subject);
      if (verdict) return verdict;
    }
  }

  private refill(subject: string): Promise<void> {
    this.prune();
    const lease = this.leases.get(subject) ?? { permits: 0, block: 0, remaining: 0, window: 0, endsAt: 0 };
    this.leases.set(subject, lease);
    lease.refill ??= this.fetchBlock(subject, lease).finally(() => {
      lease.refill = undefined;
    });
    return lease.refill;
  }

  private async fetchBlock(subject: string, lease: Lease): Promise<void> {
    const askedAt = this.clock();
    const grant = await this.counter.take(this.policy, subject, this.blockSize(lease, askedAt));
    const held = lease.window === grant.window ? lease.permits : 0;
    lease.permits = held + grant.granted;
    lease.block = grant.granted;
    lease.remaining = grant.remaining;
    lease.window = grant.window;
    lease.endsAt = askedAt + grant.resetMs;
  }

  private blockSize({ endsAt, remaining }: Lease, now: number): number {
    const { quota } = this.policy;
    if (endsAt <= now) return Math.ceil(quota / FIRST_SHARE);
    return Math.max(Math.floor(Math.min(remaining / REST_SHARE, quota / QUOTA_SHARE)), 1);
  }

  private prune(): void {
    const now = this.clock();
    if (now < this.prunedAt + this.policy.windowSeconds * 1000) return;
    this.prunedAt = now;
    for (const [subject, { endsAt, refill }] of this.leases) {
      if (endsAt <= now && refill === undefined) this.leases.delete(subject);
    }
  }
}
